// SPDX-License-Identifier: Apache-2.0

package explain_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
)

// nine is 17 November 2026, 09:00 UTC.
var nine = time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC).UnixMilli()

// say sends an event that happened at an instant and came in at another.
func (r *machine) say(t event.Type, at, received int64, with event.Event) {
	r.tb.Helper()
	with.ID, with.Source, with.Type, with.Time, with.Received, with.Centre = fmt.Sprint("e", r.offset), "acd", t, at, received, "lyon"
	r.step(&with)
}

// entriesOf shows entries as a person would check them: counted, contribution, reason, marks; then a line per fact.
func entriesOf(e *explain.Explanation) string {
	var b strings.Builder
	for _, entry := range e.Entries {
		fmt.Fprintf(&b, "%s %v %d/%d %s %v\n", entry.Contact, entry.Counted, entry.Numerator, entry.Denominator, entry.Why, entry.Marks)
		for _, l := range entry.Lines {
			fmt.Fprintf(&b, "  +%ds #%d %s %v\n", (l.AtMs-nine)/second, l.Offset, l.Text, l.Marks)
		}
	}
	return b.String()
}

func check(t *testing.T, what, want, got string) {
	t.Helper()
	if diff := cmp.Diff(strings.TrimLeft(want, "\n"), got); diff != "" {
		t.Errorf("%s (-want +got)\n%s", what, diff)
	}
}

// A caller was answered after 14.2 s, but the words of it came only after T = 20 s had passed: the wait was booked as beyond T,
// and that was taken back. In the end the contact counts once, as answered within.
func TestALateEventCorrectsTheServiceLevel(t *testing.T) {
	r := newMachine(t)
	r.say(event.QueueEntered, nine, nine, event.Event{Contact: "c1", Queue: "assistance"}) // record 0
	r.tick(nine + 30*second)                                                               // record 1
	r.say(event.AdvisorConnected, nine+14_200, nine+31*second, event.Event{Contact: "c1", Queue: "assistance", Advisor: "zoe"})
	e := explain.Explain(request(t, "sl_live", indicator.ScopeQueue, "assistance", r.facts))
	check(t, "sl_live", `
c1 true 1/1 counts: numerator +1, denominator +1 [taken_back]
  +0s #0 entered queue assistance []
  +14s #2 waited 14.2 s ≤ T 20 s: answered within T; by the queue's own rule (sl_neg): due +1, met +1 []
  +20s #1 still waiting when T 20 s had passed []
  +20s #2 taken back: still waiting when T 20 s had passed [taken_back]
`, entriesOf(e))
	if e.Worked != "1 ÷ (1 + 0 + 0) = 100.00 %" {
		t.Errorf("worked: %s", e.Worked)
	}
	// As it was known at record 1 the contact was beyond T.
	var then []explain.Fact
	for _, f := range r.facts {
		if f.Offset <= 1 {
			then = append(then, f)
		}
	}
	q := request(t, "sl_live", indicator.ScopeQueue, "assistance", then)
	asOf := int64(1)
	q.AsOf = &asOf
	e = explain.Explain(q)
	check(t, "as of record 1", `
c1 true 0/1 counts in the denominator only: +1 []
  +0s #0 entered queue assistance []
  +20s #1 still waiting when T 20 s had passed []
`, entriesOf(e))
}

// A survey of two hours later belongs to the time of its call, with the offset of the survey's own record. Its five points of
// five are satisfied; a second answer, of three points, replaces it:
// half of the score and the word satisfied are taken back.
func TestALateSurvey(t *testing.T) {
	r := newMachine(t)
	r.say(event.QueueEntered, nine, nine, event.Event{Contact: "c1", Queue: "assistance"})
	r.say(event.AdvisorConnected, nine+5*second, nine+5*second, event.Event{Contact: "c1", Queue: "assistance", Advisor: "zoe"})
	r.say(event.AdvisorReleased, nine+65*second, nine+65*second, event.Event{Contact: "c1", Queue: "assistance", Advisor: "zoe", By: "customer"})
	r.tick(nine + 2*hour)
	first := r.offset
	r.say(event.SurveyAnswered, nine+2*hour, nine+2*hour, event.Event{Contact: "c1", Object: "s1", CSAT: event.NumberOf(5)})
	e := explain.Explain(request(t, "csat", indicator.ScopeQueue, "assistance", r.facts))
	check(t, "satisfied", fmt.Sprintf(`
c1 true 1/1 counts: numerator +1, denominator +1 []
  +0s #%d answered the survey; satisfaction 5 of 5: satisfied (4 or 5) []
`, first), entriesOf(e))
	r.say(event.SurveyAnswered, nine+3*hour, nine+3*hour, event.Event{Contact: "c1", Object: "s1", CSAT: event.NumberOf(3)})
	e = explain.Explain(request(t, "csat", indicator.ScopeQueue, "assistance", r.facts))
	check(t, "not satisfied any more", fmt.Sprintf(`
c1 true 0/1 counts in the denominator only: +1 [taken_back]
  +0s #%d answered the survey; satisfaction 5 of 5: satisfied (4 or 5) []
  +0s #%d taken back: satisfied; sum of satisfaction scores 50 %% [taken_back]
`, first, first+1), entriesOf(e))
}

