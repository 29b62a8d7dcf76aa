// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/register"
)

func newIncident(sh *shell) *cobra.Command {
	return group("incident", "Open, close and show incidents, and what each cost",
		`Incident keeps the register of incidents. An incident is a word in the log, like
everything else: it marks the curves of the wall within a second, and stands in
ClickHouse (view incidents). docs/incidents.md says how its cost is computed.`,
		newIncidentOpen(sh), newIncidentClose(sh), newIncidentList(sh), newIncidentShow(sh))
}

func newIncidentOpen(sh *shell) *cobra.Command {
	f := &registerFlags{}
	c := &cobra.Command{
		Use:   "open --kafka HOST:PORT (--alert RULE | --scope KIND:NAME)",
		Short: "Say that something goes wrong, for example because an alert fires",
		Long: `Open puts an incident into the log. With --alert it is made from an alert: with
--clickhouse, too, it begins when the alert fired and is where it fires. Said
twice it is one incident. --id takes over a notice that a source published, and
gives it a place.

The title is the one text that is typed: no person, number or address in it.`,
		Example: `  # an alert fires: turn it into an incident
  vigie incident open --kafka localhost:9092 --clickhouse http://localhost:8123 --alert service_level_live --by supervisor

  vigie incident open --kafka localhost:9092 --scope queue:assistance --at 2026-11-17T10:02 --title "portal unavailable" --cause tool`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.word.Alert == "" && f.word.Scope == "" {
				return wrongUsage("say where it hurts: --scope queue:NAME and the like, or --alert RULE")
			}
			return sh.say(c.Context(), event.IncidentOpened, f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.word.Alert, "alert", "", "rule of the alert that it is made from")
	flags.StringVar(&f.word.Scope, "scope", "", "where it hurts: centre, or programme:, team:, queue:, campaign:, channel: or source: and a name (default: where the alert fires)")
	flags.StringVar(&f.word.Title, "title", "", "what it is, in a few words")
	flags.StringVar(&f.word.Cause, "cause", "", "why, if known: "+strings.Join(event.Causes, ", "))
	flags.StringVar(&f.word.ID, "id", "", "name of the incident (default: made from when and where it begins)")
	f.addWord(flags, "it began")
	f.clickHouse.add(flags, "default: none; then an incident from an alert begins now, unless --at says when")
	return c
}

func newIncidentClose(sh *shell) *cobra.Command {
	f := &registerFlags{}
	c := &cobra.Command{
		Use:     "close INCIDENT --kafka HOST:PORT",
		Short:   "Say that an incident is over, and why it was",
		Long:    `Close ends an incident. --void says that it was none: then it is left out of lists and reports.`,
		Example: `  vigie incident close inc-20261117T0902Z-assistance --kafka localhost:9092 --cause tool --at 2026-11-17T10:47`,
		RunE: func(c *cobra.Command, args []string) (err error) {
			if f.word.ID, err = oneArgument(args, "incident"); err != nil {
				return err
			}
			return sh.say(c.Context(), event.IncidentClosed, f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.word.Cause, "cause", "", "why it was: "+strings.Join(event.Causes, ", "))
	flags.BoolVar(&f.word.Void, "void", false, "it was no incident at all")
	f.addWord(flags, "it was over")
	return c
}

func newIncidentList(sh *shell) *cobra.Command {
	f := &registerFlags{}
	c := &cobra.Command{
		Use:     "list --clickhouse ADDRESS",
		Short:   "List incidents",
		Example: `  vigie incident list --clickhouse http://localhost:8123 --from 2026-11-16 --to 2026-11-23`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return sh.question(c, f, func(ctx context.Context, x *app.Explainer) error {
				list, zone, lang, err := x.Incidents(ctx, f.o)
				if err != nil {
					return err
				}
				if f.output == "json" {
					if list == nil {
						list = []register.Incident{}
					}
					return writeIndented(sh.out, list)
				}
				return register.WriteIncidents(sh.out, list, lang, zone)
			})
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.o.From, "from", "", "those that began from then on, such as 2026-11-17 (default: the last 28 days)")
	flags.StringVar(&f.o.To, "to", "", "and before then")
	f.addQuestion(flags)
	return c
}

func newIncidentShow(sh *shell) *cobra.Command {
	f := &registerFlags{}
	c := &cobra.Command{
		Use:   "show INCIDENT --clickhouse ADDRESS",
		Short: "Show what an incident cost, what was done about it, and what that brought",
		Long: `Show tells an incident in the sentences of a report: abandons beyond what was
expected, points of the service level of the day and of the week, and of each
action what was expected before and measured after. The figures behind them
follow, by quarters of an hour, with the method and its n.

What cannot be told from the weeks before is not claimed: every figure has an
interval, and a cost whose interval holds nothing is not called one.`,
		Example: `  vigie incident show inc-20261117T0902Z-assistance --clickhouse http://localhost:8123 --kafka localhost:9092 --lang fr`,
		RunE: func(c *cobra.Command, args []string) (err error) {
			if f.o.ID, err = oneArgument(args, "incident"); err != nil {
				return err
			}
			return sh.question(c, f, func(ctx context.Context, x *app.Explainer) error {
				told, err := x.Incident(ctx, f.o)
				if err != nil {
					return err
				}
				if f.output == "json" {
					return writeIndented(sh.out, told)
				}
				return told.WriteText(sh.out)
			})
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.o.Level, "level", app.DefaultLevel, "the share whose points are told")
	flags.DurationVar(&f.o.Window, "window", register.DefaultEffectWindow, fmt.Sprintf("how long before an action and from its begin on is compared, %s", app.EffectWindows))
	f.addQuestion(flags)
	return c
}
