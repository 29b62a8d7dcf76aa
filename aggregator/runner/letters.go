// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/eventlog"
)

// maxLetterBytes is how much of a record goes into its dead letter.
const maxLetterBytes = 8 << 10

// oversize stands for a record whose bytes were not fetched: the machine refuses it by its length.
var oversize = bytes.Repeat([]byte{' '}, event.MaxRecordBytes+1)

// letter is a dead letter with the record's own bytes.
type letter struct {
	Partition int    `json:"partition"`
	Offset    int64  `json:"offset"`
	Reason    string `json:"reason"`
	Detail    string `json:"detail"`
	Bytes     int    `json:"bytes"`            // of the record
	Record    []byte `json:"record,omitempty"` // its beginning, base64

	refusedAt int64 // the record that was at hand; later than Offset for one that was parked
}

// keepLetters pairs new dead letters with the record at hand. One that was parked is older: its bytes are in the log.
func (p *partition) keepLetters(dead []aggregator.DeadLetter, f eventlog.Fetched) {
	for _, d := range dead {
		l := letter{Partition: p.a.Partition, Offset: d.Offset, Reason: d.Reason.String(), Detail: d.Detail, refusedAt: f.Offset}
		if d.Offset == f.Offset {
			l.Bytes = max(len(f.Value), f.Oversize)
			l.Record = bytes.Clone(f.Value[:min(len(f.Value), maxLetterBytes)])
		}
		p.letters = append(p.letters, l)
		p.stats.dead[d.Reason].Add(1)
	}
}

// publishLetters sends what was refused. Letters that a run before this one committed past are there already.
func (p *partition) publishLetters(ctx context.Context) error {
	letters := p.letters
	p.letters = p.letters[:0]
	var records []eventlog.Record
	for i := range letters {
		if letters[i].refusedAt <= p.published {
			continue
		}
		value, err := json.Marshal(&letters[i])
		if err != nil {
			return fmt.Errorf("writing a dead letter: %w", err)
		}
		key := strconv.Itoa(p.a.Partition) + ":" + strconv.FormatInt(letters[i].Offset, 10)
		records = append(records, eventlog.Record{Key: []byte(key), Value: value})
	}
	if len(records) == 0 {
		return nil
	}
	if err := p.r.effect(ctx, "dead letters", false); err != nil {
		return err
	}
	if err := p.r.dead.PublishTo(ctx, p.a.Partition, records); err != nil {
		return fmt.Errorf("publishing %d dead letters: %w", len(records), err)
	}
	return p.r.effect(ctx, "dead letters", true)
}

// tick writes the owner's tick each second, so that the log's clock moves when nothing happens.
func (r *Runner) tick(ctx context.Context, number int) error {
	ticker := time.NewTicker(r.o.TickEvery)
	defer ticker.Stop()
	var buf []byte
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		now := r.o.Now().UnixMilli()
		e := event.Event{ID: strconv.FormatInt(now, 10), Source: "vigie:owner", Type: event.Tick, Time: now, Received: now}
		buf = event.AppendJSON(buf[:0], &e)
		if err := r.ticks.PublishTo(ctx, number, []eventlog.Record{{Value: buf}}); err != nil && ctx.Err() == nil {
			r.o.Logger.Warn("tick not written", "partition", number, "error", err)
		}
	}
}
