// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// oneCall is a call of 2027-01-15, 08:00:00 UTC: a wait of 7 s, of which advisor a1 rings 3 s, and 60 s of talk.
const oneCall = `1800000000|c1|q|NONE|ENTERQUEUE||0612345678|1
1800000007|c1|q|a1|CONNECT|7|x1|3
1800000067|c1|q|a1|COMPLETEAGENT|7|60|1
`

func replayFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "queue_log")
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// replayText replays text and returns the report and the dead letters' reasons. Whatever the input, everything must be
// accounted for.
func replayText(t *testing.T, text string, change func(*ReplayOptions)) (*ReplayReport, []string) {
	t.Helper()
	var reasons []string
	o := ReplayOptions{Source: "asterisk-queue-log", Files: []string{replayFile(t, text)}, Config: *organisation.Default(),
		DeadLetter: func(d ReplayDeadLetter) error { reasons = append(reasons, d.Reason); return nil }}
	if change != nil {
		change(&o)
	}
	r, err := Replay(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	ignored := int64(0)
	for _, c := range r.Ignored {
		ignored += c.N
	}
	if lines := int64(strings.Count(text, "\n")); r.Lines < lines || r.Lines > lines+1 || r.Lines != r.Producing+ignored+r.LineLetters {
		t.Errorf("%d lines of %d in the file: %d made events, %d ignored, %d dead letters", r.Lines, lines, r.Producing, ignored, r.LineLetters)
	}
	if int64(len(reasons)) != r.DeadLetters() {
		t.Errorf("%d dead letters handed out, %d counted", len(reasons), r.DeadLetters())
	}
	for i := range r.Scopes {
		if s := &r.Scopes[i]; s.Balance != 0 {
			t.Errorf("%s %s: balance %d", s.Kind, s.ID, s.Balance)
		}
	}
	return r, reasons
}

// sum is a measure of a scope; -1 when it is not shown.
func sum(r *ReplayReport, kind indicator.ScopeKind, id string, m indicator.Measure) int64 {
	for _, s := range r.Scopes {
		for _, x := range s.Measures {
			if s.Kind == kind && s.ID == id && x.Measure == m {
				return x.Sum
			}
		}
	}
	return -1
}

func TestReplayOfBadInput(t *testing.T) {
	check := func(name, text string, events, handled int64, wantReasons ...string) {
		t.Helper()
		r, reasons := replayText(t, text, nil)
		got := max(sum(r, indicator.ScopeCentre, "centre", indicator.Handled), 0)
		if r.Events != events || got != handled || !slices.Equal(reasons, wantReasons) {
			t.Errorf("%s: %d events, %d handled, dead letters %v; want %d, %d, %v", name, r.Events, got, reasons, events, handled, wantReasons)
		}
	}
	check("sound", oneCall, 4, 1)
	check("no line end", strings.TrimSuffix(oneCall, "\n"), 4, 1)
	check("cut in the verb", oneCall[:len(oneCall)-20], 3, 0, "unknown_verb")
	check("cut in the time", oneCall+"18000", 4, 1, "missing_columns")
	check("binary", oneCall+"\x00\x01\x02|\xff\xfe\n", 4, 1, "binary")
	check("latin1", oneCall+"1800000068|c2|r\xe9seau|NONE|ENTERQUEUE||x|1\n", 4, 1, "bad_utf8")
	check("10 MB line", strings.Repeat("x", 10<<20)+"\n"+oneCall, 4, 1, "too_long")
	check("negative time", "-1|c2|q|NONE|ENTERQUEUE||x|1\n"+oneCall, 4, 1, "bad_time")
	check("negative wait", oneCall+"1800000070|c2|q|a1|CONNECT|-7|x2|3\n", 4, 1, "bad_number")
	check("negative ring", oneCall+"1800000070|c2|q|a1|RINGNOANSWER|-8000\n", 4, 1, "bad_number")
	check("no queue", oneCall+"1800000070|c2|NONE|NONE|ENTERQUEUE||x|1\n", 4, 1, "missing_value")
	// 25 hours back is beyond what a centre remembers, 23 hours are only late: both events of the older call are refused
	check("back a day", oneCall+"1799910000|c2|q|NONE|ENTERQUEUE||x|1\n1799910003|c2|q|NONE|ABANDON|1|1|3\n", 6, 1, "too_late", "too_late")
	check("back 23 hours", oneCall+"1799917200|c3|q|NONE|ENTERQUEUE||x|1\n1799917203|c3|q|NONE|ABANDON|1|1|3\n", 6, 1)
}

// Random bytes, and a sound log with random bytes changed, end in counts that add up; replayText checks them.
func TestReplayOfDamage(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	recording, err := os.ReadFile("../seeds/asterisk-a/queue_log")
	if err != nil {
		t.Fatal(err)
	}
	noise := make([]byte, 64<<10)
	for i := range noise {
		noise[i] = byte(rng.Uint32())
	}
	if r, _ := replayText(t, string(noise), nil); r.Events != 0 || r.Check() == nil {
		t.Errorf("noise gives %d events, and an error: %v", r.Events, r.Check())
	}
	for range 20 {
		damaged := slices.Clone(recording[:20<<10])
		for range 50 {
			at := 10 + rng.IntN(len(damaged)-10)
			if damaged[at-1] != '\n' && damaged[at] != '\n' && !isDigit(damaged[at]) { // a changed time is another test
				damaged[at] = byte(rng.Uint32())
			}
		}
		replayText(t, string(damaged), nil)
	}
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// A log that pauses for a year: the machine believes the silence, and the call after it counts.
func TestReplayBelievesALongSilence(t *testing.T) {
	r, _ := replayText(t, oneCall+"1831536000|c2|q|NONE|ENTERQUEUE||x|1\n1831536003|c2|q|NONE|ABANDON|1|1|3\n", nil)
	if sum(r, indicator.ScopeQueue, "q", indicator.Offered) != 2 || r.To.UnixMilli() != 1831536003000 {
		t.Errorf("offered %d, to %s", sum(r, indicator.ScopeQueue, "q", indicator.Offered), r.To)
	}
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], ":4: the time jumps ahead by 364 days") { // 31,535,933 s
		t.Errorf("notes %q", r.Notes)
	}
	// what never ended is lost after four hours, at its own instant
	r, _ = replayText(t, "1800000000|c1|q|NONE|ENTERQUEUE||x|1\n1800090000|c2|q|NONE|ENTERQUEUE||x|1\n", nil)
	s := r.Scopes[0]
	if sum(r, indicator.ScopeCentre, "centre", indicator.Lost) != 1 || s.Waiting != 1 || s.Balance != 0 {
		t.Errorf("lost %d, waiting %d", sum(r, indicator.ScopeCentre, "centre", indicator.Lost), s.Waiting)
	}
}

