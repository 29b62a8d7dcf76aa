// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"cmp"
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

func readRecording(t testing.TB, rules ...string) ([]event.Event, Summary) {
	t.Helper()
	p := newTestParser(t, testOptions(t, rules...))
	var all []event.Event
	err := ReadFiles(t.Context(), []string{recording}, p, func(out Output) error {
		all = append(all, out.Events...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all, p.Summary()
}

// The numbers are those of `cut -d'|' -f5 queue_log | sort | uniq -c`.
func TestRecordingHasEveryLine(t *testing.T) {
	_, s := readRecording(t, memberRule)
	want := map[string]int64{
		"ABANDON": 264, "ADDMEMBER": 14, "BLINDTRANSFER": 28, "COMPLETEAGENT": 447, "COMPLETECALLER": 4, "CONNECT": 479,
		"ENTERQUEUE": 759, "EXITWITHTIMEOUT": 16, "PAUSE": 64, "PAUSEALL": 51, "QUEUESTART": 1, "RINGCANCELED": 26,
		"RINGNOANSWER": 75, "UNPAUSE": 62, "UNPAUSEALL": 49,
	}
	if s.Lines != 2339 || len(s.Dead) != 0 {
		t.Errorf("%d lines, dead %v; want 2339 and none", s.Lines, s.Dead)
	}
	for verb, n := range want {
		if s.Verbs[verb] != n {
			t.Errorf("%s: %d lines, want %d", verb, s.Verbs[verb], n)
		}
	}
	if len(s.Verbs) != len(want) {
		t.Errorf("verbs %v, want %v", s.Verbs, want)
	}
	if s.First != 1795383561000 || s.Last != 1795385093000 {
		t.Errorf("from %d to %d, want the stamps of the first and the last line", s.First, s.Last)
	}
	wantEvents := map[event.Type]int64{
		event.QueueEntered: 759, event.QueueAbandoned: 264, event.QueueLeft: 16,
		event.AdvisorOffered:   479 + 75 + 26, // one before each CONNECT, RINGNOANSWER, RINGCANCELED
		event.AdvisorConnected: 479, event.AdvisorMissed: 75, event.AdvisorCancelled: 26,
		event.AdvisorReleased: 447 + 4, event.AdvisorTransferred: 28,
		event.AdvisorState: 14 + 64 + 51 + 62 + 49,
	}
	for kind, n := range wantEvents {
		if s.Events[kind] != n {
			t.Errorf("%s: %d events, want %d", kind, s.Events[kind], n)
		}
	}
	if len(s.Events) != len(wantEvents) {
		t.Errorf("events %v, want %v", s.Events, wantEvents)
	}
}

// Without a rule the 14 interfaces of ADDMEMBER would be 14 advisors who never take a call.
func TestRecordingWithoutRuleIgnoresMembers(t *testing.T) {
	all, s := readRecording(t)
	if s.Ignored[IgnoredMember] != 14 || s.Events[event.AdvisorState] != 64+51+62+49 {
		t.Errorf("ignored %v, states %d; want 14 unmapped members and 226 states", s.Ignored, s.Events[event.AdvisorState])
	}
	advisors := map[string]bool{}
	for i := range all {
		advisors[all[i].Advisor] = true
	}
	delete(advisors, "")
	if len(advisors) != 11 {
		t.Errorf("%d advisors, want 11: %v", len(advisors), advisors)
	}
	if r := s.Remedies(); len(r) != 1 {
		t.Errorf("remedies %q, want one about the members", r)
	}
}

type tally struct {
	offered, answered, abandoned, left, missed, cancelled, offers, released, transferred int64
	waitAnswered, waitAbandoned, waitLeft, talk                                          int64
}

// TestRecordingAgreesWithScript counts the events in the most obvious way and compares with what a separate script
// counted from the lines.
func TestRecordingAgreesWithScript(t *testing.T) {
	b, err := os.ReadFile("../../seeds/asterisk-a/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var expected struct {
		Scopes []struct {
			Kind, ID string
			Measures map[string]int64
		}
	}
	if err := json.Unmarshal(b, &expected); err != nil {
		t.Fatal(err)
	}
	all, _ := readRecording(t, memberRule)
	tallies := tallyUp(all)
	for _, s := range expected.Scopes {
		got := tallies[s.Kind+" "+s.ID]
		if got == nil {
			t.Fatalf("no events for %s %s", s.Kind, s.ID)
		}
		for name, value := range map[string]int64{
			"offered": got.offered, "answered": got.answered, "abandoned": got.abandoned, "left": got.left, "missed": got.missed,
			"offers_cancelled": got.cancelled, "offers": got.offers, "handled": got.released + got.transferred,
			"transferred": got.transferred, "talk_ms": got.talk, "connected": got.answered,
			"wait_answered_ms": got.waitAnswered, "wait_abandoned_ms": got.waitAbandoned, "wait_left_ms": got.waitLeft,
		} {
			if want, ok := s.Measures[name]; ok && value != want {
				t.Errorf("%s %s: %s is %d, the script counted %d", s.Kind, s.ID, name, value, want)
			}
		}
	}
}

func tallyUp(all []event.Event) map[string]*tally {
	tallies := map[string]*tally{}
	entered, connected := map[string]event.Millis{}, map[string]event.Millis{}
	for i := range all {
		e := &all[i]
		if e.Contact == "" {
			continue
		}
		switch e.Type {
		case event.QueueEntered:
			entered[e.Contact] = e.Time
		case event.AdvisorConnected:
			connected[e.Contact] = e.Time
		}
		for _, scope := range []string{"queue " + e.Queue, "advisor " + e.Advisor} {
			if tallies[scope] == nil {
				tallies[scope] = &tally{}
			}
			tallies[scope].add(e, entered[e.Contact], connected[e.Contact])
		}
	}
	return tallies
}

func (c *tally) add(e *event.Event, entered, connected event.Millis) {
	switch e.Type {
	case event.QueueEntered:
		c.offered++
	case event.QueueAbandoned:
		c.abandoned++
		c.waitAbandoned += e.Time - entered
	case event.QueueLeft:
		c.left++
		c.waitLeft += e.Time - entered
	case event.AdvisorOffered:
		c.offers++
	case event.AdvisorMissed:
		c.missed++
	case event.AdvisorCancelled:
		c.cancelled++
	case event.AdvisorConnected:
		c.answered++
		c.waitAnswered += e.Time - entered
	case event.AdvisorReleased:
		c.released++
		c.talk += e.Time - connected
	case event.AdvisorTransferred:
		c.transferred++
		c.talk += e.Time - connected
	}
}

func TestRecordingEventsAreSound(t *testing.T) {
	all, _ := readRecording(t, memberRule)
	ids, entered := map[string]bool{}, map[string]int64{}
	var d event.Decoder
	for i := range all {
		e := &all[i]
		if ids[e.ID] {
			t.Fatalf("id %s twice", e.ID)
		}
		ids[e.ID] = true
		if err := e.Validate(); err != nil {
			t.Fatalf("%s: %v", story(all[i:i+1]), err)
		}
		var back event.Event
		if err := d.Decode(event.AppendJSON(nil, e), &back); err != nil {
			t.Fatalf("%s: %v", story(all[i:i+1]), err)
		}
		if e.Type == event.QueueEntered {
			entered[e.Contact+e.Queue] = e.Time
		}
		if e.Type == event.AdvisorOffered && e.Time < entered[e.Contact+e.Queue] {
			t.Fatalf("offered before the entry: %s", story(all[i:i+1]))
		}
	}
}

// The total order (time, source, sequence, id) must be the order of the lines, although lines share seconds.
func TestOrderOfEventsIsOrderOfLines(t *testing.T) {
	all, _ := readRecording(t, memberRule)
	lines := slices.DeleteFunc(slices.Clone(all), func(e event.Event) bool { return e.Type == event.AdvisorOffered })
	sorted := slices.Clone(lines)
	slices.SortStableFunc(sorted, func(a, b event.Event) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Sequence, b.Sequence), cmp.Compare(a.ID, b.ID))
	})
	for i := range lines {
		if lines[i].ID != sorted[i].ID {
			t.Fatalf("event %d: %s sorts before %s", i, story(sorted[i:i+1]), story(lines[i:i+1]))
		}
	}
	type stamp struct{ at, sequence int64 }
	seen := map[stamp]bool{}
	for i := range all {
		s := stamp{all[i].Time / 1000, all[i].Sequence}
		if seen[s] {
			t.Fatalf("sequence %d twice in second %d", s.sequence, s.at)
		}
		seen[s] = true
	}
}

func BenchmarkParser(b *testing.B) {
	text, err := os.ReadFile(recording)
	if err != nil {
		b.Fatal(err)
	}
	lines := slices.Collect(splitLines(text))
	p := newTestParser(b, testOptions(b, memberRule))
	b.ReportAllocs()
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		p.Line(lines[i%len(lines)], ingest.Place{})
	}
}