// Three abandons that somebody entered by hand, as docs/corrections.md shows, are marked and counted; nobody waited for them.
func TestACorrectionByHand(t *testing.T) {
	r := newMachine(t)
	r.tick(nine + hour)
	correction := r.offset
	r.say(event.CorrectionIssued, nine+30*minute, nine+hour, event.Event{Queue: "assistance",
		Data: []byte(`{"grain":"queue_leg","measures":{"offered":3,"abandoned":3,"abandoned_within":2,"wait_abandoned_ms":75000},"note":"link-down"}`)})
	e := explain.Explain(request(t, "abandon_rate", indicator.ScopeQueue, "assistance", r.facts))
	check(t, "abandon rate", fmt.Sprintf(`
 true 3/3 counts: numerator +3, denominator +3 [by_hand]
  +1800s #%d offered 3; abandoned 3; abandoned within T 2; wait of the abandoned 1 min 15 s [by_hand]
`, correction), entriesOf(e))
	if e.Shown != "100.00 %" || e.Worked != "3 ÷ 3 = 100.00 %" {
		t.Errorf("shown %s, worked %s", e.Shown, e.Worked)
	}
}

// What has no value says why: no facts at all, a denominator of zero, one below zero.
func TestWhyThereIsNoValue(t *testing.T) {
	r := newMachine(t)
	why := func(id string) string {
		t.Helper()
		e := explain.Explain(request(t, id, indicator.ScopeQueue, "assistance", r.facts))
		if e.Value != nil {
			t.Errorf("%s is %v", id, *e.Value)
		}
		return e.Why
	}
	if got := why("sl_neg"); !strings.Contains(got, "no fact that this indicator reads") {
		t.Errorf("nothing: %s", got)
	}
	r.say(event.QueueEntered, nine, nine, event.Event{Contact: "c1", Queue: "assistance"})
	if got := why("sl_neg"); !strings.Contains(got, "the denominator is 0") {
		t.Errorf("somebody waits: %s", got)
	}
	e := explain.Explain(request(t, "sl_neg", indicator.ScopeQueue, "assistance", r.facts))
	check(t, "who waits", `
c1 false 0/0 does not count: its wait did not end in this interval []
  +0s #0 entered queue assistance []
`, entriesOf(e))
	r.tick(nine + minute)
	r.say(event.CorrectionIssued, nine, nine+minute, event.Event{Queue: "assistance", Data: []byte(`{"measures":{"abandoned":-2},"note":"twice"}`)})
	if got := why("sl_neg"); !strings.Contains(got, "the denominator is -2") {
		t.Errorf("taken back: %s", got)
	}
	if got := why("wait_p90"); !strings.Contains(got, "no wait was counted") {
		t.Errorf("percentile: %s", got)
	}
}

// Ten waits of 1 to 10 seconds: the 90th percentile is the ninth of them, 9 s.
func TestAPercentileIsExplainedByItsBins(t *testing.T) {
	r := newMachine(t)
	for i := range int64(10) {
		c := event.Event{Contact: fmt.Sprint("c", i), Queue: "assistance"}
		r.say(event.QueueEntered, nine+i*minute, nine+i*minute, c)
		c.Advisor = fmt.Sprint("a", i)
		r.say(event.AdvisorConnected, nine+i*minute+(i+1)*second, nine+i*minute+(i+1)*second, c)
	}
	e := explain.Explain(request(t, "wait_p90", indicator.ScopeQueue, "assistance", r.facts))
	if e.Shown != "9.000 s" || e.N != 10 || len(e.Bins) != 10 || !e.Bins[8].Here || e.Bins[8].SoFar != 9 || e.Bins[9].Here {
		t.Errorf("shown %s of %d, bins %+v", e.Shown, e.N, e.Bins)
	}
	if want := "rank ⌈90 % × 10⌉ = 9: the wait of that rank, counted from the shortest, is in the bin that ends at 9 s"; e.Worked != want {
		t.Errorf("worked: %s", e.Worked)
	}
	if n, _ := sums(e); n != 10 || e.Counted != 10 || e.NotCounted != 0 {
		t.Errorf("%d waits in the entries, %d count and %d do not", n, e.Counted, e.NotCounted)
	}
}

// Nobody's name is in what is written, in any form, unless it is asked for; and a spreadsheet finds no formula in it.
func TestWhatIsWritten(t *testing.T) {
	r := newMachine(t)
	r.say(event.QueueEntered, nine, nine, event.Event{Contact: "=HYPERLINK(1)", Queue: "assistance"})
	r.say(event.AdvisorConnected, nine+14_200, nine+14_200, event.Event{Contact: "=HYPERLINK(1)", Queue: "assistance", Advisor: "zoe"})
	write := func(advisors bool) (text, table string) {
		q := request(t, "sl_neg", indicator.ScopeQueue, "assistance", r.facts)
		q.Language, q.Advisors, q.FromMs, q.ToMs = indicator.French, advisors, nine, nine+hour
		e := explain.Explain(q)
		var b, c bytes.Buffer
		if err := e.WriteText(&b); err != nil {
			t.Fatal(err)
		}
		if err := e.WriteCSV(&c, true); err != nil {
			t.Fatal(err)
		}
		return b.String(), c.String()
	}
	text, table := write(false)
	for _, want := range []string{"centre lyon, file assistance, de 2026-11-17T09:00:00Z", "100,00 %", "1 ÷ (1 + 0)", "attente 14,2 s ≤ T 20 s : décroché dans T",
		"configuration : version 0, file assistance : T 20 s, S 5 s, sl_neg", "1 entrées comptent, 0 ne comptent pas.", "(0@1, v0)"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing from\n%s", want, text)
		}
	}
	if strings.Contains(text+table, "zoe") {
		t.Errorf("an advisor is named:\n%s\n%s", text, table)
	}
	if !strings.Contains(table, "\n'=HYPERLINK(1),true,") {
		t.Errorf("a formula:\n%s", table)
	}
	if text, _ = write(true); !strings.Contains(text, "zoe") {
		t.Errorf("no advisor though asked for:\n%s", text)
	}
}
