// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
)

// newRepeats runs the daily job by hand.
func newRepeats(sh *shell) *cobra.Command {
	var clickHouse clickHouseFlags
	var o app.RepeatsOptions
	var from, to string
	c := &cobra.Command{
		Use:   "repeats --clickhouse ADDRESS",
		Short: "Find out who came again, and book what was said of contacts late",
		Long: `Repeats computes, from the contacts in ClickHouse, what only later ones tell:
which were followed by another of the same customer within 3, 7, 14 and 30 days
(first contact resolution), and which customers came back within the hour after
an abandon. Surveys, evaluations, sales and other words that came when the
pipeline had forgotten their contact are booked on it. The views show all of it
beside the other measures.

vigie run does this by itself: each quarter of an hour for today and yesterday,
and once a day for all that may still change. Run it by hand after changing
contacts, or to have an import counted at once. It may be run again, and while
the pipeline runs: the same contacts give the same rows.

Without --from and --to it computes what may have changed since the last full
pass: the last 31 days, days that contacts became known of, and what an import
touches. At most a year can be computed. Within N days of today a value of N days
is provisional: who called yesterday may still call again.`,
		Example: `  # what may have changed
  vigie repeats --clickhouse http://localhost:8123

  # November, of one centre
  vigie repeats --clickhouse http://localhost:8123 --centre paris --from 2026-11-01 --to 2026-11-30`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if o.ClickHouse, err = clickHouse.required(); err != nil {
				return err
			}
			if o.From, err = dayFlag("from", from); err != nil {
				return err
			}
			if o.To, err = dayFlag("to", to); err != nil {
				return err
			}
			if err := o.Validate(); err != nil {
				return &usageError{err}
			}
			o.Progress = func(centre string, done, all int) {
				sh.log.Info("computing", "centre", centre, "done", done, "of", all)
			}
			return sh.repeats(c.Context(), o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	clickHouse.add(flags, "required")
	flags.StringVar(&o.Centre, "centre", "", "id of the contact centre (default: all)")
	flags.StringVar(&from, "from", "", "first business day to compute, YYYY-MM-DD")
	flags.StringVar(&to, "to", "", "last business day to compute, YYYY-MM-DD")
	return c
}

// repeats runs a pass and tells what it did.
func (sh *shell) repeats(ctx context.Context, o app.RepeatsOptions) error {
	began := time.Now()
	reports, err := app.Repeats(ctx, o)
	for i := range reports {
		sh.tellRepeats(&reports[i])
	}
	if err != nil {
		return err
	}
	if len(reports) == 0 {
		fmt.Fprintln(sh.out, "no contacts are stored")
	}
	sh.log.Info("done", "took", time.Since(began).Round(time.Millisecond))
	return nil
}

func (sh *shell) tellRepeats(r *app.RepeatsReport) {
	day := func(n int64) string { return time.Unix(n*24*60*60, 0).UTC().Format(time.DateOnly) }
	for _, d := range r.Ranges {
		fmt.Fprintf(sh.out, "%s: %s to %s computed\n", r.Centre, day(d.From), day(d.To))
	}
	fmt.Fprintf(sh.out, "%s: %d rows, late outcomes on %d contacts\n", r.Centre, r.Rows, r.Late)
	if r.Unknown > 0 {
		fmt.Fprintf(sh.out, "%s: %d late outcomes name a contact that is not stored; they are in table outcomes (in_time = 0), and count once it is: "+
			"import its history, or correct the source\n", r.Centre, r.Unknown)
	}
}

// dayFlag reads a date; "" is none.
func dayFlag(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Unix() <= 0 {
		return time.Time{}, wrongUsage("--%s %q: write a date as YYYY-MM-DD, for example 2026-11-30", name, text)
	}
	return day, nil
}
