// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/organisation"
)

// proportion checks a share against the input, within a 99.9 % interval of the binomial law.
func proportion(t *testing.T, what string, hits, of int64, want float64) {
	t.Helper()
	n := float64(of)
	got, margin := float64(hits)/n, 3.29*math.Sqrt(want*(1-want)/n)
	if of < 100 || math.Abs(got-want) > margin {
		t.Errorf("%s: %.4f of %d, the input says %.4f ± %.4f", what, got, of, want, margin)
	}
}

// campaignSums is a campaign over a whole run.
type campaignSums struct {
	CampaignDay
	dials, valid int64
	classes      map[string]int64
	talks        int64
}

func sumCampaigns(truth *Truth, classes map[string]string) map[string]*campaignSums {
	all := map[string]*campaignSums{}
	for _, d := range truth.Days {
		for id, c := range d.Campaigns {
			s := all[id]
			if s == nil {
				s = &campaignSums{classes: map[string]int64{}}
				s.Dialled = map[string]int64{}
				all[id] = s
			}
			s.Tried, s.Invalid, s.LeftAlone = s.Tried+c.Tried, s.Invalid+c.Invalid, s.LeftAlone+c.LeftAlone
			s.Sold, s.SoldFor, s.Unsold = s.Sold+c.Sold, s.SoldFor+c.SoldFor, s.Unsold+c.Unsold
			for result, n := range c.Dialled {
				s.Dialled[result] += n
				s.dials += n
			}
			for code, n := range c.Codes {
				s.classes[classes[code]] += n
				s.talks += n
			}
			s.valid = s.dials - s.Dialled[event.ResultInvalid]
		}
	}
	return all
}

// TestCampaignsFollowTheirInput: over four weeks of autumn, each share of each campaign is that of the input.
func TestCampaignsFollowTheirInput(t *testing.T) {
	spec := capRivage(t)
	truth := history(t, spec, Options{From: "2026-09-01", To: "2026-09-29", Seed: 17, AfterMs: 11 * dayMs})
	sums := sumCampaigns(truth, spec.Organisation.Dispositions)
	for i := range spec.Campaigns {
		c := &spec.Campaigns[i]
		s := sums[c.Campaign]
		if s == nil {
			t.Fatalf("%s did not run", c.Campaign)
		}
		check := func(what string, hits, of int64, want float64) {
			t.Helper()
			proportion(t, c.Campaign+", "+what, hits, of, want)
		}
		check("numbers that do not exist, of the records tried", s.Invalid, s.Tried, c.List.Invalid)
		check("answered by a person, of the dials of numbers that exist", s.Dialled[event.ResultHuman], s.valid, c.Answer.Human)
		check("answered by a machine", s.Dialled[event.ResultMachine], s.valid, c.Answer.Machine)
		check("busy", s.Dialled[event.ResultBusy], s.valid, c.Answer.Busy)
		check("rejected", s.Dialled[event.ResultRejected], s.valid, c.Answer.Rejected)
		useless := s.classes[event.ClassWrongNumber] + s.classes[event.ClassDuplicate] + s.classes[event.ClassOutOfTarget]
		useful := s.talks - useless
		won := s.classes[event.ClassPitchedWon]
		pitched := won + s.classes[event.ClassPitchedLost]
		check("useful conversations", useful, s.talks, c.Script.Useful)
		check("offers made, of the useful conversations", pitched, useful, c.Script.Pitched)
		check("offers accepted", won, pitched, c.Script.Won)
		check("sales cancelled", s.Unsold, s.Sold, spec.Aftermath.SalesLost)
		if won != s.Sold {
			t.Errorf("%s: %d sales of %d offers that were accepted", c.Campaign, s.Sold, won)
		}
		mean, want := float64(s.SoldFor)/float64(s.Sold), float64(c.Script.BasketCt)
		if margin := 3.29 * 0.5 * want / math.Sqrt(float64(s.Sold)); math.Abs(mean-want) > margin {
			t.Errorf("%s: a sale is worth %.0f cents, the input says %.0f ± %.0f", c.Campaign, mean, want, margin)
		}
	}
	left := float64(sums["decouverte"].LeftAlone) / float64(sums["decouverte"].Dialled[event.ResultHuman])
	if left < 0.002 || left > 0.04 || sums["fidelite"].LeftAlone != 0 {
		t.Errorf("%.4f of the people whom the dialler called were left alone; a careful one leaves less than one in thirty, "+
			"and an advisor who dials leaves nobody (%d)", left, sums["fidelite"].LeftAlone)
	}
}

