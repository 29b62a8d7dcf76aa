// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
)

// newRebuild restates past days under the present configuration.
func newRebuild(sh *shell) *cobra.Command {
	var kafka kafkaFlags
	var clickHouse clickHouseFlags
	var o app.RebuildOptions
	var from, to string
	c := &cobra.Command{
		Use:   "rebuild --kafka HOST:PORT --clickhouse ADDRESS --centre ID --from DAY --to DAY",
		Short: "Restate past days as the present configuration counts them",
		Long: `Rebuild counts past business days anew, as if the configuration that applies now
had applied then: after a disposition, a state or a calendar was in the wrong
class, for example. Nothing else restates what was counted.

It plays the retained log twice: as it came, which must give exactly what is
stored, else the log does not reach back far enough and nothing is done; and under
the present configuration. The difference goes to the log as corrections in a lane
of its own, which the views show as a whole once the last one is stored. Late events
are added as ever. Run again with nothing changed, it does nothing.

The last two days cannot be restated, because they may still change by themselves.
Percentiles cannot be restated: when they would change, it says so and does nothing.
Contacts, in the drill-down, keep what was said of them then.`,
		Example: `  # what would change?
  vigie rebuild --kafka localhost:9092 --clickhouse http://localhost:8123 --centre paris --from 2026-11-10 --to 2026-11-12 --dry-run`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if o.Kafka, err = kafka.options(); err != nil {
				return err
			}
			if o.ClickHouse, err = clickHouse.required(); err != nil {
				return err
			}
			if o.From, err = dayFlag("from", from); err != nil {
				return err
			}
			if o.To, err = dayFlag("to", to); err != nil {
				return err
			}
			o.Now, o.Logger = time.Now, sh.log
			if err := o.Validate(); err != nil {
				return &usageError{err}
			}
			report, err := app.Rebuild(c.Context(), o)
			if err != nil {
				return err
			}
			sh.tellRebuild(&report)
			return nil
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.Centre, "centre", "", "id of the contact centre (required)")
	flags.StringVar(&from, "from", "", "first business day to restate, YYYY-MM-DD (required)")
	flags.StringVar(&to, "to", "", "last business day to restate, YYYY-MM-DD (required)")
	flags.BoolVar(&o.DryRun, "dry-run", false, "show what would change, and publish nothing")
	kafka.add(flags)
	clickHouse.add(flags, "required")
	return c
}

func (sh *shell) tellRebuild(r *app.RebuildReport) {
	for _, c := range r.Changes {
		fmt.Fprintf(sh.out, "  %s  %s: %d -> %d\n", time.Unix(int64(c.Day)*24*60*60, 0).UTC().Format(time.DateOnly), c.Measure, c.Before, c.After)
	}
	switch {
	case r.Lane != "":
		fmt.Fprintf(sh.out, "Restated by %d records in lane %s; the views show them once the last one is stored.\n", r.Corrections, r.Lane)
	case r.Corrections > 0:
		fmt.Fprintf(sh.out, "%d records would restate this.\n", r.Corrections)
	default:
		fmt.Fprintln(sh.out, "Nothing changes.")
	}
}