func TestReplayNotesTimeThatGoesBack(t *testing.T) {
	r, _ := replayText(t, oneCall+"1799917200|c3|q|NONE|ENTERQUEUE||x|1\n1799917203|c3|q|NONE|ABANDON|1|1|3\n", nil)
	if len(r.Notes) != 1 || !strings.Contains(r.Notes[0], ":4: the time goes back by 23h1m (2 times in all): give rotated files oldest first") {
		t.Errorf("notes %q", r.Notes)
	}
	if r.From.UnixMilli() != 1799917200000 || r.To.UnixMilli() != 1800000067000 {
		t.Errorf("from %s to %s", r.From, r.To)
	}
}

// T and S decide on the wait of 7 s; the queue's date decides which T.
func TestReplayThresholds(t *testing.T) {
	within := func(change func(*ReplayOptions)) int64 {
		t.Helper()
		r, _ := replayText(t, oneCall, change)
		return sum(r, indicator.ScopeQueue, "q", indicator.AnsweredWithin)
	}
	configured := func(o *ReplayOptions) {
		o.Config.Queues = []organisation.Queue{{QueueConfig: event.QueueConfig{Queue: "q", ThresholdMs: 20_000}},
			{QueueConfig: event.QueueConfig{Queue: "q", From: 1_799_990_000_000, ThresholdMs: 6_000}}}
	}
	for _, c := range []struct {
		name   string
		want   int64
		change func(*ReplayOptions)
	}{
		{"20 s by default", 1, nil},
		{"T = 7 s: up to T is within", 1, func(o *ReplayOptions) { o.Overrides.ThresholdMs = 7000 }},
		{"T = 6.999 s", 0, func(o *ReplayOptions) { o.Overrides.ThresholdMs = 6999 }},
		{"the queue's own T", 0, func(o *ReplayOptions) { o.Overrides.QueueThreshold = map[string]int64{"q": 2000} }},
		{"the T of the date", 0, configured},
		{"the T given on the command line, whatever the date", 1, func(o *ReplayOptions) {
			configured(o)
			o.Overrides.QueueThreshold = map[string]int64{"q": 8000}
		}},
	} {
		if got := within(c.change); got != c.want {
			t.Errorf("%s: %d within, want %d", c.name, got, c.want)
		}
	}
}

