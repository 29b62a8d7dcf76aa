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

func newAction(sh *shell) *cobra.Command {
	return group("action", "Say what is done, what it is to bring, and see what it brought",
		`Action keeps what is done to steer: a lever, by whom, and what it is expected to
bring, written before; the effect is measured after. An action is a word in the
log: it marks the curves of the wall, and stands in ClickHouse (view actions).`,
		newActionStart(sh), newActionEnd(sh), newActionList(sh))
}

func newActionStart(sh *shell) *cobra.Command {
	f := &registerFlags{}
	c := &cobra.Command{
		Use:   "start --kafka HOST:PORT --lever LEVER --scope KIND:NAME --indicator ID --expected NUMBER --by ROLE",
		Short: "Say what is done from now on, and what it is expected to bring",
		Long: `Start puts an action into the log with what it is expected to bring: in points
for shares, in seconds for times. The first expectation stands; one that is
written after the action began is marked as such.`,
		Example: `  vigie action start --kafka localhost:9092 --incident inc-20261117T0902Z-assistance --lever reinforcement \
      --scope queue:assistance --indicator sl_live --expected 20 --by supervisor`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.word.Scope == "" {
				return wrongUsage("--scope is missing: say where it is to help, for example queue:assistance")
			}
			return sh.say(c.Context(), event.ActionStarted, f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.word.Lever, "lever", "", "what is done: "+strings.Join(event.Levers, ", ")+" (required)")
	flags.StringVar(&f.word.Scope, "scope", "", "where it is to help: centre, or programme:, team:, queue:, campaign: or channel: and a name (required)")
	flags.StringVar(&f.word.Indicator, "indicator", "", "the indicator that it is to move, a share or a mean (required)")
	flags.Float64Var(&f.word.Expected, "expected", 0, "by how much, signed: points for shares, seconds for times (required)")
	flags.StringVar(&f.word.Incident, "incident", "", "the incident that it answers")
	flags.StringVar(&f.word.Title, "title", "", "what it is, in a few words")
	flags.StringVar(&f.word.ID, "id", "", "name of the action (default: made from what, when and where)")
	f.addWord(flags, "it began")
	return c
}

func newActionEnd(sh *shell) *cobra.Command {
	f := &registerFlags{}
	c := &cobra.Command{
		Use:     "end ACTION --kafka HOST:PORT",
		Short:   "Say that an action is over",
		Long:    `End ends an action. --void says that it was never done: then it is left out of lists and reports.`,
		Example: `  vigie action end act-reinforcement-20261117T0918Z-assistance --kafka localhost:9092`,
		RunE: func(c *cobra.Command, args []string) (err error) {
			if f.word.ID, err = oneArgument(args, "action"); err != nil {
				return err
			}
			return sh.say(c.Context(), event.ActionEnded, f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.BoolVar(&f.word.Void, "void", false, "it was never done")
	f.addWord(flags, "it was over")
	return c
}

func newActionList(sh *shell) *cobra.Command {
	f := &registerFlags{}
	c := &cobra.Command{
		Use:     "list --clickhouse ADDRESS",
		Short:   "List actions: what was expected of each, and what it brought",
		Example: `  vigie action list --clickhouse http://localhost:8123 --from 2026-11-16 --to 2026-11-23 --lang fr`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return sh.question(c, f, func(ctx context.Context, x *app.Explainer) error {
				list, zone, lang, err := x.Actions(ctx, f.o)
				if err != nil {
					return err
				}
				if f.output == "json" {
					return writeIndented(sh.out, list)
				}
				return register.WriteActions(sh.out, list, lang, zone)
			})
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.o.From, "from", "", "those that began from then on, such as 2026-11-17 (default: the last 28 days)")
	flags.StringVar(&f.o.To, "to", "", "and before then")
	flags.DurationVar(&f.o.Window, "window", register.DefaultEffectWindow, fmt.Sprintf("how long before an action and from its begin on is compared, %s", app.EffectWindows))
	f.addQuestion(flags)
	return c
}
