// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"log/slog"
	"time"

	"github.com/vigie-kpi/vigie/eventlog"
)

const (
	// paceWindow is how many records of its partition an import lets wait to be digested. What happens live waits behind
	// them: some 0.2 s.
	paceWindow = 20_000
	// paceEvery is after how many records of its own an import looks how far the machine is.
	paceEvery = paceWindow / 4
	// paceAgain is how often it looks while it waits.
	paceAgain = 20 * time.Millisecond
	// pacePatience is how long the machine may stand still before the import goes on regardless: nobody looks at it then.
	pacePatience = 10 * time.Second
)

// pace lets an import go no faster than the machine of its partition digests, as far as the group's commits tell. History
// shares the partition with what happens live: published as fast as it can be read, it would make the live values old. The
// zero value lets everything through.
type pace struct {
	where     paceWhere // nil: no limit
	window    int64     // how many records may wait
	log       *slog.Logger
	since     int // records published since it was last looked
	patience  time.Duration
	committed int64
	moved     time.Time
}

// paceWhere tells how far the log goes, and how far what it holds is done with; -1 when nobody has said so yet.
type paceWhere func(ctx context.Context) (next, committed int64, err error)

// newPace returns the pace of an import into a centre's partition. No group: no limit.
func newPace(log *eventlog.Log, group, centre string, logger *slog.Logger) (pace, error) {
	if group == "" {
		return pace{}, nil
	}
	g, err := log.NewGroup(eventlog.GroupOptions{ID: group})
	if err != nil {
		return pace{}, err
	}
	partition := log.PartitionOf([]byte(centre))
	where := func(ctx context.Context) (next, committed int64, err error) {
		if committed, _, err = g.Committed(ctx, partition); err != nil {
			return 0, 0, err
		}
		_, next, err = log.Bounds(ctx, eventlog.Events, partition)
		return next, committed, err
	}
	return paceBy(where, paceWindow, pacePatience, logger), nil
}

// paceBy returns the pace that something else tells. No logger: what it says is dropped.
func paceBy(where paceWhere, window int64, patience time.Duration, logger *slog.Logger) pace {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return pace{where: where, window: window, patience: patience, log: logger, since: paceEvery}
}

// wait returns when n more records may be published. What cannot be found out limits nothing.
func (p *pace) wait(ctx context.Context, n int) error {
	if p.since += n; p.where == nil || p.since < paceEvery {
		return nil
	}
	p.since = n
	p.moved = time.Now()
	for {
		next, committed, err := p.where(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			p.log.Warn("how far the log is digested is not known; the import goes on as fast as it can", "error", err)
			p.where = nil
			return nil
		case committed < 0 || next-committed < p.window:
			return nil
		case committed != p.committed:
			p.committed, p.moved = committed, time.Now()
		case time.Since(p.moved) > p.patience:
			p.log.Warn("nobody goes on with the log; the import does, as fast as it can", "done", committed, "end", next)
			p.where = nil
			return nil
		}
		if err := sleepFor(ctx, paceAgain); err != nil {
			return err
		}
	}
}
