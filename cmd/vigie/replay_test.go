// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const recording = "../../seeds/asterisk-a/queue_log"

// reportJSON is the whole form of the output; nothing else may be in it.
type reportJSON struct {
	Centre      string      `json:"centre"`
	From        *string     `json:"from"`
	To          *string     `json:"to"`
	Events      int64       `json:"events"`
	DeadLetters int64       `json:"dead_letters"`
	Scopes      []scopeJSON `json:"scopes"`
}

type scopeJSON struct {
	Kind          string                   `json:"kind"`
	ID            string                   `json:"id"`
	Waiting       *int64                   `json:"waiting"`
	LongestWaitMs *int64                   `json:"longest_wait_ms"`
	Balance       *int64                   `json:"balance"`
	Measures      map[string]int64         `json:"measures"`
	Indicators    map[string]indicatorJSON `json:"indicators"`
}

type indicatorJSON struct {
	Value       *float64 `json:"value"`
	Numerator   *int64   `json:"numerator"`
	Denominator *int64   `json:"denominator"`
	Unit        string   `json:"unit"`
}

func parseReport(t *testing.T, text string) reportJSON {
	t.Helper()
	var r reportJSON
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&r); err != nil {
		t.Fatalf("the report is not of the documented form: %v\n%s", err, text)
	}
	return r
}

// replayJSON replays files, which must succeed, and returns the report and standard error.
func replayJSON(t *testing.T, arguments ...string) (reportJSON, string) {
	t.Helper()
	stdout, stderr, code := vigie(t, append([]string{"replay", "--source", "asterisk-queue-log", "--output", "json"}, arguments...)...)
	if code != exitOK {
		t.Fatalf("code %d: %s", code, stderr)
	}
	return parseReport(t, stdout), stderr
}

func (r *reportJSON) scope(t *testing.T, kind, id string) *scopeJSON {
	t.Helper()
	for i := range r.Scopes {
		if r.Scopes[i].Kind == kind && r.Scopes[i].ID == id {
			return &r.Scopes[i]
		}
	}
	t.Fatalf("no %s %s in the report", kind, id)
	return nil
}

func replayRecording(t *testing.T, more ...string) reportJSON {
	t.Helper()
	r, _ := replayJSON(t, append([]string{"--threshold", "support=10s", "--threshold", "ventes=8s", "--short-abandon", "5s",
		"--member", `Local/(\d+)@agents/n=advisor-$1`, recording}, more...)...)
	return r
}

// The expected numbers were counted from the lines of the log by a separate script.
func TestReplayGivesTheExpectedNumbers(t *testing.T) {
	text, err := os.ReadFile("../../seeds/asterisk-a/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var expected struct {
		Scopes []struct {
			Kind, ID   string
			Measures   map[string]int64
			Indicators map[string]struct{ Numerator, Denominator int64 }
		}
	}
	if err := json.Unmarshal(text, &expected); err != nil {
		t.Fatal(err)
	}
	r := replayRecording(t)
	compared := 0
	for _, want := range expected.Scopes {
		got := r.scope(t, want.Kind, want.ID)
		for name, n := range want.Measures {
			sum, there := got.Measures[name]
			if compared++; !there || sum != n {
				t.Errorf("%s %s: %s = %d (shown: %t), want %d", want.Kind, want.ID, name, sum, there, n)
			}
		}
		for id, v := range want.Indicators {
			i, there := got.Indicators[id]
			if compared++; !there || *i.Numerator != v.Numerator || *i.Denominator != v.Denominator {
				t.Errorf("%s %s: %s = %+v, want %d / %d", want.Kind, want.ID, id, i, v.Numerator, v.Denominator)
				continue
			}
			if i.Value == nil || *i.Value != float64(v.Numerator)/float64(v.Denominator) {
				t.Errorf("%s %s: %s has the value %v, want %d / %d", want.Kind, want.ID, id, i.Value, v.Numerator, v.Denominator)
			}
		}
		if want.Kind == "queue" && (*got.Balance != 0 || *got.Waiting != 0) {
			t.Errorf("queue %s: balance %d, waiting %d, want 0", want.ID, *got.Balance, *got.Waiting)
		}
	}
	if len(expected.Scopes) != 13 || compared < 2*(22+15)+11*7 { // two queues, eleven advisors
		t.Errorf("%d scopes and %d numbers compared: the expectation is not whole", len(expected.Scopes), compared)
	}
}