func TestReplayRefusesWhatIsNotConfigured(t *testing.T) {
	strict := func(o *ReplayOptions) {
		o.Config.Centre.UnknownQueues, o.Config.Centre.UnknownAdvisors = event.UnknownRefuse, event.UnknownRefuse
		o.Config.Queues = []organisation.Queue{{QueueConfig: event.QueueConfig{Queue: "q"}}}
	}
	// a1 is unknown: offer, connection and release are refused, the customer still waits
	r, reasons := replayText(t, oneCall+"1800000070|c2|other|NONE|ENTERQUEUE||x|1\n", strict)
	if want := []string{"unknown_advisor", "unknown_advisor", "unknown_advisor", "unknown_queue"}; !slices.Equal(reasons, want) || r.Events != 5 {
		t.Errorf("%d events, dead letters %v, want %v", r.Events, reasons, want)
	}
	if s := r.Scopes[0]; s.Waiting != 1 || sum(r, indicator.ScopeCentre, "centre", indicator.Offered) != 1 {
		t.Errorf("waiting %d", s.Waiting)
	}
}

func TestReplayOptionsAndErrors(t *testing.T) {
	o := ReplayOptions{Source: "asterisk-queue-log", Files: []string{replayFile(t, oneCall)}, Config: *organisation.Default(),
		Overrides: Overrides{QueueThreshold: map[string]int64{"p": 1000}}}
	var unknown *UnknownQueueError
	if _, err := Replay(t.Context(), o); !errors.As(err, &unknown) || unknown.Error() != `a threshold is given for queue "p", which the input does not have; it has q` {
		t.Errorf("unknown queue: %v", err)
	}
	o.Overrides = Overrides{ThresholdMs: 3000, ShortAbandonMs: new(int64(4000))}
	if _, err := Replay(t.Context(), o); err == nil || !strings.Contains(err.Error(), "must not exceed threshold_ms") {
		t.Errorf("S beyond T: %v", err)
	}
	o.Overrides = Overrides{ThresholdMs: 3000} // S was not chosen, so it fits itself
	if _, err := Replay(t.Context(), o); err != nil {
		t.Errorf("T below the default S: %v", err)
	}
	o.Overrides.QueueThreshold = map[string]int64{strings.Repeat("q", 300): 1000}
	if _, err := Replay(t.Context(), o); err == nil || !strings.Contains(err.Error(), "300 bytes long") {
		t.Errorf("a queue's name that no event can carry: %v", err)
	}
	stop := errors.New("the disk is full")
	o = ReplayOptions{Source: "asterisk-queue-log", Files: []string{replayFile(t, "x\n")}, Config: *organisation.Default(),
		DeadLetter: func(ReplayDeadLetter) error { return stop }}
	if _, err := Replay(t.Context(), o); !errors.Is(err, stop) {
		t.Errorf("a dead letter that cannot be kept: %v", err)
	}
}

func TestReplayCheckFailsOnImbalance(t *testing.T) {
	r := &ReplayReport{Events: 1, Scopes: []ReplayScope{{Kind: indicator.ScopeQueue, ID: "q", Balance: -1}}}
	if err := r.Check(); err == nil || !strings.Contains(err.Error(), "queue q does not balance") {
		t.Errorf("%v", err)
	}
}
