// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event/zone"
)

// A reader of the dialler's lines, who knows no more than what they say.

// dialLine is what the reader understands of a line.
type dialLine struct {
	ID, Source, Type, Contact, Campaign, Advisor, Result, Reason, Verdict, Audit, Code, Object, Kind, State, Line string
	Time                                                                                                          time.Time
	Sequence, Count, AmountCents, ScoreBP                                                                         int64
}

// outboundReader recounts what campaigns did.
type outboundReader struct {
	days    recounter // for its days
	tally   tally
	tried   map[string]bool   // records
	reached map[string]bool   // records
	lists   map[string]int64  // closed, as told last
	began   map[string]string // day on which a contact began
	sales   map[string]dialLine
	scores  map[string]dialLine
	work    map[string]time.Time // by advisor: since when the phase under way
	on      map[string]string    // by advisor: the campaign
	since   map[string]time.Time // by advisor: since when there for it; absent: not there
}

// TestCampaignsAreWhatWasSaid: whoever reads the lines and counts comes to the sums of the truth, campaign by campaign and
// day by day, though events came late, twice and out of order.
func TestCampaignsAreWhatWasSaid(t *testing.T) {
	o := Options{From: "2026-11-16", To: "2026-11-20", Seed: 6, AfterMs: 3 * dayMs,
		Delivery: Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02, Late: 0.01, LateMs: 20 * minuteMs}}
	truth, lines := simulate(t, capRivage(t), o)
	got := readCampaigns(t, lines)
	want := talliedCampaigns(truth)
	if diff := gocmp.Diff(map[string]int64(want), map[string]int64(got)); diff != "" {
		t.Errorf("truth (-) and recount (+):\n%s", diff)
	}
	for _, what := range []string{"loaded", "closed", "left alone", "held back out_of_window", "held back in_refusal", "held back no_basis",
		"held back over_cap", "wrong unverifiable", "wrong out_of_window", "disagreed", "code rendez-vous", "unsold", "opposed", "dialled rejected", "evaluated", "promises reached", "promises broken"} {
		if !happened(got, what) {
			t.Errorf("in four days nothing was %q: the test proves less than it should", what)
		}
	}
}

func readCampaigns(t *testing.T, lines []byte) tally {
	t.Helper()
	paris, err := zone.Load("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	r := &outboundReader{days: recounter{paris: paris}, tally: tally{}, tried: map[string]bool{}, reached: map[string]bool{},
		lists: map[string]int64{}, began: map[string]string{}, sales: map[string]dialLine{}, scores: map[string]dialLine{}, work: map[string]time.Time{},
		on: map[string]string{}, since: map[string]time.Time{}}
	var all []dialLine
	seen := map[string]bool{}
	for line := range bytes.Lines(lines) {
		var e dialLine
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if key := e.Source + " " + e.ID; !seen[key] {
			seen[key] = true
			all = append(all, e)
		}
	}
	slices.SortStableFunc(all, func(a, b dialLine) int {
		return cmp.Or(a.Time.Compare(b.Time), strings.Compare(a.Source, b.Source), cmp.Compare(a.Sequence, b.Sequence))
	})
	for _, e := range all {
		r.production(e)
		if e.Campaign != "" {
			r.read(e)
		}
	}
	return r.tally
}

func (r *outboundReader) read(e dialLine) {
	day := r.days.day(e.Time)
	add := func(what string, n int64) { r.tally.add(day, e.Campaign, what, n) }
	if r.began[e.Contact] == "" {
		r.began[e.Contact] = day
	}
	switch e.Type {
	case "list.loaded":
		add("loaded", e.Count)
	case "list.closed":
		add("closed", e.Count-r.lists[e.Object])
		r.lists[e.Object] = e.Count
	case "call.dialled", "call.refused":
		r.dial(e, add)
	case "contact.disposed":
		add("code "+e.Code, 1)
	case "consent.revoked":
		add("opposed", 1)
	case "sale.recorded":
		r.sales[e.Object] = e
		add("sold", 1)
		add("sold cents", e.AmountCents)
	case "sale.cancelled":
		cents := r.sales[e.Object].AmountCents
		r.tally.add(r.began[e.Contact], e.Campaign, "unsold", 1)
		r.tally.add(r.began[e.Contact], e.Campaign, "unsold cents", cents)
		add("taken back", cents)
	case "callback.requested":
		add("promised", 1)
	case "callback.attempted":
		add("promises tried", 1)
		if e.Result == "reached" {
			add("promises reached", 1)
		}
	case "callback.expired":
		add("promises broken", 1)
	case "evaluation.submitted":
		r.scores[e.Object] = e
		r.tally.add(r.began[e.Contact], e.Campaign, "evaluated", 1)
		r.tally.add(r.began[e.Contact], e.Campaign, "score", e.ScoreBP)
	case "evaluation.cancelled":
		r.tally.add(r.began[e.Contact], e.Campaign, "evaluated", -1)
		r.tally.add(r.began[e.Contact], e.Campaign, "score", -r.scores[e.Object].ScoreBP)
	}
	r.legs(e, add)
}

