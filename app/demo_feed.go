// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/ingest/asterisk"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
)

// recordedCentre is the id of the recording's centre.
const recordedCentre = "demo"

// recording is a recorded queue log as events, in the order of its lines.
type recording struct {
	events   []event.Event
	due      []int64 // the time of the line that an event came from
	from, to int64
	speed    float64
}

func (f *recording) centre() string    { return recordedCentre }
func (f *recording) zone() string      { return seeds.AsteriskZone }
func (f *recording) clock() *fastClock { return newFastClock(f.from, f.to, f.speed) }

// newRecording parses the recording.
func newRecording(speed float64) (*recording, error) {
	rules, err := asterisk.ParseMemberRules([]string{seeds.AsteriskMemberRule})
	if err != nil {
		return nil, err
	}
	parser, err := asterisk.NewParser(asterisk.Options{Centre: recordedCentre, Members: rules})
	if err != nil {
		return nil, err
	}
	f := &recording{speed: speed}
	err = asterisk.Read(context.Background(), bytes.NewReader(seeds.AsteriskQueueLog), "queue_log", parser, func(out asterisk.Output) error {
		if out.Dead != nil {
			return fmt.Errorf("the recording: %s: %s", out.Place, out.Dead.Detail)
		}
		if len(out.Events) == 0 {
			return nil
		}
		due := slices.MaxFunc(out.Events, func(a, b event.Event) int { return cmp.Compare(a.Time, b.Time) }).Time
		for i := range out.Events {
			f.events = append(f.events, out.Events[i].Clone())
			f.due = append(f.due, due)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	f.from, f.to = f.due[0], f.due[len(f.due)-1]
	return f, nil
}

// prepare publishes the recorded centre's settings, so that they apply from its first event on.
func (f *recording) prepare(ctx context.Context, d *demo) error {
	centre := event.DefaultCentreConfig(seeds.AsteriskZone)
	centre.ShortAbandonMs = seeds.AsteriskShortAbandonMs
	o := organisation.Organisation{Centre: centre}
	for _, queue := range slices.Sorted(maps.Keys(seeds.AsteriskThresholds)) {
		o.Queues = append(o.Queues, organisation.Queue{QueueConfig: event.QueueConfig{Queue: queue,
			ThresholdMs: seeds.AsteriskThresholds[queue], Channel: event.ChannelVoice}})
	}
	return publishEvents(ctx, d.app.producer, organisation.Records(recordedCentre, 1, f.from, o.Objects()), d.clock.now().UnixMilli())
}

func (f *recording) play(ctx context.Context, d *demo) error {
	for next := 0; next < len(f.events); {
		nowMs := d.clock.now().UnixMilli()
		end := next
		for end < len(f.events) && f.due[end] <= nowMs {
			end++
		}
		if err := publishEvents(ctx, d.app.producer, f.events[next:end], nowMs); err != nil {
			return err
		}
		next = end
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(feedEvery):
		}
	}
	return nil
}

const feedEvery = 20 * time.Millisecond

// recordedQuery is what an analyst would ask: the day of each queue, from the view that the catalogue is compiled to.
const recordedQuery = `SELECT queue, offered, answered, abandoned, left,
       round(100 * sl_neg, 1) AS "service level %", round(100 * answer_rate, 1) AS "answer rate %", round(asa / 1000, 1) AS "ASA s"
FROM vigie.v_queue_day ORDER BY queue`

func (f *recording) introduce(_ context.Context, d *demo) {
	d.say("\nA recorded call centre, %d times as fast: two queues, eleven advisors, 759 calls in 25 minutes.\n", int(d.o.Speed))
	d.addresses(recordedQuery)
}

// ended shows the end of the recording: the board, and the same numbers by SQL.
func (f *recording) ended(ctx context.Context, d *demo) error {
	d.say("The recording has ended. The board above is what the live windows hold.")
	if d.engine == nil {
		return nil
	}
	table, err := d.query(ctx, recordedQuery+" FORMAT PrettyCompactNoEscapes")
	if err != nil {
		return err
	}
	d.say("The same day, by SQL from ClickHouse:\n\n%s", table)
	return nil
}

// publishEvents stamps events and puts them into the log.
func publishEvents(ctx context.Context, p *eventlog.Producer, events []event.Event, receivedMs int64) error {
	if len(events) == 0 {
		return nil
	}
	records := make([]eventlog.Record, len(events))
	for i := range events {
		events[i].Received = receivedMs
		records[i] = eventlog.Record{Key: []byte(events[i].Centre), Value: event.AppendJSON(nil, &events[i])}
	}
	if err := p.Publish(ctx, records); err != nil {
		return fmt.Errorf("publishing %d events: %w", len(events), err)
	}
	return nil
}
