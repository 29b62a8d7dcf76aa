// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"testing"
	"time"
)

// An import waits while more than its window is not digested, and goes on when the machine has caught up, stands still, was
// never there, or cannot be asked.
func TestPace(t *testing.T) {
	type answer struct {
		next, committed int64
		err             error
	}
	f := func(name string, patience time.Duration, wantAsked int, wantLimit bool, answers ...answer) {
		t.Helper()
		asked := 0
		p := paceBy(func(context.Context) (int64, int64, error) {
			a := answers[min(asked, len(answers)-1)]
			asked++
			return a.next, a.committed, a.err
		}, paceWindow, patience, nil)
		if err := p.wait(t.Context(), 100); err != nil {
			t.Fatal(err)
		}
		if asked != wantAsked || (p.where != nil) != wantLimit {
			t.Errorf("%s: asked %d times, limited afterwards %v; want %d, %v", name, asked, p.where != nil, wantAsked, wantLimit)
		}
	}
	f("little waits", time.Hour, 1, true, answer{next: 1000 + paceWindow - 1, committed: 1000})
	f("too much waits, then less", time.Hour, 3, true, answer{50_000, 10, nil}, answer{50_000, 20_000, nil}, answer{50_000, 40_000, nil})
	f("nobody has ever digested", time.Hour, 1, true, answer{50_000, -1, nil})
	f("nobody digests now", 0, 2, false, answer{50_000, 10, nil})
	f("nobody may ask", time.Hour, 1, false, answer{err: errors.New("no right to")})
}

// It does not ask for each batch, and not at all without a group.
func TestPaceAsksSeldom(t *testing.T) {
	asked := 0
	p := paceBy(func(context.Context) (int64, int64, error) { asked++; return 0, 0, nil }, paceWindow, time.Hour, nil)
	for range 10 {
		if err := p.wait(t.Context(), paceEvery/5); err != nil {
			t.Fatal(err)
		}
	}
	if asked != 3 { // before the first, the fifth and the ninth
		t.Errorf("asked %d times for ten batches of a fifth", asked)
	}
	none, err := newPace(nil, "", "lyon", nil)
	if err != nil || none.wait(t.Context(), 1_000_000) != nil {
		t.Errorf("without a group: %v", err)
	}
}

// An interrupted import does not wait on.
func TestPaceEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	p := paceBy(func(context.Context) (int64, int64, error) {
		cancel()
		return 50_000, 10, nil
	}, paceWindow, time.Hour, nil)
	if err := p.wait(ctx, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
