// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
)

// newBench is the parent of what measures.
func newBench(sh *shell) *cobra.Command {
	c := &cobra.Command{
		Use:   "bench",
		Short: "Measure how fast vigie is on this machine",
		Args:  noArguments,
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newBenchLatency(sh))
	return c
}

// newBenchLatency measures from produced to visible.
func newBenchLatency(sh *shell) *cobra.Command {
	var o app.LatencyOptions
	var kafka kafkaFlags
	c := &cobra.Command{
		Use:   "latency",
		Short: "Measure how long an event takes until a wall shows it",
		Long: `Latency lets a synthetic telephone centre live in real time, through a broker,
the pipeline and the HTTP interface of this process, while walls look on. Each
customer who enters a queue is timed from the instant at which the schedule has
the event, not from when it was sent, until a reader over HTTP has received the
number that counts it. It is measured once as many conversations end as begin.

Without --kafka it starts a broker of its own, and in any case a ClickHouse
engine, in a temporary folder that it removes. With --kafka it makes topics of
its own in that cluster, named vigie-bench-DATE-TIME, and removes them in the
end; nothing else there is touched.

Load, broker, pipeline and readers share this machine's cores, so that a
pipeline on machines of its own is faster.`,
		Example: `  # 2,000 events a second, and 200 walls that look on
  vigie bench latency --rate 2000 --walls 200 --for 30s

  # the same while 500,000 events of history are imported into that centre
  vigie bench latency --import 500000 --for 30s

  # through a Kafka of yours
  vigie bench latency --kafka kafka-1:9092 --replication 3`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if len(kafka.o.Brokers) > 0 {
				var err error
				if o.Kafka, err = kafka.options(); err != nil {
					return err
				}
			}
			if !c.Flags().Changed("log-level") {
				sh.only(slog.LevelError)
			}
			o.Version, o.Out, o.Logger = version, sh.err, sh.log
			if err := o.Validate(); err != nil {
				return &usageError{err}
			}
			report, err := app.MeasureLatency(c.Context(), o)
			if err != nil {
				return fmt.Errorf("measuring: %w", err)
			}
			report.Write(sh.out, o.Walls)
			return nil
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.IntVar(&o.Rate, "rate", 2000, "events a second")
	flags.IntVar(&o.Walls, "walls", 200, "walls that look on, on ten boards in two languages")
	flags.IntVar(&o.Advisors, "advisors", 5000, "advisors of the centre; conversations are as short as the rate then asks for")
	flags.DurationVar(&o.For, "for", 30*time.Second, "how long is measured, once the load is steady")
	flags.IntVar(&o.Import, "import", 0, "events of history that are imported into the same centre meanwhile")
	flags.BoolVar(&o.NoStore, "no-store", false, "without ClickHouse")
	kafka.add(flags)
	flags.Lookup("kafka").Usage = "Kafka brokers, host:port, separated by commas (default: a broker of its own)"
	for _, name := range []string{"partitions", "retention", "events-topic", "checkpoints-topic", "dead-letters-topic"} {
		flags.Lookup(name).Hidden = true // it has topics of its own
	}
	return c
}
