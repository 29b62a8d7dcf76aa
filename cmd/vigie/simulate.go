// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// simulateFlags are the flags of vigie simulate as they are written.
type simulateFlags struct {
	from, to, out, truth string
	after                time.Duration
	delay, disorder      time.Duration
	late                 time.Duration
	kafka                kafkaFlags
	o                    app.SimulateOptions
	live, untilNow       bool
	position             string
}

func newSimulate(sh *shell) *cobra.Command {
	var f simulateFlags
	d := &f.o.Days
	c := &cobra.Command{
		Use:   "simulate [DIR]",
		Short: "Let the demo centre live for some days, as events",
		Long: `Simulate lets Cap Rivage live, the demo centre: customers call, chat and write,
wait, hang up and come back, advisors come, take calls, chats and mail, pause
and go, and on 17 November 2026 things go wrong. The same seed gives the same
events. The centre's files are in the binary; with DIR, those of a folder are
taken instead, which must have the same queues.

Events go to standard output, or to --out, one JSON object a line; with --kafka
they go to the log as history, in a lane of their own, while the centre runs.
--truth writes what truly happened: every call, and sums by day, queue,
campaign, team and advisor, in the simulator's own words and without our
formulas.

Business days begin when the centre's do. The night's shifts under way at the
end are finished, or end there with --end-shifts, so that another run can go on
from that day. --delay, --disorder, --duplicates and --late make the events
reach the log as they do in life; they change neither what happens nor the
truth.

With --live the centre lives today: what has happened so far goes to the log at
once, the rest when it happens, and the centre's files are applied if none are.
With --position a later run goes on where this one ended.`,
		Example: `  # the day of the story
  vigie simulate --truth truth.json >day.ndjson

  # four weeks of history before it, into the log
  vigie simulate --from 2026-10-20 --to 2026-11-17 --end-shifts \
      --kafka localhost:9092 --lane history-1

  # the day, a minute for each hour
  vigie simulate --speed 60

  # a centre that lives now, for a test of an installation
  vigie simulate --live --position simulator.json --kafka localhost:9092

  # the day in a centre with fewer people
  vigie simulate my-cap-rivage >day.ndjson`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 1 {
				return wrongUsage("one organisation is simulated at a time, got %d; name one folder, or none for the demo centre", len(args))
			}
			if f.live {
				return sh.simulateLive(c, args, &f)
			}
			return sh.simulate(c.Context(), args, &f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.from, "from", string(simulator.CapRivageDay), "first business day")
	flags.StringVar(&f.to, "to", "", "the day after the last (default: the day after --from)")
	flags.Uint64Var(&d.Seed, "seed", simulator.CapRivageSeed, "what chance begins with")
	flags.StringVar(&f.out, "out", "-", "file of the events; - is standard output")
	flags.StringVar(&f.truth, "truth", "", "file of what truly happened (default: not written)")
	flags.Float64Var(&f.o.Speed, "speed", 0, "simulated seconds in a real one; 0: as fast as possible")
	flags.StringVar(&d.Centre, "centre", "", "id of the centre (default: the id of centre.yaml)")
	flags.StringVar(&d.Lane, "lane", "", "lane of the events (default: live)")
	flags.BoolVar(&d.EndShifts, "end-shifts", false, "send everybody home at the end of the last day")
	flags.DurationVar(&f.after, "after", 0, "for how long after the last day late surveys and the like still come")
	f.addDelivery(flags)
	flags.StringVar(&f.o.Group, "group", "vigie", "with --kafka, the consumer group of vigie run: history goes no faster than it digests; empty: as fast as it can")
	f.addLive(flags)
	f.kafka.add(flags)
	return c
}

// addDelivery adds the flags of how events reach the log.
func (f *simulateFlags) addDelivery(flags *pflag.FlagSet) {
	d := &f.o.Days
	flags.DurationVar(&f.delay, "delay", 0, "from an event to the log")
	flags.DurationVar(&f.disorder, "disorder", 0, "up to so much more, at random")
	flags.Float64Var(&d.Delivery.Duplicates, "duplicates", 0, "share of the events that come twice")
	flags.Float64Var(&d.Delivery.Late, "late", 0, "share of the events that come late ...")
	flags.DurationVar(&f.late, "late-by", 20*time.Minute, "... by up to so much")
}

// addLive adds the flags of a centre that lives now.
func (f *simulateFlags) addLive(flags *pflag.FlagSet) {
	flags.BoolVar(&f.live, "live", false, "live now, into the log of --kafka")
	flags.BoolVar(&f.untilNow, "until-now", false, "with --live, end when what has happened so far is in the log")
	flags.StringVar(&f.position, "position", "", "with --live, file that remembers how far it is (default: none)")
}

// notLive are the flags that have no meaning for a centre that lives now.
var notLive = []string{"from", "to", "out", "truth", "speed", "centre", "lane", "end-shifts", "after", "delay", "disorder", "duplicates", "late", "late-by"}

// simulateLive lets the demo centre live now.
func (sh *shell) simulateLive(c *cobra.Command, folders []string, f *simulateFlags) error {
	for _, name := range notLive {
		if c.Flags().Changed(name) {
			return wrongUsage("--%s has no meaning with --live, which is today as it happens", name)
		}
	}
	kafka, err := f.kafka.options()
	if err != nil {
		return err
	}
	kafka.Logger = sh.log
	o := app.SimulateLiveOptions{Kafka: kafka, Seed: f.o.Days.Seed, Position: f.position, UntilNow: f.untilNow, Logger: sh.log}
	if err := o.Validate(); err != nil {
		return &usageError{err}
	}
	if o.Organisation, err = organisationOf(folders); err != nil {
		return err
	}
	return app.SimulateLive(c.Context(), o)
}

func (sh *shell) simulate(ctx context.Context, folders []string, f *simulateFlags) error {
	if err := f.setDays(); err != nil {
		return err
	}
	var err error
	if f.o.Kafka, err = f.kafka.given(sh.log); err != nil {
		return err
	}
	if err := f.o.Validate(); err != nil {
		return &usageError{err}
	}
	if f.o.Organisation, err = organisationOf(folders); err != nil {
		return err
	}
	outputs, err := f.open(sh.out)
	if err != nil {
		return err
	}
	if isTerminal(sh.err) {
		f.o.Days.Progress = sh.showProgress
	}
	began := time.Now()
	report, err := app.Simulate(ctx, f.o)
	if err = errors.Join(err, closeAll(outputs)); err != nil {
		return err
	}
	sh.log.Info("simulated", "days", report.Days, "calls", report.Calls, "events", report.Events, "seed", f.o.Days.Seed,
		"took", time.Since(began).Round(time.Millisecond))
	return nil
}

// organisationOf reads the folder that is named, or else the demo centre that the binary holds.
func organisationOf(folders []string) (*organisation.Organisation, error) {
	if len(folders) > 0 {
		return readFolder(folders[0])
	}
	return app.ReadOrganisation(seeds.CapRivage(), "the demo centre")
}

// setDays turns the flags into the simulator's options.
func (f *simulateFlags) setDays() error {
	d := &f.o.Days
	d.From, d.To = organisation.Date(f.from), organisation.Date(f.to)
	if d.To == "" {
		first, err := time.Parse(time.DateOnly, f.from)
		if err != nil {
			return wrongUsage("--from %q is no date; write it such as %s", f.from, simulator.CapRivageDay)
		}
		d.To = organisation.Date(first.AddDate(0, 0, 1).Format(time.DateOnly))
	}
	d.AfterMs = f.after.Milliseconds()
	d.Delivery.DelayMs, d.Delivery.DisorderMs, d.Delivery.LateMs = f.delay.Milliseconds(), f.disorder.Milliseconds(), f.late.Milliseconds()
	return nil
}

// open opens the files that are wanted. Events that go to the log go nowhere else, unless --out names a file.
func (f *simulateFlags) open(standard io.Writer) ([]*os.File, error) {
	var files []*os.File
	create := func(path string) (io.Writer, error) {
		file, err := os.Create(path)
		if err != nil {
			return nil, fmt.Errorf("making a file for the simulation: %w", errors.Join(err, closeAll(files)))
		}
		files = append(files, file)
		return file, nil
	}
	var err error
	switch {
	case f.out != "-":
		f.o.Events, err = create(f.out)
	case f.o.Kafka == nil:
		f.o.Events = standard
	}
	if err == nil && f.truth != "" {
		f.o.Truth, err = create(f.truth)
	}
	return files, err
}

func closeAll(files []*os.File) error {
	var errs []error
	for _, f := range files {
		if err := f.Close(); err != nil {
			errs = append(errs, fmt.Errorf("closing %s: %w", f.Name(), err))
		}
	}
	return errors.Join(errs...)
}

// showProgress draws how far a simulation is.
func (sh *shell) showProgress(p simulator.Progress) {
	const width = 40
	share := float64(p.Now-p.From) / float64(p.To-p.From)
	bar := make([]byte, width)
	for i := range bar {
		bar[i] = ' '
		if float64(i) < share*width {
			bar[i] = '='
		}
	}
	fmt.Fprintf(sh.err, "\r[%s] %3.0f %%  %s  %d events", bar, 100*share, time.UnixMilli(p.Now).UTC().Format("2006-01-02 15:04"), p.Events)
	if p.Now >= p.To {
		fmt.Fprintln(sh.err)
	}
}
