// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/eventlog"
)

// maxLetterBytes is how much of a record goes into its dead letter.
const maxLetterBytes = 8 << 10

// letterTail is how many of the newest dead letters of a partition are searched for the newest of this log's: the sources
// write to the same topic.
const letterTail = 1000

// letter is a dead letter with the record's own bytes.
type letter struct {
	Epoch     string `json:"epoch"` // of the log; offsets of another epoch are another log's
	Partition int    `json:"partition"`
	Offset    int64  `json:"offset"`
	Reason    string `json:"reason"`
	Detail    string `json:"detail"`
	Bytes     int    `json:"bytes"`            // of the record
	Record    []byte `json:"record,omitempty"` // its beginning, base64
	letterPlace
}

// letterPlace is where a letter stands among all those of a partition. The log alone decides it, so the newest one that is
// published says which are still to be.
type letterPlace struct {
	At int64 `json:"at"` // the record that was digested; later than the letter's Offset for one that was parked
	N  int   `json:"n"`  // among the letters of that record, from 0
}

func (a letterPlace) after(b letterPlace) bool { return a.At > b.At || a.At == b.At && a.N > b.N }

// lastLetter is the place of the newest letter that is published; before all places when there is none.
func (r *Runner) lastLetter(ctx context.Context, number int) (letterPlace, error) {
	last := letterPlace{At: -1}
	first, next, err := r.o.Log.Bounds(ctx, eventlog.DeadLetters, number)
	if err != nil {
		return last, fmt.Errorf("looking for the last dead letter of partition %d: %w", number, err)
	}
	from := max(first, next-letterTail)
	err = r.o.Log.ReadRange(ctx, eventlog.DeadLetters, number, from, next, func(f eventlog.Fetched) error {
		var l letter
		if json.Unmarshal(f.Value, &l) == nil && l.Epoch == r.epoch && l.Partition == number {
			last = l.letterPlace
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		// Not wrapped: a gap in this topic is retention at work, and no reason to halt.
		return last, fmt.Errorf("reading the last dead letters of partition %d: %v", number, err)
	}
	return last, err
}

// keepLetters pairs new dead letters with the record at hand. One that was parked is older: its bytes are in the log.
func (p *partition) keepLetters(dead []aggregator.DeadLetter, f eventlog.Fetched) {
	for i, d := range dead {
		l := letter{Epoch: p.r.epoch, Partition: p.a.Partition, Offset: d.Offset, Reason: d.Reason.String(), Detail: d.Detail,
			letterPlace: letterPlace{At: f.Offset, N: i}}
		if d.Offset == f.Offset {
			l.Bytes = max(len(f.Value), f.Oversize)
			l.Record = bytes.Clone(f.Value[:min(len(f.Value), maxLetterBytes)])
		}
		p.letters = append(p.letters, l)
		p.stats.dead[d.Reason].Add(1)
	}
}

// publishLetters sends what was refused and is not published yet. It waits while Kafka is unavailable: a checkpoint must
// not pass a record whose letter is not out.
func (p *partition) publishLetters(ctx context.Context) error {
	var records []eventlog.Record
	for i := range p.letters {
		l := &p.letters[i]
		if !l.after(p.published) {
			continue
		}
		value, err := json.Marshal(l)
		if err != nil {
			return fmt.Errorf("writing a dead letter: %w", err)
		}
		key := strconv.Itoa(l.Partition) + ":" + strconv.FormatInt(l.Offset, 10)
		records = append(records, eventlog.Record{Key: []byte(key), Value: value})
		p.published = l.letterPlace
	}
	p.letters = p.letters[:0]
	if len(records) == 0 {
		return nil
	}
	if err := p.r.effect(ctx, effectLetters, false); err != nil {
		return err
	}
	for {
		err := p.r.dead.PublishTo(ctx, p.a.Partition, records)
		if err == nil {
			return p.r.effect(ctx, effectLetters, true)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !errors.Is(err, eventlog.ErrUnavailable) {
			return fmt.Errorf("publishing %d dead letters: %w", len(records), err)
		}
		p.log.Warn("dead letters wait for Kafka", "error", err)
		records = notStored(records, err)
		if err := sleep(ctx, letterRetry); err != nil {
			return err
		}
	}
}

// letterRetry is the wait between two publications, each of which has retried by itself.
const letterRetry = time.Second

// notStored keeps the records that a failed publication has not stored.
func notStored(records []eventlog.Record, err error) []eventlog.Record {
	var failed *eventlog.PublishError
	if !errors.As(err, &failed) {
		return records
	}
	left := make([]eventlog.Record, 0, len(failed.NotStored))
	for _, i := range failed.NotStored {
		left = append(left, records[i])
	}
	return left
}
