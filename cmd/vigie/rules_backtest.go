// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"io"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// backtestFlags are the flags of vigie rules backtest as they are written.
type backtestFlags struct {
	o      app.BacktestOptions
	kafka  kafkaFlags
	format string
}

func newRulesBacktest(sh *shell) *cobra.Command {
	var f backtestFlags
	c := &cobra.Command{
		Use:   "backtest DIR [FILE...]",
		Short: "See what rules would have done: how often, how long, at what volume",
		Long: `Backtest plays the past through the machine that runs live, under the rules of
the organisation in DIR, and counts what would have fired for each rule and
scope: alerts, those of them that no other alert held back, how long they went
on, and how many contacts the half-hour before had.

The past is a file of events or several in the order of time (one JSON object a
line, such as vigie simulate writes), or the log of the centre with --kafka, or
the demo centre's days with --simulate. In the log the configurations in force
at the time apply, but for their rules. All of the past is played, and --from and
--to say what is counted of it, in business days: the weeks before teach the
rules what is usual.`,
		Example: `  # the rules in my-centre on a week of the log, before vigie apply
  vigie rules backtest my-centre --kafka localhost:9092 --from 2026-11-09 --to 2026-11-16

  # on recordings
  vigie rules backtest my-centre october.ndjson november.ndjson --from 2026-11-02 --format json

  # one rule on the demo day
  vigie rules backtest seeds/cap-rivage --simulate --from 2026-11-17 --rule service_level_ahead`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return wrongUsage("no organisation is named; give the folder that has the rules")
			}
			f.o.Recordings = args[1:]
			return sh.backtest(c.Context(), args[0], &f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.o.From, "from", "", "first business day that counts (default: the first that there is)")
	flags.StringVar(&f.o.To, "to", "", "the day after the last (default: the day after --from, or the end)")
	flags.StringSliceVar(&f.o.Rules, "rule", nil, "only these rules, separated by commas (default: all)")
	flags.StringVar(&f.o.Centre, "centre", "", "id of the centre (default: the id of centre.yaml)")
	flags.BoolVar(&f.o.Simulate, "simulate", false, "play the demo centre's days instead of files or a log")
	flags.Uint64Var(&f.o.Seed, "seed", simulator.CapRivageSeed, "what chance begins with, for --simulate")
	flags.StringVar(&f.format, "format", "table", "form of the result: table, json")
	f.kafka.add(flags)
	flags.Lookup("kafka").Usage = "read the log of these Kafka brokers, host:port, separated by commas"
	return c
}

// writer is how the report is written; nil for a form that does not exist.
func (f *backtestFlags) writer() func(*app.BacktestReport, io.Writer) error {
	switch f.format {
	case "table":
		return (*app.BacktestReport).WriteTable
	case "json":
		return (*app.BacktestReport).WriteJSON
	}
	return nil
}

func (sh *shell) backtest(ctx context.Context, folder string, f *backtestFlags) error {
	write := f.writer()
	if write == nil {
		return wrongUsage("--format %q: choose table or json", f.format)
	}
	var err error
	if f.o.Kafka, err = f.kafka.given(sh.log); err != nil {
		return err
	}
	if err := f.o.Validate(); err != nil {
		return &usageError{err}
	}
	if f.o.Organisation, err = readFolder(folder); err != nil {
		return err
	}
	report, err := app.Backtest(ctx, f.o)
	if err != nil {
		return err
	}
	return write(report, sh.out)
}
