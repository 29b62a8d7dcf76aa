// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

// Follower sends a growing, rotating queue log to the log. The position is saved after the publisher acknowledged, so
// a crash repeats events and never loses one; the repeated ones have the same ids.
//
// It understands rotation by rename, with or without a new empty file, by copy and truncation, several rotations while
// it was stopped, and rotated files that were compressed meanwhile.
type Follower struct {
	o        FollowOptions
	parser   *Parser
	tail     *tail
	finished []identity

	records   []ingest.Record
	arena     []byte // holds the records' values
	letters   []ingest.DeadLetter
	summary   Summary // as last counted
	unsaved   bool
	broken    bool // something read is not acknowledged: the parser is ahead of what may be saved
	lastSaved time.Time
}

// NewFollower reads the saved position; it does not open the queue log yet.
func NewFollower(o FollowOptions) (*Follower, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	o.setDefaults()
	f := &Follower{o: o, parser: o.Parser, summary: o.Parser.Summary()}
	pos, err := loadPosition(o.Position)
	if err != nil || pos == nil {
		return f, err
	}
	if err := f.parser.Restore(pos.Parser); err != nil {
		return nil, fmt.Errorf("the saved position %s: %w; remove it to read the queue log from its beginning", o.Position, err)
	}
	f.finished = pos.Finished
	if err := f.resume(pos); err != nil {
		return nil, err
	}
	return f, nil
}

// Run follows until the context ends, which is not an error, or something fails that trying again cannot mend.
func (f *Follower) Run(ctx context.Context) error {
	defer f.close()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return f.save(true)
		case <-timer.C:
		}
		progress, err := f.pass(ctx)
		if ctx.Err() != nil {
			return f.save(true)
		}
		if err != nil {
			return err
		}
		if progress {
			timer.Reset(0)
		} else {
			timer.Reset(f.o.Poll)
		}
	}
}

func (f *Follower) close() {
	if f.tail != nil {
		f.tail.close()
		f.tail = nil
	}
}

// pass reads what is there now, publishes it and moves on to the next file when this one is complete. It reports
// whether it got anywhere.
func (f *Follower) pass(ctx context.Context) (progress bool, err error) {
	if len(f.finished) > 0 && (f.tail == nil || f.tail.offset == 0) {
		// Nothing was read of this file yet, so nothing would tell it from the next one if it were copied and emptied:
		// ask again which file comes next.
		if err := f.openNext(); err != nil {
			return false, err
		}
	}
	if f.tail == nil {
		if err := f.begin(ctx); err != nil || f.tail == nil {
			return false, err
		}
	}
	// The fate is asked before reading: a file that was complete then is complete after it was read to its end.
	fate, err := f.tail.fate(f.o.Path)
	if err != nil {
		return false, err
	}
	if fate == truncated {
		return true, f.afterTruncation()
	}
	for {
		n, err := f.batch(ctx, fate == rotated)
		if err != nil {
			return progress, err
		}
		progress = progress || n > 0
		if n == 0 {
			break
		}
	}
	if fate == rotated {
		return true, f.advance()
	}
	return progress, f.save(false)
}

// begin opens the followed file at its beginning, when it exists.
func (f *Follower) begin(ctx context.Context) error {
	s, err := lookAt(f.o.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("open the queue log: %w", err)
	}
	plain, err := Prescan(ctx, f.o.Path)
	if err != nil {
		return err
	}
	if plain {
		f.parser.ExpectPlainNames()
	}
	f.tail, err = openTail(&s, 0, 0)
	f.unsaved = true // so that even a file of which nothing was read yet is found again after a rotation
	return err
}

// resume opens the file in which the saved position stands, under whatever name it has now.
func (f *Follower) resume(pos *position) error {
	all, err := siblings(f.o.Path)
	if err != nil {
		return err
	}
	if s := find(all, &pos.File, pos.Offset); s != nil {
		f.tail, err = openTail(s, pos.Offset, pos.Line)
		return err
	}
	if pos.Offset > 0 {
		f.o.Report("the queue log that was being read is gone; continuing with the next one, lines written meanwhile may be missing", nil)
		f.o.Counters.Add(ingest.CountRotations, "lost", 1)
		f.finish(&pos.File)
	}
	return f.openNext()
}

// finish notes that a file was read to its end.
func (f *Follower) finish(id *identity) {
	if id.HeadBytes == 0 {
		return // nothing was in it
	}
	f.finished = append(f.finished, *id)
	f.finished = f.finished[max(0, len(f.finished)-maxFinished):]
}

// openNext opens the file that was written after the last finished one. Without one, begin takes over as soon as the
// followed file exists.
func (f *Follower) openNext() error {
	f.close()
	if len(f.finished) == 0 {
		return nil
	}
	all, err := siblings(f.o.Path)
	if err != nil {
		return err
	}
	s := successor(all, f.finished, f.o.Path)
	if s == nil {
		return nil
	}
	if f.tail, err = openTail(s, 0, 0); err != nil {
		return err
	}
	f.unsaved = true
	return f.save(false)
}

