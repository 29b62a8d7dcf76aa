// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/ingest/asterisk"
	"github.com/vigie-kpi/vigie/organisation"
)

// replayFlags are the flags of vigie replay as they are written.
type replayFlags struct {
	source, centre, config, timezone, window, output, deadLetters string
	thresholds, members                                           []string
	shortAbandon                                                  time.Duration
}

func newReplay(sh *shell) *cobra.Command {
	var f replayFlags
	c := &cobra.Command{
		Use:   "replay --source SOURCE FILE...",
		Short: "Count what recorded files say, and print the indicators",
		Long: `Replay runs recorded files through the same machine that runs live, and prints
the measures and indicators of the centre, its queues, channels, teams and
advisors. It needs no Kafka and no ClickHouse.

Rotated files go in the order of time, oldest first; gzip is recognised; - is
standard input. At the end the clock stands at the last event: who still waits
then is counted as waiting, and offered - answered - abandoned - left - lost -
waiting must be 0, or replay fails.

Thresholds. A wait up to T is within the service level, an abandon before S is
short. --threshold 20s sets T of every queue without its own, --threshold
QUEUE=10s that of one queue, whatever --config says; --short-abandon sets S of
every queue without its own. Without any, T is 20s and S is 5s.

Configuration. --config names a folder with an organisation: centre.yaml,
queues.yaml, advisors.yaml and so on; each may be missing. It is the folder that
vigie apply publishes, and docs/configuration.md describes it.

Dead letters. A line that cannot be read and an event that is refused count as
dead letters: the first ten are shown on standard error with file and line,
--dead-letters writes all of them, one JSON object a line.

Output. table is for people. json has, for each scope, measures (sums) and
indicators with value, numerator, denominator and unit: ratios are fractions,
durations milliseconds, a value without a denominator is null. csv is the same
in long form: kind,id,name,value,numerator,denominator,unit. Only what this
version counts is shown, so that a zero means that nothing happened.`,
		Example: `  # an Asterisk whose service levels are 10 s and 8 s
  vigie replay --source asterisk-queue-log --threshold support=10s --threshold ventes=8s queue_log

  # members that ADDMEMBER shows by interface and calls by name
  vigie replay --source asterisk-queue-log --member 'Local/(\d+)@agents/n=advisor-$1' queue_log.1 queue_log

  # the last quarter of an hour, for a spreadsheet
  vigie replay --source asterisk-queue-log --window 15m --output csv queue_log >quarter.csv`,
		RunE: func(c *cobra.Command, files []string) error {
			o, err := f.options(c, files)
			if err != nil {
				return err
			}
			return sh.replay(c.Context(), o, &f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.source, "source", "", "what wrote the files: "+strings.Join(app.ReplaySources(), ", ")+" (required)")
	flags.StringVar(&f.centre, "centre", "", "id of the contact centre (default: the id of centre.yaml, else "+app.DefaultCentre+")")
	flags.StringVar(&f.config, "config", "", "folder with the centre's configuration")
	flags.StringArrayVar(&f.thresholds, "threshold", nil, "T, for all queues as 20s or for one as QUEUE=10s; may be repeated")
	flags.DurationVar(&f.shortAbandon, "short-abandon", event.DefaultShortAbandonMs*time.Millisecond, "S of queues without their own")
	flags.StringVar(&f.timezone, "timezone", "", "IANA time zone of the centre, such as Europe/Paris (default: that of centre.yaml, else "+organisation.DefaultZone+")")
	flags.StringVar(&f.window, "window", app.WindowAll, "what to count, up to the last event: "+strings.Join(app.ReplayWindows(), ", "))
	flags.StringArrayVar(&f.members, "member", nil, "which advisor a member of the telephone system is, as REGEXP=NAME; may be repeated")
	flags.StringVar(&f.output, "output", "table", "form of the result: table, json, csv")
	flags.StringVar(&f.deadLetters, "dead-letters", "", "file to write all dead letters to; what it held is lost")
	return c
}

// options checks the flags and gathers what they ask for.
func (f *replayFlags) options(c *cobra.Command, files []string) (app.ReplayOptions, error) {
	o := app.ReplayOptions{Source: f.source, Files: files, Centre: f.centre, Config: *organisation.Default(), Window: f.window, Members: f.members}
	if f.source == "" {
		return o, wrongUsage("--source is missing: choose one of %s", strings.Join(app.ReplaySources(), ", "))
	}
	if f.writer() == nil {
		return o, wrongUsage("--output %q: choose table, json or csv", f.output)
	}
	if err := o.Validate(); err != nil {
		return o, &usageError{err}
	}
	if _, err := asterisk.ParseMemberRules(f.members); err != nil {
		return o, &usageError{err}
	}
	if f.timezone != "" {
		if _, err := zone.Load(f.timezone); err != nil {
			return o, wrongUsage("--timezone: %w", err)
		}
		o.Overrides.Zone = f.timezone
	}
	if err := f.setThresholds(&o.Overrides, c.Flags().Changed("short-abandon")); err != nil {
		return o, err
	}
	if f.config != "" {
		config, err := readFolder(f.config)
		if err != nil {
			return o, err
		}
		o.Config = *config
	}
	return o, nil
}

func (f *replayFlags) setThresholds(o *app.Overrides, shortGiven bool) error {
	o.QueueThreshold = map[string]int64{}
	for _, text := range f.thresholds {
		i := strings.LastIndexByte(text, '=')
		queue := text[:max(i, 0)]
		ms, err := thresholdMs(text[i+1:])
		if err != nil {
			return wrongUsage("--threshold %s: %w", text, err)
		}
		switch {
		case i == 0:
			return wrongUsage("--threshold %s: no queue before =; write QUEUE=10s, or 10s for all queues", text)
		case queue == "" && o.ThresholdMs != 0, o.QueueThreshold[queue] != 0:
			return wrongUsage("--threshold %s: given twice; give it once", text)
		case queue == "":
			o.ThresholdMs = ms
		default:
			o.QueueThreshold[queue] = ms
		}
	}
	if !shortGiven {
		return nil
	}
	if f.shortAbandon < 0 || f.shortAbandon%time.Millisecond != 0 {
		return wrongUsage("--short-abandon %s: give whole milliseconds, 0s or more", f.shortAbandon)
	}
	ms := f.shortAbandon.Milliseconds()
	if o.ThresholdMs != 0 && ms > o.ThresholdMs {
		return wrongUsage("--short-abandon %s exceeds --threshold %s: an abandon is short only while the service level can still be met",
			f.shortAbandon, time.Duration(o.ThresholdMs)*time.Millisecond)
	}
	o.ShortAbandonMs = &ms
	return nil
}

func thresholdMs(text string) (int64, error) {
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, errors.New("write a duration with its unit, such as 20s or 1m30s")
	}
	if most := event.MaxThresholdMs * time.Millisecond; d < time.Millisecond || d > most || d%time.Millisecond != 0 {
		return 0, errors.New("give whole milliseconds, from 1ms to 24h")
	}
	return d.Milliseconds(), nil
}

// writer is how the report is written; nil for a form that does not exist.
func (f *replayFlags) writer() func(*app.ReplayReport, io.Writer) error {
	switch f.output {
	case "table":
		return (*app.ReplayReport).WriteTable
	case "json":
		return (*app.ReplayReport).WriteJSON
	case "csv":
		return (*app.ReplayReport).WriteCSV
	}
	return nil
}

// replay runs the replay and tells what happened: the report on standard output, the rest on standard error.
func (sh *shell) replay(ctx context.Context, o app.ReplayOptions, f *replayFlags) (err error) {
	letters, err := openLetters(sh.err, f.deadLetters, o.Files)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, letters.close()) }()
	progress := newProgress(sh.err, time.Now)
	o.Progress = progress.show
	o.DeadLetter = func(d app.ReplayDeadLetter) error {
		progress.clear()
		return letters.add(d)
	}
	report, err := app.Replay(ctx, o)
	progress.clear()
	letters.summary()
	var unknown *app.UnknownQueueError
	if errors.As(err, &unknown) {
		return &usageError{err}
	}
	if err != nil {
		return err
	}
	for _, count := range report.Ignored {
		sh.log.Debug("lines ignored", "reason", count.Label, "lines", count.N)
	}
	for _, note := range report.Notes {
		fmt.Fprintln(sh.err, "note:", note) // not through the log, whose quotes would spoil a command to copy
	}
	if err := f.writer()(report, sh.out); err != nil {
		return err
	}
	return report.Check()
}
