// SPDX-License-Identifier: Apache-2.0

package main

import (
	"log/slog"
	"os"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
)

// newDemo runs everything on this machine.
func newDemo(sh *shell) *cobra.Command {
	o := app.DemoOptions{}
	var alerting alertFlags
	c := &cobra.Command{
		Use:   "demo",
		Short: "Show a living call centre on this machine alone",
		Long: `Demo starts a Kafka-protocol broker and the ClickHouse engine inside this
program's own processes, and lets Cap Rivage live in them, the demo centre: four
weeks of history first, then Tuesday 17 November 2026, faster than it happened,
with its incident at 10:02. It needs no Docker, and leaves nothing behind; with
--data-dir all is kept, and the next demo goes on where this one stopped.

With --recording it plays 25 minutes of a real Asterisk instead.`,
		Example: `  vigie demo
  vigie demo --start 10:00 --speed 20        # the incident, slowly
  vigie demo --data-dir ~/vigie-demo         # go on tomorrow
  vigie demo --recording --speed 300 --for 60s`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if o.Alerting, err = alerting.options(); err != nil {
				return err
			}
			if err := o.Validate(); err != nil {
				return &usageError{err}
			}
			o.Version, o.Program, o.Out, o.Live = version, os.Args[0], sh.out, isTerminal(sh.out)
			if !c.Flags().Changed("log-level") {
				sh.only(slog.LevelError) // the board is what there is to see; that an import is under way is no news
			}
			o.Logger = sh.log
			return app.Demo(c.Context(), o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.Float64Var(&o.Speed, "speed", 60, "how many times as fast as it happened")
	flags.StringVar(&o.Start, "start", "09:00", "time of the demo day from which on it plays; what was before comes at once")
	flags.IntVar(&o.HistoryDays, "history-days", 28, "days of history before the demo day; 0: none")
	flags.BoolVar(&o.Recording, "recording", false, "play the recording of a real Asterisk instead of the demo centre")
	flags.DurationVar(&o.For, "for", 0, "end after this long (default: at Ctrl-C)")
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:8080", "host:port of the HTTP interface")
	flags.StringVar(&o.DataDir, "data-dir", "", "folder of the broker and the databases, kept at the end (default: a temporary one)")
	flags.BoolVar(&o.NoStore, "no-store", false, "live indicators only, no ClickHouse")
	alerting.addAddress(flags)
	return c
}