// advance goes to the file that was written after the one that is complete now.
func (f *Follower) advance() error {
	f.o.Counters.Add(ingest.CountRotations, "renamed", 1)
	f.finish(&f.tail.id)
	return f.openNext()
}

// afterTruncation continues after copytruncate: with the rest of the copy when there is one, then from the beginning
// of the emptied file.
func (f *Follower) afterTruncation() error {
	f.o.Counters.Add(ingest.CountRotations, "truncated", 1)
	old := f.tail
	all, err := siblings(f.o.Path)
	if err != nil {
		return err
	}
	id := old.id
	id.Device, id.Inode = 0, 0 // the inode is the emptied file's now
	if s := find(all, &id, old.offset); s != nil && s.path != f.o.Path {
		t, err := openTail(s, old.offset, old.line)
		if err != nil {
			return err
		}
		f.close()
		f.tail = t
		return nil
	}
	f.o.Report("the queue log was truncated and no copy of it was found; lines that were not read yet are gone", nil)
	f.o.Counters.Add(ingest.CountRotations, "lost", 1)
	f.finish(&id)
	return f.openNext()
}

// save writes the position when it changed; not more often than SaveEvery unless now is wanted.
func (f *Follower) save(now bool) error {
	if !f.unsaved || f.broken || f.tail == nil {
		return nil
	}
	clock := f.o.Now()
	if !now && clock.Sub(f.lastSaved) < f.o.SaveEvery {
		return nil
	}
	pos := position{Version: positionVersion, Path: f.o.Path, File: f.tail.id, Offset: f.tail.offset, Line: f.tail.line,
		Finished: f.finished, Parser: f.parser.State()}
	if err := pos.save(f.o.Position); err != nil {
		return err
	}
	f.unsaved, f.lastSaved = false, clock
	return nil
}

// batch reads, publishes and acknowledges up to BatchEvents events. It returns the number of lines read.
func (f *Follower) batch(ctx context.Context, final bool) (lines int, err error) {
	f.records, f.arena, f.letters = f.records[:0], f.arena[:0], f.letters[:0]
	for len(f.records) < f.o.BatchEvents && lines < 4*f.o.BatchEvents {
		raw, place, ok, err := f.tail.next(final)
		if err != nil {
			return lines, err
		}
		if !ok {
			break
		}
		lines++
		f.add(f.parser.raw(raw, place))
	}
	if lines == 0 {
		return 0, nil
	}
	f.broken = true
	if err := f.publish(ctx); err != nil {
		return lines, err
	}
	f.broken, f.unsaved = false, true
	f.count()
	return lines, f.save(false)
}

// add encodes what one line became.
func (f *Follower) add(out Output) {
	if out.Dead != nil {
		f.letters = append(f.letters, *out.Dead)
		return
	}
	received := f.o.Now().UnixMilli()
	for i := range out.Events {
		e := &out.Events[i]
		e.Received = received
		begin := len(f.arena)
		f.arena = event.AppendJSON(f.arena, e)
		// When the arena grows it moves; records made before keep the old one, which stays as it is.
		f.records = append(f.records, ingest.Record{Key: []byte(e.Centre), Value: f.arena[begin:len(f.arena):len(f.arena)]})
	}
}

// publish sends the batch until the log has it or the context ends.
func (f *Follower) publish(ctx context.Context) error {
	pause := f.o.RetryAfter
	for {
		err := f.send(ctx)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		f.o.Counters.Add(ingest.CountPublishErrors, "", 1)
		f.o.Report("the log did not take the events; trying again", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		pause = min(2*pause, 30*f.o.RetryAfter)
	}
}

func (f *Follower) send(ctx context.Context) error {
	if len(f.letters) > 0 {
		if err := f.o.DeadLetters(ctx, f.letters); err != nil {
			return fmt.Errorf("keep dead letters: %w", err)
		}
		f.letters = f.letters[:0] // not again when the records need another attempt
	}
	if len(f.records) == 0 {
		return nil
	}
	return f.o.Publisher.Publish(ctx, f.records)
}

// count adds what the batch brought to the counters.
func (f *Follower) count() {
	now := f.parser.Summary()
	c := f.o.Counters
	c.Add(ingest.CountLines, "", now.Lines-f.summary.Lines)
	c.Add(ingest.CountPublished, "", int64(len(f.records)))
	for t, n := range now.Events {
		c.Add(ingest.CountEvents, t.String(), n-f.summary.Events[t])
	}
	for i, n := range now.Ignored {
		c.Add(ingest.CountIgnored, i.String(), n-f.summary.Ignored[i])
	}
	for r, n := range now.Dead {
		c.Add(ingest.CountDeadLetters, r.String(), n-f.summary.Dead[r])
	}
	f.summary = now
}

// Following returns the file that is being read now and how many of its bytes are done; for people and health checks.
func (f *Follower) Following() (path string, offset int64) {
	if f.tail == nil {
		return f.o.Path, 0
	}
	return f.tail.path, f.tail.offset
}