func (r *outboundReader) dial(e dialLine, add func(string, int64)) {
	add("checked", 1)
	if e.Verdict != e.Audit {
		add("disagreed", 1)
	}
	if e.Type == "call.refused" {
		add("held back "+e.Verdict, 1)
		return
	}
	add("dialled "+e.Result, 1)
	add("presented "+e.Line, 1)
	if e.Result == "human" {
		add("answered "+e.Line, 1)
	}
	if e.Audit != "ok" {
		add("wrong "+e.Audit, 1)
	}
	if !r.tried[e.Object] {
		r.tried[e.Object] = true
		add("tried", 1)
		if e.Result == "invalid" {
			add("invalid", 1)
		}
	}
	switch {
	case e.Reason == "abandoned":
		add("left alone", 1)
	case e.Result == "human" && !r.reached[e.Object]:
		r.reached[e.Object] = true
		add("reached", 1)
	}
}

// legs measures the phases of the advisors' calls: they have one at a time.
func (r *outboundReader) legs(e dialLine, add func(string, int64)) {
	phase := func(what string) {
		add(what, e.Time.Sub(r.work[e.Advisor]).Milliseconds())
		r.work[e.Advisor] = e.Time
	}
	switch e.Type {
	case "advisor.offered":
		r.work[e.Advisor] = e.Time
	case "advisor.cancelled", "advisor.connected":
		phase("ring ms")
	case "advisor.released":
		phase("talk ms")
		if e.Kind != "wrapping" {
			add("done", 1)
		}
	case "advisor.wrapped":
		phase("after ms")
		add("done", 1)
	}
}

// production measures the time on campaigns: from "available" with the campaign until a pause, and on after it.
func (r *outboundReader) production(e dialLine) {
	if e.Type != "advisor.state" {
		return
	}
	if at, there := r.since[e.Advisor]; there {
		r.tally.add(r.days.day(at), r.on[e.Advisor], "on it ms", e.Time.Sub(at).Milliseconds())
		delete(r.since, e.Advisor)
	}
	if e.State == "available" && e.Campaign != "" {
		r.on[e.Advisor], r.since[e.Advisor] = e.Campaign, e.Time
	}
}

// talliedCampaigns is the truth in the words of the recount.
func talliedCampaigns(truth *Truth) tally {
	all := tally{}
	for _, d := range truth.Days {
		for id, c := range d.Campaigns {
			add := func(what string, n int64) { all.add(d.Date, id, what, n) }
			for what, n := range map[string]int64{"loaded": c.Loaded, "tried": c.Tried, "reached": c.Reached, "invalid": c.Invalid, "closed": c.Closed,
				"left alone": c.LeftAlone, "checked": c.Checked, "disagreed": c.Disagreed, "opposed": c.Oppositions, "on it ms": c.OnIt,
				"done": c.Done, "talk ms": c.Talk, "after ms": c.AfterCall, "ring ms": c.RingTime,
				"sold": c.Sold, "sold cents": c.SoldFor, "unsold": c.Unsold, "unsold cents": c.UnsoldFor, "taken back": c.TakenBackFor,
				"promised": c.Promised, "promises tried": c.PromisesTried, "promises reached": c.PromisesReached, "promises broken": c.PromisesBroken,
				"evaluated": c.Evaluated, "score": c.Scores} {
				add(what, n)
			}
			for number, n := range c.Numbers {
				add("presented "+number, n.Dialled)
				add("answered "+number, n.Answered)
			}
			for prefix, counts := range map[string]map[string]int64{"dialled ": c.Dialled, "held back ": c.HeldBack, "wrong ": c.Wrong, "code ": c.Codes} {
				for word, n := range counts {
					add(prefix+word, n)
				}
			}
		}
	}
	return all
}
