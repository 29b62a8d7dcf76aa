// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
)

// newImport sends history into a lane of its own.
func newImport(sh *shell) *cobra.Command {
	var kafka kafkaFlags
	var privacy privacyFlags
	var o app.ImportOptions
	c := &cobra.Command{
		Use:   "import --source SOURCE --centre ID --lane NAME --kafka HOST:PORT FILE...",
		Short: "Send recorded files to the log as history, while the centre runs",
		Long: `Import reads recorded files, oldest first, into a lane of their own: they have a
clock of their own, move no live window and raise no alert. Their facts become
visible together, when the last one is stored. What happens live meanwhile goes
through the same partition, so the import keeps the pace of vigie run.

Give each import a name that no other has. One that broke off is begun again
under another name; what the first left stays hidden.`,
		Example: `  vigie import --source asterisk-queue-log --centre paris --lane january-2026 \\
      --kafka localhost:9092 queue_log.2 queue_log.1.gz queue_log`,
		RunE: func(c *cobra.Command, files []string) error {
			var err error
			if o.Kafka, err = kafka.options(); err != nil {
				return err
			}
			if o.Privacy, err = privacy.load(); err != nil {
				return err
			}
			o.Files, o.Logger = files, sh.log
			if err := o.Validate(); err != nil {
				return &usageError{err}
			}
			began := time.Now()
			report, err := app.Import(c.Context(), o)
			if err != nil {
				return err
			}
			sh.log.Info("imported", "lines", report.Lines, "events", report.Events, "dead_letters", report.DeadLetters,
				"from", time.UnixMilli(report.FromMs).UTC(), "to", time.UnixMilli(report.ToMs).UTC(), "took", time.Since(began).Round(time.Millisecond))
			return nil
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.Source, "source", "", "what wrote the files: "+strings.Join(app.ReplaySources(), ", ")+" (required)")
	flags.StringVar(&o.Centre, "centre", "", "id of the contact centre (required)")
	flags.StringVar(&o.Lane, "lane", "", "name of this import (required)")
	flags.StringArrayVar(&o.Members, "member", nil, "REGEXP=NAME: the advisor that a member's interface stands for; may be repeated")
	flags.StringVar(&o.Group, "group", "vigie", "consumer group of vigie run: the import goes no faster than it digests, so that live values stay fresh; empty: as fast as it can")
	kafka.add(flags)
	privacy.add(flags)
	return c
}
