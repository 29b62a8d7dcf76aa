// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

// world is a queue log in a folder, the follower of it and a log in memory.
type world struct {
	t        testing.TB
	dir      string
	path     string
	now      time.Time
	follower *Follower
	counters ingest.Counters

	ids     []string // of the events in the log, as they came, repeats included
	dead    []ingest.DeadLetter
	failing int // publishes that fail from now on
	written []string
}

func newWorld(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	return &world{t: t, dir: dir, path: filepath.Join(dir, "queue_log"), now: time.UnixMilli(1_000_000_000_000)}
}

var errUnavailable = errors.New("the log is unavailable")

// Publish stores the records' event ids in memory.
func (w *world) Publish(_ context.Context, records []ingest.Record) error {
	if w.failing > 0 {
		w.failing--
		return errUnavailable
	}
	var d event.Decoder
	for _, r := range records {
		var e event.Event
		if err := d.Decode(r.Value, &e); err != nil {
			w.t.Fatalf("record %s: %v", r.Value, err)
		}
		if string(r.Key) != e.Centre || e.Received != w.now.UnixMilli() {
			w.t.Fatalf("record %s has key %s, now is %d", r.Value, r.Key, w.now.UnixMilli())
		}
		w.ids = append(w.ids, strings.Clone(e.ID))
	}
	return nil
}

// start makes a follower as a new process would.
func (w *world) start() {
	w.t.Helper()
	f, err := NewFollower(w.options())
	if err != nil {
		w.t.Fatal(err)
	}
	w.follower = f
}

func (w *world) options() FollowOptions {
	return FollowOptions{
		Path: w.path, Position: filepath.Join(w.dir, "position.json"), Parser: newTestParser(w.t, testOptions(w.t)),
		Publisher: w, Counters: &w.counters, Now: func() time.Time { return w.now }, BatchEvents: 3,
		Poll: time.Millisecond, RetryAfter: time.Millisecond,
		DeadLetters: func(_ context.Context, letters []ingest.DeadLetter) error {
			w.dead = append(w.dead, letters...)
			return nil
		},
	}
}

// crash forgets the follower without saving anything.
func (w *world) crash() {
	if w.follower != nil {
		w.follower.close()
		w.follower = nil
	}
}

// passes lets the follower look at the file n times; each takes a second of its clock, so each may save.
func (w *world) passes(n int) {
	w.t.Helper()
	for range n {
		w.now = w.now.Add(time.Second)
		if _, err := w.follower.pass(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
}

// write appends text to the file at path as it is.
func (w *world) write(path, text string) {
	w.t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		w.t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(text); err != nil {
		w.t.Fatal(err)
	}
}

// log appends finished lines to the followed file and remembers them.
func (w *world) log(lines ...string) { w.logTo(w.path, lines...) }

func (w *world) logTo(path string, lines ...string) {
	w.t.Helper()
	w.written = append(w.written, lines...)
	w.write(path, strings.Join(lines, "\n")+"\n")
}

func (w *world) rename(from, to string) {
	w.t.Helper()
	if err := os.Rename(from, to); err != nil {
		w.t.Fatal(err)
	}
}

// copyAndTruncate does what logrotate's copytruncate does.
func (w *world) copyAndTruncate(to string) {
	w.t.Helper()
	content, err := os.ReadFile(w.path)
	if err != nil {
		w.t.Fatal(err)
	}
	writeFile(w.t, to, content)
	if err := os.Truncate(w.path, 0); err != nil {
		w.t.Fatal(err)
	}
}

// check compares the log with what a parser makes of all lines in one piece: the same events in the same order, with
// nothing between them but repeats.
func (w *world) check() {
	w.t.Helper()
	var want []string
	for _, e := range parseAll(w.t, newTestParser(w.t, testOptions(w.t)), w.written) {
		want = append(want, e.ID)
	}
	seen := map[string]bool{}
	var got []string
	for _, id := range w.ids {
		if !seen[id] {
			seen[id] = true
			got = append(got, id)
		}
	}
	if !slices.Equal(got, want) {
		w.t.Fatalf("the log holds %d different events, the lines make %d; first difference at %d", len(got), len(want), firstDifference(got, want))
	}
}

func firstDifference(a, b []string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	return min(len(a), len(b))
}

// lineAt returns a line of the second n, which makes two events.
func lineAt(n int) string {
	return fmt.Sprintf("%d|c%d|q|anna|RINGNOANSWER|1000", 1_000_000_000+n, n)
}

func TestFollowGrowingFile(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.passes(2) // no file yet
	w.log(lineAt(1), lineAt(1), lineAt(2))
	w.passes(1)
	w.write(w.path, "1000000003|c3|q|an")
	w.passes(2) // an unfinished line is waited for
	if len(w.ids) != 6 || len(w.dead) != 0 {
		t.Fatalf("%d events and %d dead letters before the line was finished, want 6 and 0", len(w.ids), len(w.dead))
	}
	w.write(w.path, "na|RINGNOANSWER|1000\nrubbish\n")
	w.written = append(w.written, lineAt(3), "rubbish")
	for i := range 20 {
		w.log(lineAt(4 + i))
	}
	w.passes(1)
	w.check()
	if len(w.dead) != 1 || w.dead[0].Place.String() != w.path+":5" {
		t.Errorf("dead letters %+v, want one at line 5", w.dead)
	}
	if len(w.ids) != 2*24 {
		t.Errorf("%d events published, want 48: nothing twice without a crash", len(w.ids))
	}
}

func TestFollowRotationByRename(t *testing.T) {
	w := newWorld(t)
	w.log(lineAt(1))
	w.start()
	w.passes(1)
	w.log(lineAt(2)) // not read before the rotation
	w.rename(w.path, w.path+".1")
	w.passes(1)
	w.logTo(w.path+".1", lineAt(3)) // Asterisk still writes to the renamed file
	w.passes(2)
	writeFile(t, w.path, nil) // logrotate made an empty one
	w.passes(1)
	w.logTo(w.path+".1", lineAt(4)) // and still
	w.passes(1)
	w.logTo(w.path+".1", lineAt(5))
	w.log(lineAt(6)) // now Asterisk has turned to the new one
	w.passes(3)
	w.log(lineAt(7))
	w.passes(1)
	w.check()
	if path, _ := w.follower.Following(); path != w.path {
		t.Errorf("following %s, want %s", path, w.path)
	}
}

// A finished file may end without a line end: its last line counts all the same.
func TestFollowRotatedFileWithoutLastLineEnd(t *testing.T) {
	w := newWorld(t)
	w.log(lineAt(1))
	w.start()
	w.passes(1)
	w.write(w.path, lineAt(2))
	w.written = append(w.written, lineAt(2))
	w.passes(1)
	w.rename(w.path, w.path+"-20011109")
	w.log(lineAt(3))
	w.passes(3)
	w.check()
}

func TestFollowCopyTruncate(t *testing.T) {
	for name, refill := range map[string]int{"shorter than before": 1, "longer than before": 12} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.log(lineAt(1), lineAt(2), lineAt(3))
			w.start()
			w.passes(1)
			w.log(lineAt(4)) // only in the copy when the follower looks again
			w.copyAndTruncate(w.path + ".1")
			for i := range refill {
				w.log(lineAt(5 + i))
			}
			w.passes(4)
			w.log(lineAt(100))
			w.passes(1)
			w.check()
		})
	}
}