// TestTheDemoIsAsDescribed: what DEMO says of the two campaigns is what they are made of.
func TestTheDemoIsAsDescribed(t *testing.T) {
	spec := capRivage(t)
	f, d := &spec.Campaigns[0], &spec.Campaigns[1]
	if f.Campaign != "fidelite" || f.List.Records != 4500 || math.Abs(f.List.Invalid-0.07) > 1e-9 || f.Basis != event.BasisContract {
		t.Errorf("fidelite: %+v", f.List)
	}
	if d.Campaign != "decouverte" || d.List.Records != 6000 || d.Basis != event.BasisConsent || d.Answer.Human != 0.24 || d.Script.Pitched != 0.60 ||
		d.Script.Won != 0.16 || d.Script.BasketCt != 4900 || spec.Aftermath.SalesLost != 0.07 {
		t.Errorf("decouverte: %+v %+v", d.Answer, d.Script)
	}
}

// TestTheGateHolds: what was dialled and found right by the second check keeps the law, as read from the calls alone: not
// more than four calls of a programme in thirty days, none for sixty days after a refusal, and in the hours of the law where
// the customer lives, unless there is consent.
func TestTheGateHolds(t *testing.T) {
	spec := capRivage(t)
	truth := history(t, spec, Options{From: "2026-10-20", To: CapRivageDay, Seed: 23})
	calls, refused := map[string][]int64{}, map[string]int64{}
	inReunion, dialled := 0, 0
	for _, d := range truth.Dials {
		if d.Result == "" {
			continue
		}
		key := programmeOf(spec, d.Campaign) + " " + d.Customer
		dialled++
		calls[key] = append(calls[key], d.At)
		if at, has := refused[key]; has && d.At-at < 60*dayMs {
			t.Errorf("%s was called %d hours after a refusal", key, (d.At-at)/hourMs)
		}
		switch spec.Organisation.Dispositions[d.Code] {
		case event.ClassRefusal, event.ClassOpposition:
			refused[key] = d.At
		}
		if d.Zone == "Indian/Reunion" {
			inReunion++
		}
		if d.Campaign == "fidelite" && d.Audit == event.VerdictOK && d.Zone != "" && !lawfulHour(t, d.Zone, d.At-minuteMs) && !lawfulHour(t, d.Zone, d.At) {
			t.Errorf("%s of %s was called at %s", d.ID, d.Zone, time.UnixMilli(d.At).UTC())
		}
	}
	for key, at := range calls {
		slices.Sort(at)
		for i := 4; i < len(at); i++ {
			if at[i]-at[i-4] < 30*dayMs-minuteMs { // the result comes up to half a minute after the dial
				t.Errorf("%s was called five times in %d days", key, (at[i]-at[i-4])/dayMs)
			}
		}
	}
	if len(refused) < 100 || inReunion == 0 || dialled < 20_000 {
		t.Errorf("%d refusals, %d of %d calls to La Réunion: the test proves less than it should", len(refused), inReunion, dialled)
	}
}

// lawfulHour is the decree: Monday to Friday, 10 to 13 and 14 to 20, not on public holidays.
func lawfulHour(t *testing.T, name string, at int64) bool {
	t.Helper()
	loc, err := zone.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	l := time.UnixMilli(at).In(loc)
	if l.Weekday() == time.Saturday || l.Weekday() == time.Sunday || l.Format("01-02") == "11-11" || l.Format("01-02") == "11-01" {
		return false
	}
	return l.Hour() >= 10 && l.Hour() < 13 || l.Hour() >= 14 && l.Hour() < 20
}

func programmeOf(spec *Spec, campaign string) string {
	for _, c := range spec.Organisation.Campaigns {
		if c.ID == campaign {
			return c.Programme
		}
	}
	return ""
}

// TestCampaignsDoNotDisturbCalls: the calls of a centre come when they come, and go as they go when nobody does both, whether it
// calls out or not.
func TestCampaignsDoNotDisturbCalls(t *testing.T) {
	o := Options{From: "2026-09-14", To: "2026-09-16", Seed: 9}
	with := capRivage(t)
	without := capRivage(t)
	without.Campaigns, without.Crews, without.Story = nil, nil, Story{}
	with.Story = Story{}
	for _, spec := range []*Spec{with, without} {
		org := spec.Organisation
		org.Skills = slices.DeleteFunc(org.Skills, func(k organisation.Skill) bool { return len(k.Advisors) > 0 }) // half of Tempo answers calls
	}
	a, b := history(t, with, o), history(t, without, o)
	if len(a.Dials) == 0 || len(b.Dials) != 0 || len(a.Calls) != len(b.Calls) {
		t.Fatalf("%d and %d dials, %d and %d calls", len(a.Dials), len(b.Dials), len(a.Calls), len(b.Calls))
	}
	for i := range a.Calls {
		x, y := a.Calls[i], b.Calls[i]
		if x.ID != y.ID || x.BeganAt != y.BeganAt || x.EndedAt != y.EndedAt || x.Customer != y.Customer || len(x.Talks) != len(y.Talks) {
			t.Fatalf("call %s of %d is %s of %d without campaigns", x.ID, x.BeganAt, y.ID, y.BeganAt)
		}
	}
}

