// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"
)

const (
	// maxBatch is how many alerts one request carries, as Prometheus does.
	maxBatch = 256
	// firstWait and maxWait are the pauses after requests that failed; they double.
	firstWait = 500 * time.Millisecond
	maxWait   = 15 * time.Second
	// idle is how long a queue sleeps when nothing is due at any time.
	idle = time.Hour
)

// queue is the way to one Alertmanager. It holds no alerts: it compares the book with what was acknowledged, so the newest
// state is what is sent, however long the Alertmanager was away.
type queue struct {
	book   *book
	client *http.Client
	target string // of requests
	o      Options
	log    *slog.Logger
	wake   chan struct{} // holds one

	sent map[string]acknowledged // by key; of the queue's goroutine

	mu    sync.Mutex
	stats Stats
}

// acknowledged is the last word that an Alertmanager took of an alert.
type acknowledged struct {
	change uint64
	at     time.Time
}

// due is one alert to be sent.
type due struct {
	entry
	news   bool // not told yet
	endsAt time.Time
}

func (q *queue) nudge() {
	select {
	case q.wake <- struct{}{}:
	default: // it will look anyway
	}
}

// run sends what is due until ctx ends.
func (q *queue) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	wait := firstWait
	for {
		select {
		case <-ctx.Done():
			return
		case <-q.wake:
		case <-timer.C:
		}
		rest, err := q.sendDue(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			// Not before the pause is over, whatever is new: it will be in the next attempt.
			rest, wait = wait, min(2*wait, maxWait)
			if !pause(ctx, rest) {
				return
			}
			rest = 0
		} else {
			wait = firstWait
		}
		timer.Reset(rest)
	}
}

// pause waits, or returns false when ctx ends.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// sendDue sends everything that is due, and returns when something will be next.
func (q *queue) sendDue(ctx context.Context) (time.Duration, error) {
	for {
		keys, waiting, next := q.look()
		q.count(func(s *Stats) { s.Waiting = waiting })
		if len(keys) == 0 {
			return next, nil
		}
		for some := range slices.Chunk(keys, maxBatch) {
			batch := q.read(some)
			if len(batch) == 0 {
				continue
			}
			if err := q.send(ctx, batch); err != nil {
				return 0, err
			}
		}
	}
}

// send sends alerts in one request, and notes what became of them.
func (q *queue) send(ctx context.Context, batch []due) error {
	began := time.Now()
	err := q.post(ctx, batch)
	if err != nil && ctx.Err() != nil {
		return err // told to end
	}
	q.note(batch, began, err)
	if refused := (*refusedError)(nil); err != nil && !errors.As(err, &refused) {
		return err
	}
	for i := range batch {
		q.sent[batch[i].key] = acknowledged{batch[i].change, began}
	}
	return nil
}

// at is when an alert is due, and whether it is news; the zero time is now. The caller holds the book's lock.
func (q *queue) at(e *entry) (at time.Time, news bool) {
	last, told := q.sent[e.key]
	if !told || last.change != e.change {
		return e.waitsTo, true
	}
	return last.at.Add(q.book.resend), false
}

// look lists the keys of what is due, news first, how many are news, and when something else will be due.
func (q *queue) look() (keys []string, waiting int, next time.Duration) {
	b := q.book
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	b.forget(now)
	for key := range q.sent {
		if b.entries[key] == nil {
			delete(q.sent, key)
		}
	}
	next = idle
	var again []string
	for key, e := range b.entries {
		at, news := q.at(e)
		switch {
		case at.After(now):
			next = min(next, at.Sub(now))
		case news:
			keys = append(keys, key)
		default:
			again = append(again, key)
		}
	}
	slices.Sort(keys)
	slices.Sort(again)
	return append(keys, again...), len(keys), next
}

// read reads alerts in the book as they are now.
func (q *queue) read(keys []string) []due {
	b := q.book
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	var batch []due
	for _, key := range keys {
		e := b.entries[key]
		if e == nil {
			continue // its partition has left
		}
		_, news := q.at(e)
		d := due{entry: *e, news: news, endsAt: e.endedAt}
		if e.endedAt.IsZero() {
			d.endsAt = now.Add(endsAfter * b.resend)
		}
		batch = append(batch, d)
	}
	return batch
}

func (q *queue) count(change func(*Stats)) {
	q.mu.Lock()
	defer q.mu.Unlock()
	change(&q.stats)
}

// note counts a request, and says when an Alertmanager goes and comes.
func (q *queue) note(batch []due, began time.Time, err error) {
	now := time.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	s := &q.stats
	s.Requests++
	s.RequestSeconds += now.Sub(began).Seconds()
	if err != nil {
		reason := reasonOf(err)
		s.Failed[reason]++
		if s.failing == 0 {
			q.log.Warn("Alertmanager takes no alerts; they are sent again until it does", "alertmanager", s.URL, "reason", reason, "error", err)
		}
		s.failing++
		return
	}
	if s.failing > 0 {
		q.log.Info("Alertmanager takes alerts again", "alertmanager", s.URL, "failed", s.failing)
	}
	s.failing, s.SucceededAt = 0, now
	s.Alerts += int64(len(batch))
	for i := range batch {
		if d := &batch[i]; d.news && d.prompt && d.endedAt.IsZero() {
			s.Delays++
			s.DelaySeconds += now.Sub(d.startsAt).Seconds()
		}
	}
}