// Without a copy the unread lines are gone; what follows is read all the same, and the loss is counted.
func TestFollowTruncateWithoutCopy(t *testing.T) {
	w := newWorld(t)
	w.log(lineAt(1), lineAt(2))
	w.start()
	w.passes(1)
	if err := os.Truncate(w.path, 0); err != nil {
		t.Fatal(err)
	}
	w.passes(2)
	w.log(lineAt(3))
	w.passes(2)
	w.check()
	if !slices.Contains(w.counters.Snapshot(), ingest.Counter{Name: ingest.CountRotations, Label: "lost", Value: 1}) {
		t.Errorf("counters %v, want a loss", w.counters.Snapshot())
	}
}

// Rotated twice while stopped, the older file compressed: all three files are read, in their order.
func TestResumeAfterRotations(t *testing.T) {
	for name, compress := range map[string]bool{"plain": false, "compressed": true} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			writeFile(t, w.path+".9", []byte(lineAt(0)+"\n")) // from before the first start: never read
			w.log(lineAt(10), lineAt(11))
			w.start()
			w.passes(1)
			w.crash()
			w.log(lineAt(12))
			w.rename(w.path, w.path+".1")
			w.log(lineAt(20), lineAt(21))
			w.rename(w.path+".1", w.path+".2")
			w.rename(w.path, w.path+".1")
			if compress {
				content, err := os.ReadFile(w.path + ".2")
				if err != nil {
					t.Fatal(err)
				}
				writeFile(t, w.path+".2.gz", pack(t, content))
				if err := os.Remove(w.path + ".2"); err != nil {
					t.Fatal(err)
				}
			}
			w.log(lineAt(30))
			w.start()
			w.passes(5)
			w.check()
			if len(w.ids) != 2*6 {
				t.Errorf("%d events published, want 12: the position was saved, so nothing is repeated", len(w.ids))
			}
		})
	}
}

// A backup copy beside the log is not a rotated file.
func TestBackupCopyIsNotReadTwice(t *testing.T) {
	w := newWorld(t)
	w.log(lineAt(1))
	w.start()
	w.passes(1)
	w.rename(w.path, w.path+".1")
	w.log(lineAt(2))
	writeFile(t, w.path+".bak", []byte(lineAt(2)+"\n"))
	w.passes(3)
	w.log(lineAt(3))
	w.passes(2)
	w.check()
	if len(w.ids) != 2*3 {
		t.Errorf("%d events published, want 6", len(w.ids))
	}
}