// closings is a sink that keeps what was last told of each list.
type closings map[string]event.Event

func (c closings) Put(e *event.Event) error {
	if e.Type == event.ListClosed {
		c[e.Object] = e.Clone()
	}
	return nil
}

// TestOldListsAreGivenUp: a list that is four weeks old is closed, as a whole; a record of it is never dialled again.
func TestOldListsAreGivenUp(t *testing.T) {
	told := closings{}
	truth, err := Run(capRivage(t), &Options{From: "2026-09-01", To: "2026-09-30", Seed: 3}, told)
	if err != nil {
		t.Fatal(err)
	}
	first := truth.Lists[0]
	closed, at := told[first.ID].Count.Or(0), told[first.ID].Time
	if closed != first.Records || at-first.At != 28*dayMs {
		t.Errorf("of the list %s of %d records %d are closed, %d days later", first.ID, first.Records, closed, (at-first.At)/dayMs)
	}
	for _, d := range truth.Dials {
		if strings.HasPrefix(d.Record, first.ID) && d.At > at {
			t.Errorf("%s was dialled after its list was given up", d.Record)
		}
	}
}

// TestBlundersAreSeenBySecondCheck: whatever rule the dialler does not see, the second check does.
func TestBlundersAreSeenBySecondCheck(t *testing.T) {
	spec := capRivage(t)
	spec.Story = Story{}
	for _, v := range event.RefusalVerdicts {
		spec.Story.Blunders = append(spec.Story.Blunders, Blunder{When: When{Date: CapRivageDay, From: 10 * 60, To: 20 * 60}, Campaign: "decouverte",
			Verdict: v, Share: 0.02})
	}
	truth := history(t, spec, Options{From: CapRivageDay, To: "2026-11-18", Seed: 2})
	for _, v := range event.RefusalVerdicts {
		if truth.Days[0].Campaigns["decouverte"].Wrong[v] == 0 {
			t.Errorf("no call was found to be %s", v)
		}
	}
}

// TestCampaignErrors: whoever asks for a campaign that cannot be is told what is wrong.
func TestCampaignErrors(t *testing.T) {
	c := func(want string, change func(*Spec)) {
		t.Helper()
		spec := capRivage(t)
		spec.Campaigns = slices.Clone(spec.Campaigns)
		change(spec)
		o := aDay
		if _, err := Run(spec, &o, nowhere{}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("found the error %v, it should say %q", err, want)
		}
	}
	c("campaign nowhere: the organisation has no such campaign", func(s *Spec) { s.Campaigns[0].Campaign = "nowhere" })
	c("cannot be drawn from 10 customers", func(s *Spec) { s.Campaigns[0].List.People = 10 })
	c("nobody lives anywhere", func(s *Spec) { s.Campaigns[0].Regions = nil })
	c("say with Study for how long", func(s *Spec) { s.Campaigns[0].Study = nil })
	c("give Lines at least 1", func(s *Spec) { s.Campaigns[1].Lines = 0 })
	c(`no calendar "moon"`, func(s *Spec) { s.Campaigns[1].Regions = []Region{{Zone: "Europe/Paris", Calendar: "moon"}} })
	c(`no disposition "hélas"`, func(s *Spec) { s.Campaigns[1].Script.Lost = []Code{{"hélas", 1}} })
	c("can end without a code", func(s *Spec) { s.Campaigns[1].Script.Useless = nil })
	c("not among Campaigns", func(s *Spec) { s.Crews = []Crew{{Campaigns: []string{"nowhere"}}} })
	c("no advisor a999", func(s *Spec) { s.Crews = []Crew{{Advisors: []string{"a999"}, Campaigns: []string{"fidelite"}}} })
	c(`there is no campaign "nowhere"`, func(s *Spec) { s.Story.Overruns = []Overrun{{Campaign: "nowhere"}} })
	c(`"perhaps" is no verdict`, func(s *Spec) { s.Story.Blunders = []Blunder{{Campaign: "fidelite", Verdict: "perhaps"}} })
	c(`no queue "nowhere"`, func(s *Spec) { s.Story.Publications = []Publication{{Queue: "nowhere", Valid: CapRivageDay}} })
}
