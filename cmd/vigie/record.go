// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
)

// newRecord takes figures that people enter by hand.
func newRecord(sh *shell) *cobra.Command {
	var kafka kafkaFlags
	var centre string
	var figure app.Figure
	c := &cobra.Command{
		Use:   "record --kafka HOST:PORT --centre ID [FILE.xlsx]",
		Short: "Enter figures by hand, from the command line or a workbook",
		Long: `Record enters figures that no source gives, such as a survey on paper. They are
marked as entered and never mixed with what was measured: no indicator, window or
view counts them; the view entered_figures in ClickHouse shows them.

A figure is of a business day and a scope: an indicator that is one measure over
another, with the number of cases (--n), or a single measure. Entered again, the
newest counts; the value "withdrawn" takes it back.

With a file, each row of the workbook is a figure; vigie record template writes
one to fill in. When something is wrong, all of it is said and nothing entered.`,
		Example: `  # 82 % satisfied of 120 answers on paper
  vigie record --kafka localhost:9092 --centre paris --indicator csat --scope queue:assistance --day 2026-11-17 --value "82 %" --n 120

  # many figures
  vigie record template figures.xlsx
  vigie record --kafka localhost:9092 --centre paris figures.xlsx`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			figures := []app.Figure{figure}
			switch {
			case len(args) > 1:
				return wrongUsage("one workbook is read at a time, got %d", len(args))
			case len(args) == 1 && figure != app.Figure{}:
				return wrongUsage("give a workbook, or --indicator, --day and so on; not both")
			case len(args) == 1:
				var err error
				if figures, err = app.ReadFigures(args[0]); err != nil {
					return err
				}
			case figure.Indicator == "":
				return wrongUsage("what is entered? Give a workbook, or --indicator, --day and --value")
			}
			o, err := kafka.options()
			if err != nil {
				return err
			}
			n, err := app.Record(c.Context(), o, centre, figures, time.Now, sh.log)
			if err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "Entered %d measures of centre %s; the view entered_figures shows them.\n", n, centre)
			return nil
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&centre, "centre", "", "id of the contact centre (required)")
	flags.StringVar(&figure.Indicator, "indicator", "", "id of an indicator or a measure")
	flags.StringVar(&figure.Scope, "scope", "", "queue:NAME, team:NAME, advisor:NAME and so on (default: the centre)")
	flags.StringVar(&figure.Day, "day", "", "business day, YYYY-MM-DD")
	flags.StringVar(&figure.Value, "value", "", "the figure: 82 %, 4.5 or 1200; withdrawn takes it back")
	flags.StringVar(&figure.N, "n", "", "number of cases behind a share or a mean")
	kafka.add(flags)
	c.AddCommand(newRecordTemplate(sh))
	return c
}

// newRecordTemplate writes a workbook to fill in.
func newRecordTemplate(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:     "template FILE.xlsx",
		Short:   "Write a workbook to fill in for vigie record",
		Long:    `Template writes a workbook with one row for each figure, an example and how to fill it in.`,
		Example: `  vigie record template figures.xlsx`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUsage("name one file to write, for example vigie record template figures.xlsx")
			}
			if err := app.WriteFiguresTemplate(args[0]); err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "Wrote %s.\n", args[0])
			return nil
		},
	}
}