func TestReplayReportIsWhole(t *testing.T) {
	r := replayRecording(t, "--centre", "lille", "--timezone", "Europe/Paris")
	if r.Centre != "lille" || r.DeadLetters != 0 || *r.From != "2026-11-22T22:39:29+01:00" || *r.To != "2026-11-22T23:04:53+01:00" {
		// the stamps of the first line that makes an event, 1795383569, and of the last, 1795385093
		t.Errorf("centre %s, %d dead letters, from %s to %s", r.Centre, r.DeadLetters, *r.From, *r.To)
	}
	if r.Events != 759+264+16+(479+75+26)+479+75+26+451+28+240 { // as the source's own test counts them
		t.Errorf("%d events", r.Events)
	}
	var order []string
	for _, s := range r.Scopes {
		if len(order) == 0 || order[len(order)-1] != s.Kind {
			order = append(order, s.Kind)
		}
		for id, i := range s.Indicators {
			// A percentile is no quotient: everybody waited, and nobody wrote.
			none := i.Denominator != nil && *i.Denominator <= 0 && !strings.HasPrefix(id, "wait_p") || strings.HasPrefix(id, "first_reply_p")
			if i.Unit == "" || i.Numerator == nil || i.Denominator == nil || (i.Value == nil) != none {
				t.Errorf("%s %s: %s is %+v", s.Kind, s.ID, id, i)
			}
		}
		if (s.Balance != nil) != (s.Kind == "centre" || s.Kind == "queue") {
			t.Errorf("%s %s: balance %v", s.Kind, s.ID, s.Balance)
		}
	}
	if want := []string{"centre", "queue", "channel", "advisor"}; !slices.Equal(order, want) {
		t.Errorf("scopes in the order %v, want %v", order, want)
	}
	if _, there := r.scope(t, "queue", "support").Measures["repeated_7d"]; there {
		t.Error("a measure that nobody counts is shown as if it were 0")
	}
}

// The shell adds up facts for the window that holds everything; the machine keeps today by itself. The recording lies
// within one day, so both must agree in every number.
func TestReplayOfAllAgreesWithToday(t *testing.T) {
	all, today := replayRecording(t), replayRecording(t, "--window", "today")
	if diff := cmp.Diff(all.Scopes, today.Scopes); diff != "" {
		t.Errorf("all (-) and today (+) differ:\n%s", diff)
	}
	if *today.From != "2026-11-22T00:00:00Z" || *all.To != *today.To {
		t.Errorf("today is from %s to %s", *today.From, *today.To)
	}
}

// dayOfFour is a log small enough to count by hand, 2027-01-15 from 08:00:00 to 08:10:10 UTC. T is 20 s, S is 5 s.
//
//	c1 enters 08:00:00, advisor a1 rings 3 s, answers at 08:00:07, talks 60 s
//	c2 enters 08:01:10, abandons at 08:01:13: 3 s, short
//	c3 enters 08:09:40, still waits at the end: 30 s, beyond T
//	c4 enters 08:10:10, the last event, still waits
const dayOfFour = `1800000000|c1|q|NONE|ENTERQUEUE||0612345678|1
1800000007|c1|q|a1|CONNECT|7|x1|3
1800000067|c1|q|a1|COMPLETEAGENT|7|60|1
1800000070|c2|q|NONE|ENTERQUEUE||0612345679|1
1800000073|c2|q|NONE|ABANDON|1|1|3
1800000580|c3|q|NONE|ENTERQUEUE||0612345670|1
1800000610|c4|q|NONE|ENTERQUEUE||0612345671|2
`

func TestReplayByHand(t *testing.T) {
	log := writeFile(t, "queue_log", dayOfFour)
	check := func(window, from string, measures map[string]int64, indicators map[string][2]int64) {
		t.Helper()
		r, _ := replayJSON(t, "--window", window, log)
		if *r.From != from || *r.To != "2027-01-15T08:10:10Z" || r.Events != 8 { // the CONNECT line is an offer, too
			t.Errorf("%s: from %s to %s, %d events", window, *r.From, *r.To, r.Events)
		}
		s := r.scope(t, "queue", "q")
		for name, want := range measures {
			if got, there := s.Measures[name]; !there || got != want {
				t.Errorf("%s: %s = %d (shown: %t), want %d", window, name, got, there, want)
			}
		}
		for id, want := range indicators {
			i := s.Indicators[id]
			if i.Numerator == nil || *i.Numerator != want[0] || *i.Denominator != want[1] || (i.Value == nil) != (want[1] == 0) {
				t.Errorf("%s: %s = %+v, want %v", window, id, i, want)
			}
		}
		if *s.Waiting != 2 || *s.LongestWaitMs != 30_000 || *s.Balance != 0 {
			t.Errorf("%s: waiting %d, longest %d ms, balance %d", window, *s.Waiting, *s.LongestWaitMs, *s.Balance)
		}
	}
	whole := map[string]int64{"offered": 4, "answered": 1, "abandoned": 1, "abandoned_short": 1, "left": 0, "lost": 0,
		"answered_within": 1, "crossed": 1, "wait_answered_ms": 7000, "wait_abandoned_ms": 3000, "offers": 1, "ring_ms": 3000, "talk_ms": 60_000}
	check("all", "2027-01-15T08:00:00Z", whole, map[string][2]int64{"answer_rate": {1, 4}, "sl_neg": {1, 2},
		"sl_live": {1, 3}, // within 1 answered and 1 abandoned, beyond T c3
		"asa":     {7000, 1}, "avg_talk": {60_000, 1}})
	check("1h", "2027-01-15T07:10:10Z", whole, nil)
	check("5m", "2027-01-15T08:05:10Z", map[string]int64{"offered": 2, "answered": 0, "abandoned": 0, "crossed": 1},
		map[string][2]int64{"answer_rate": {0, 2}, "sl_neg": {0, 0}, "asa": {0, 0}})
}

