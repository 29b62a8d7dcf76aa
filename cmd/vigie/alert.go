// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/event"
)

func newAlert(sh *shell) *cobra.Command {
	c := group("alert", "Acknowledge alerts, and see how noisy they were",
		`Alert is for those whom alerts call: ack says that one was seen and why it came,
noise tells how noisy the alerts of a week were.`,
		newAlertAck(sh), newAlertNoise(sh))
	c.Aliases = []string{"alerts"}
	return c
}

func newAlertAck(sh *shell) *cobra.Command {
	f := &registerFlags{}
	c := &cobra.Command{
		Use:   "ack RULE --kafka HOST:PORT --cause CAUSE",
		Short: "Say that an alert was seen, and why it came",
		Long: `Ack puts an acknowledgement into the log. It changes no alert: the report on noise
counts it, and how long it took. --cause false_alarm is what mends a rule.`,
		Example: `  vigie alert ack service_level_live --scope queue:assistance --cause tool --by supervisor --kafka localhost:9092`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUsage("name the rule of one alert, for example: vigie alert ack service_level_live")
			}
			if f.word.Scope == "" && f.clickHouse.o.Addr == "" {
				return wrongUsage("say which alert: --scope queue:NAME and the like, or --clickhouse to find where it fires")
			}
			f.word.Alert = args[0]
			return sh.say(c.Context(), event.AlertAcknowledged, f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.word.Cause, "cause", "", "why it came: "+strings.Join(event.Causes, ", ")+" (required)")
	flags.StringVar(&f.word.Scope, "scope", "", "scope of the alert: centre, or programme:, team:, queue:, campaign:, channel: or source: and a name (default: where it fires, with --clickhouse)")
	flags.StringVar(&f.word.Incident, "incident", "", "the incident that it belongs to")
	f.addWord(flags, "it was seen")
	f.clickHouse.add(flags, "default: none")
	return c
}

func newAlertNoise(sh *shell) *cobra.Command {
	f := &registerFlags{}
	c := &cobra.Command{
		Use:   "noise --clickhouse ADDRESS",
		Short: "Show how noisy the alerts of a week were, by rule and day",
		Long: `Noise counts the alerts that fired, by rule and day of the centre's clock: whom they
call, how many came again within an hour, were acknowledged, were false, how long it
took to see them, how long they lasted and where most of them fired. It names the
rules to look at first, and what usually helps.`,
		Example: `  vigie alert noise --clickhouse http://localhost:8123
  vigie alert noise --clickhouse http://localhost:8123 --week 2026-W47 --output json`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return sh.question(c, f, func(ctx context.Context, x *app.Explainer) error {
				noise, lang, err := x.Noise(ctx, f.o)
				if err != nil {
					return err
				}
				if f.output == "json" {
					return writeIndented(sh.out, noise)
				}
				return noise.WriteText(sh.out, lang)
			})
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.o.Week, "week", "last", "week, such as 2026-W47, or last, or this")
	f.addQuestion(flags)
	return c
}