// Killed after each number of published batches, without a saved position since the first: everything is sent again
// under the same ids, the ordinals of identical lines included.
func TestKilledFollowerRepeatsTheSameIDs(t *testing.T) {
	for kill := range 8 {
		w := newWorld(t)
		for i := range 8 {
			w.log(lineAt(i), lineAt(i), lineAt(i))
		}
		o := w.options()
		o.SaveEvery = time.Hour
		f, err := NewFollower(o)
		if err != nil {
			t.Fatal(err)
		}
		w.follower = f
		if err := f.begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		for range kill {
			if _, err := f.batch(t.Context(), false); err != nil {
				t.Fatal(err)
			}
		}
		w.crash()
		w.start()
		w.passes(1)
		w.check()
	}
}

func TestUnavailableLogLosesNothing(t *testing.T) {
	w := newWorld(t)
	for i := range 10 {
		w.log(lineAt(i))
	}
	w.log("rubbish")
	w.failing = 7
	w.start()
	w.passes(1)
	w.check()
	if len(w.ids) != 20 || len(w.dead) != 1 {
		t.Errorf("%d events, %d dead letters; want 20 and 1", len(w.ids), len(w.dead))
	}
	if !slices.Contains(w.counters.Snapshot(), ingest.Counter{Name: ingest.CountPublishErrors, Value: 7}) {
		t.Errorf("counters %v, want 7 publish errors", w.counters.Snapshot())
	}
}

// Stopped while the log is unavailable: the position must not pass what was never acknowledged.
func TestStopWhileUnavailable(t *testing.T) {
	w := newWorld(t)
	w.log(lineAt(1), lineAt(2))
	w.start()
	w.passes(1)
	w.log(lineAt(3))
	w.failing = 1 << 30
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := w.follower.Run(ctx); err != nil {
		t.Fatal(err)
	}
	w.failing = 0
	w.start()
	w.passes(1)
	w.check()
}

func TestRunFollowsAndStops(t *testing.T) {
	w := newWorld(t)
	w.log(lineAt(1), lineAt(2))
	o := w.options()
	stored := make(chan struct{}, 16)
	o.Publisher = publisherFunc(func(ctx context.Context, r []ingest.Record) error {
		defer func() { stored <- struct{}{} }()
		return w.Publish(ctx, r)
	})
	f, err := NewFollower(o)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- f.Run(ctx) }()
	<-stored
	cancel()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	w.check()
	w.start()
	w.passes(1)
	if len(w.ids) != 4 {
		t.Errorf("%d events, want 4: stopping saves the position", len(w.ids))
	}
}

type publisherFunc func(context.Context, []ingest.Record) error

func (f publisherFunc) Publish(ctx context.Context, r []ingest.Record) error { return f(ctx, r) }

func TestFollowRefusesBadSetups(t *testing.T) {
	w := newWorld(t)
	good := w.options()
	for name, change := range map[string]func(*FollowOptions){
		"no path":               func(o *FollowOptions) { o.Path = "" },
		"standard input":        func(o *FollowOptions) { o.Path = StandardInput },
		"no position":           func(o *FollowOptions) { o.Position = "" },
		"position over the log": func(o *FollowOptions) { o.Position = o.Path },
		"no parser":             func(o *FollowOptions) { o.Parser = nil },
		"no publisher":          func(o *FollowOptions) { o.Publisher = nil },
		"no dead letters":       func(o *FollowOptions) { o.DeadLetters = nil },
	} {
		o := good
		change(&o)
		if _, err := NewFollower(o); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, damaged := range []string{"", "{}", `{"version":1,"offset":-1}`, `{"version":1,"parser":{}}`} {
		writeFile(t, good.Position, []byte(damaged))
		if _, err := NewFollower(good); err == nil || !strings.Contains(err.Error(), "remove it") {
			t.Errorf("position %q: %v, want an error that says what to do", damaged, err)
		}
	}
}

// A position that cannot be saved stops the follower: it would repeat everything after each restart.
func TestUnsavablePositionIsAnError(t *testing.T) {
	w := newWorld(t)
	w.log(lineAt(1))
	o := w.options()
	o.Position = filepath.Join(w.dir, "missing", "position.json")
	f, err := NewFollower(o)
	if err != nil {
		t.Fatal(err)
	}
	defer f.close()
	if _, err := f.pass(t.Context()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, want an error about the folder", err)
	}
}

func TestPositionHoldsNoCustomer(t *testing.T) {
	w := newWorld(t)
	w.log("1000000000|c1|q|NONE|ENTERQUEUE||0612345678|1|Jeanne Martin")
	w.start()
	w.passes(1)
	b, err := os.ReadFile(w.options().Position)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte("0612345678")) || bytes.Contains(b, []byte("Jeanne")) {
		t.Errorf("the position file names a customer: %s", b)
	}
}