func TestReplayCSVAndTable(t *testing.T) {
	log := writeFile(t, "queue_log", dayOfFour)
	stdout, _, _ := vigie(t, "replay", "--source", "asterisk-queue-log", "--output", "csv", log)
	rows, err := csv.NewReader(strings.NewReader(stdout)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if head := strings.Join(rows[0], ","); head != "kind,id,name,value,numerator,denominator,unit" {
		t.Errorf("head %q", head)
	}
	seen := map[string]int{}
	for _, row := range rows {
		seen[strings.Join(row, ",")]++
		seen[strings.Join(row[:3], ",")]++
	}
	for _, want := range []string{"queue,q,offered,4,4,1,count", "queue,q,waiting,2,2,1,count", "queue,q,balance,0,0,1,count",
		"queue,q,asa,7000,7000,1,ms", "queue,q,sl_neg,0.5,1,2,percent", "queue,q,left_rate,0,0,4,percent", "queue,q,hold_rate,0,0,1,percent",
		"queue,q,avg_hold_held,,0,0,ms"} {
		if seen[want] != 1 {
			t.Errorf("row %q is there %d times, want once", want, seen[want])
		}
	}
	for row, n := range seen {
		if n > 1 {
			t.Errorf("%q has %d rows", row, n)
		}
	}
	stdout, _, _ = vigie(t, "replay", "--source", "asterisk-queue-log", "--timezone", "Europe/Paris", log)
	for _, want := range []string{"2027-01-15 09:00:00 to 09:10:10 (Europe/Paris), window all", "7 lines, 8 events, 0 dead letters",
		"\nq            4         1          1     0     0        2       25.0 %         50.0 %   33.3 %  0:07       0:07  1:00       0\n",
		"balance over all: offered - answered - abandoned - left - lost - waiting = 0"} {
		if !strings.Contains(stdout, want) {
			t.Errorf("the table lacks %q:\n%s", want, stdout)
		}
	}
}

// The configuration names two of the eleven advisors and refuses the others. The last team of advisor-1002 began a week
// before the recording; expected.json has her 44 calls.
func TestReplayUnderAConfiguration(t *testing.T) {
	r, stderr := replayJSON(t, "--config", "testdata/centre", "--member", `Local/(\d+)@agents/n=advisor-$1`, recording)
	if r.Centre != "lille" {
		t.Errorf("centre %q, want that of centre.yaml", r.Centre)
	}
	if r.DeadLetters == 0 || !strings.Contains(stderr, `queue_log:2: unknown_advisor: advisor "advisor-1010": the centre's configuration names no such advisor`) {
		t.Errorf("%d dead letters, stderr %q", r.DeadLetters, stderr)
	}
	south := r.scope(t, "team", "south")
	if advisor := r.scope(t, "advisor", "advisor-1002"); south.Measures["handled"] != 44 || advisor.Measures["handled"] != 44 {
		t.Errorf("south handled %d, advisor-1002 %d, want 44 each", south.Measures["handled"], advisor.Measures["handled"])
	}
}

func TestReplayListsDeadLetters(t *testing.T) {
	text := dayOfFour + strings.Repeat("1800000620|c9|q|NONE|NONSENSE|\n", 12)
	log, all := writeFile(t, "queue_log", text), writeFile(t, "letters", "old")
	r, stderr := replayJSON(t, "--dead-letters", all, log)
	if r.DeadLetters != 12 || strings.Count(stderr, ": unknown_verb: ") != 10 || !strings.Contains(stderr, log+":8: unknown_verb:") ||
		!strings.Contains(stderr, "... and 2 more\n12 dead letters in all, all of them in "+all) {
		t.Errorf("%d dead letters, stderr %q", r.DeadLetters, stderr)
	}
	written, err := os.ReadFile(all)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(written)), "\n")
	var first struct{ Source, Place, Reason, Detail, Raw string }
	if err := json.Unmarshal([]byte(lines[0]), &first); err != nil {
		t.Fatal(err)
	}
	if len(lines) != 12 || first.Place != log+":8" || first.Reason != "unknown_verb" || first.Raw != "1800000620|c9|q|NONE|NONSENSE|" {
		t.Errorf("%d letters, the first %+v", len(lines), first)
	}
}

func TestReplayOfNothing(t *testing.T) {
	r, _ := replayJSON(t, writeFile(t, "queue_log", ""))
	if r.From != nil || r.To != nil || r.Events != 0 || r.Scopes == nil || len(r.Scopes) != 0 {
		t.Errorf("an empty file gives %+v", r)
	}
	stdout, stderr, code := vigie(t, "replay", "--source", "asterisk-queue-log", writeFile(t, "cat.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF\x00\n\x01\x02"))
	if code != exitFailure || !strings.Contains(stderr, "is this the right file") || !strings.Contains(stdout, "2 dead letters") {
		t.Errorf("a picture: code %d, %q, %q", code, stdout, stderr)
	}
}
