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

// fastClock tells the time of a recording that is played faster than it happened. After its end time passes as usual.
type fastClock struct {
	began    time.Time // real
	from, to time.Time // recorded
	speed    float64
}

func newFastClock(fromMs, toMs int64, speed float64) *fastClock {
	return &fastClock{began: time.Now(), from: time.UnixMilli(fromMs), to: time.UnixMilli(toMs), speed: speed}
}

func (c *fastClock) now() time.Time {
	real := time.Since(c.began)
	if t := c.from.Add(time.Duration(float64(real) * c.speed)); t.Before(c.to) {
		return t
	}
	return c.to.Add(real - c.real(c.to.Sub(c.from)))
}

// real is how long a recorded duration takes to play.
func (c *fastClock) real(recorded time.Duration) time.Duration {
	return max(time.Duration(float64(recorded)/c.speed), 10*time.Millisecond)
}

// feed is the recording as events, in the order of its lines.
type feed struct {
	events   []event.Event
	due      []int64 // the time of the line that an event came from
	from, to int64
}

// newFeed parses the recording.
func newFeed() (*feed, error) {
	rules, err := asterisk.ParseMemberRules([]string{seeds.AsteriskMemberRule})
	if err != nil {
		return nil, err
	}
	parser, err := asterisk.NewParser(asterisk.Options{Centre: demoCentre, Members: rules})
	if err != nil {
		return nil, err
	}
	f := &feed{}
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

// configure publishes the recorded centre's settings, so that they apply from its first event on.
func (f *feed) configure(ctx context.Context, p *eventlog.Producer, now time.Time) error {
	centre := event.DefaultCentreConfig(seeds.AsteriskZone)
	centre.ShortAbandonMs = seeds.AsteriskShortAbandonMs
	o := organisation.Organisation{Centre: centre}
	for _, queue := range slices.Sorted(maps.Keys(seeds.AsteriskThresholds)) {
		o.Queues = append(o.Queues, organisation.Queue{QueueConfig: event.QueueConfig{Queue: queue,
			ThresholdMs: seeds.AsteriskThresholds[queue], Channel: event.ChannelVoice}})
	}
	return publishEvents(ctx, p, organisation.Records(demoCentre, 1, f.from, o.Objects()), now.UnixMilli())
}

// run publishes each event when its time has come.
func (f *feed) run(ctx context.Context, p *eventlog.Producer, clock *fastClock) error {
	for next := 0; next < len(f.events); {
		nowMs := clock.now().UnixMilli()
		end := next
		for end < len(f.events) && f.due[end] <= nowMs {
			end++
		}
		if err := publishEvents(ctx, p, f.events[next:end], nowMs); err != nil {
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
