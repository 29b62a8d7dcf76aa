// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"strconv"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
)

// tickStepMs is the longest way that one tick moves the clock after a time without any owner. A record's facts are one
// block's: 10,000 advisors at work make 50,000 facts in five minutes, and a night's worth would fit no block.
const tickStepMs = 5 * 60_000

// maxTickSteps bounds what an owner writes at once: a log that slept longer than 30 days moves the rest in one step, when
// nobody has been at work for long.
const maxTickSteps = 30 * 24 * 60 / 5

// tick writes the owner's tick each second, so that the log's clock moves when nothing happens. fromMs is the log's clock as
// the owner found it; the time since then, when nobody ticked, is made up for in steps.
func (r *Runner) tick(ctx context.Context, number int, fromMs int64) error {
	ticker := time.NewTicker(r.o.TickEvery)
	defer ticker.Stop()
	r.publishTicks(ctx, number, missedTicks(fromMs, r.o.Now().UnixMilli()))
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		r.publishTicks(ctx, number, []int64{r.o.Now().UnixMilli()})
	}
}

// missedTicks are the instants between the log's clock and now at which nobody ticked, a step apart; none for a new log.
func missedTicks(fromMs, nowMs int64) []int64 {
	if fromMs == 0 {
		return nil
	}
	var missed []int64
	for at := fromMs + tickStepMs; at < nowMs && len(missed) < maxTickSteps; at += tickStepMs {
		missed = append(missed, at)
	}
	return missed
}

func (r *Runner) publishTicks(ctx context.Context, number int, at []int64) {
	records := make([]eventlog.Record, len(at))
	for i, ms := range at {
		e := event.Event{ID: strconv.FormatInt(ms, 10), Source: "vigie:owner", Type: event.Tick, Time: ms, Received: ms}
		records[i].Value = event.AppendJSON(nil, &e)
	}
	if len(records) == 0 {
		return
	}
	if err := r.ticks.PublishTo(ctx, number, records); err != nil && ctx.Err() == nil {
		r.o.Logger.Warn("ticks not written", "partition", number, "error", err)
	}
}
