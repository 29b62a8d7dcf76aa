// SPDX-License-Identifier: Apache-2.0

package app

import (
	"os"
	"slices"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// What campaigns did: the truth has it by campaign, and of the advisors' part by advisor and team.

// codesOf says what conversations amount to, by the demo centre's own codes (seeds/cap-rivage/dispositions.yaml), for the
// measures that a code counts in: who decides was there, the offer was made and accepted, and so on.
var codesOf = map[indicator.Measure][]string{
	indicator.PitchedWon:   {"vente"},
	indicator.PitchedLost:  {"trop-cher", "déjà-équipé", "pas-besoin", "à-réfléchir"},
	indicator.NotPitched:   {"pas-disponible", "interlocuteur-absent"},
	indicator.FollowUps:    {"à-rappeler"},
	indicator.Refusals:     {"refus-échange", "ne-plus-appeler"},
	indicator.Appointments: {"rendez-vous"},
	indicator.UsefulContacts: {"vente", "trop-cher", "déjà-équipé", "pas-besoin", "à-réfléchir", "pas-disponible", "interlocuteur-absent",
		"à-rappeler", "refus-échange", "ne-plus-appeler", "rendez-vous"},
}

func (a *agreement) compareCampaign(s scopeDay, c *simulator.CampaignDay) {
	a.compareDials(s, c.Dialled)
	for number, n := range c.Numbers {
		of := scopeDay{s.agreement, s.day, "line", number}
		of.is(indicator.Dialled, n.Dialled)
		of.is(indicator.DialHuman, n.Answered)
	}
	a.compareCodes(s, c.Codes)
	a.compareWork(s, &c.Work)
	a.compareSaid(s, &c.Said)
	s.is(indicator.DialAbandoned, c.LeftAlone)
	s.is(indicator.RecordsLoaded, c.Loaded)
	s.is(indicator.RecordsTried, c.Tried)
	s.is(indicator.RecordsReached, c.Reached)
	s.is(indicator.RecordsInvalid, c.Invalid)
	s.is(indicator.RecordsClosed, c.Closed)
	s.is(indicator.DialsChecked, c.Checked)
	s.is(indicator.DialCheckDisagreed, c.Disagreed)
	s.is(indicator.DialsNoBasis, c.Wrong[event.VerdictNoBasis])
	s.is(indicator.DialsOutOfWindow, c.Wrong[event.VerdictOutOfWindow])
	s.is(indicator.DialsOverCap, c.Wrong[event.VerdictOverCap])
	s.is(indicator.DialsInRefusal, c.Wrong[event.VerdictInRefusal])
	s.is(indicator.DialsCliRefused, c.Wrong[event.VerdictCLIRefused])
	s.is(indicator.DialsUnverifiable, c.Wrong[event.VerdictUnverifiable])
	s.is(indicator.CallbacksAsked, c.Promised)
	s.is(indicator.CallbacksTried, c.PromisesTried)
	s.is(indicator.CallbacksReached, c.PromisesReached)
	s.is(indicator.CallbacksExpired, c.PromisesBroken)
	s.is(indicator.ProductionMs, c.OnIt)
	s.is(indicator.Connected, c.Done) // nobody talks across the end of a business day
	s.is(indicator.ContactsAnswered, c.Done)
	s.is(indicator.ContactsClosed, c.Done)
	s.is(indicator.ContactHandleMs, c.Talk+c.AfterCall)
	if held := s.sums[sumKey{s.day, s.kind, s.id, indicator.DialsChecked}] - s.sums[sumKey{s.day, s.kind, s.id, indicator.Dialled}]; held != total(c.HeldBack) {
		s.tb.Errorf("%s, day %d: %d dials were held back by the machine's count, %d in truth", s.id, s.day, held, total(c.HeldBack))
	}
}

func (a *agreement) compareOutreach(s scopeDay, p *simulator.PeopleDay) {
	a.compareDials(s, p.Dialled)
	a.compareCodes(s, p.Codes)
	s.is(indicator.ProductionMs, total(p.OnCampaign))
}

func (a *agreement) compareDials(s scopeDay, dials map[string]int64) {
	s.is(indicator.Dialled, total(dials))
	s.is(indicator.DialHuman, dials["human"])
	s.is(indicator.DialMachine, dials["machine"])
	s.is(indicator.DialNoAnswer, dials["no_answer"])
	s.is(indicator.DialBusy, dials["busy"])
	s.is(indicator.DialInvalid, dials["invalid"])
	s.is(indicator.DialRejected, dials["rejected"])
}

func (a *agreement) compareCodes(s scopeDay, codes map[string]int64) {
	for m, of := range codesOf {
		want := int64(0)
		for _, code := range of {
			want += codes[code]
		}
		s.is(m, want)
	}
}

// compareOutboundTotals compares the whole run: nothing is counted beside the campaigns.
func (a *agreement) compareOutboundTotals(truth *simulator.Truth) {
	want := map[indicator.Measure]int64{}
	for _, d := range truth.Days {
		for _, c := range d.Campaigns {
			want[indicator.Dialled] += total(c.Dialled)
			want[indicator.DialAbandoned] += c.LeftAlone
			want[indicator.RecordsLoaded] += c.Loaded
			want[indicator.RecordsTried] += c.Tried
			want[indicator.RecordsReached] += c.Reached
			want[indicator.RecordsInvalid] += c.Invalid
			want[indicator.RecordsClosed] += c.Closed
			want[indicator.DialsChecked] += c.Checked
			want[indicator.DialCheckDisagreed] += c.Disagreed
			want[indicator.PitchedWon] += c.Codes["vente"]
			want[indicator.ProductionMs] += c.OnIt
		}
	}
	for m, n := range want {
		if a.totals[m] != n {
			a.tb.Errorf("%s: the machine has %d, the truth is %d", m, a.totals[m], n)
		}
	}
}

// leaveOutDial takes out of the truth what came too late about a call of a campaign.
func (a *agreement) leaveOutDial(truth *simulator.Truth, calendar *zone.Calendar, e event.Event) {
	i := slices.IndexFunc(truth.Dials, func(d *simulator.Dial) bool { return d.ID == e.Contact })
	if i < 0 {
		a.tb.Fatalf("%s of %s came too late", e.Type, e.Contact)
	}
	d := truth.Dials[i]
	l := laid{a, calendar.Day(d.Talk.From), "", d.Talk.Advisor, d.Talk.Team, d.Campaign}
	switch e.Type {
	case event.EvaluationSubmitted:
		l.add(indicator.Evaluations, -1)
		l.add(indicator.QualityBp, -d.Evaluation.ScoreBP)
		return
	case event.EvaluationCancelled:
		l.add(indicator.Evaluations, 1)
		l.add(indicator.QualityBp, d.Evaluation.ScoreBP)
		return
	case event.SaleCancelled:
	default:
		a.tb.Fatalf("%s of %s came too late", e.Type, e.Contact)
	}
	l.day = calendar.Day(d.Sale.At)
	l.add(indicator.SalesCancelled, -1)
	l.add(indicator.CancelledCents, -d.Sale.Cents)
	l.day = calendar.Day(d.Sale.CancelledAt)
	l.add(indicator.CancelledBookedCents, -d.Sale.Cents)
}

// thresholds are T of the demo centre's queues in which customers wait, as its description has them.
var thresholds = map[string]int64{"assistance": 20_000, "orvalie": 30_000, "boutique": 30_000, "urgence": 10_000, "chat": 40_000}

// compareThresholds counts the calls and chats that were answered, and those that hung up, within T: of orvalie another T applies from
// the day after the demo day on, as was published then.
func (a *agreement) compareThresholds(truth *simulator.Truth) {
	loc, err := zone.Load(truth.Zone)
	if err != nil {
		a.tb.Fatal(err)
	}
	calendar := zone.NewCalendar(loc, 5*60)
	want := map[sumKey]int64{}
	for _, c := range truth.Calls {
		for _, w := range c.Waits {
			t := thresholds[w.Queue]
			for _, p := range truth.Published {
				if p.Queue == w.Queue && w.From >= p.From {
					t = p.ThresholdMs
				}
			}
			for ended, m := range map[string]indicator.Measure{"picked_up": indicator.AnsweredWithin, "hung_up": indicator.AbandonedWithin} {
				key := sumKey{calendar.Day(w.To), "queue", w.Queue, m}
				if want[key] += 0; w.Ended == ended && w.To-w.From <= t {
					want[key]++
				}
			}
		}
	}
	for key, n := range want {
		scopeDay{a, key.day, key.kind, key.name}.is(key.measure, n)
	}
}

// Each fault that the second check can find in a dial is counted as what it is: the dialler of this day sees none of them.
func TestTheMachineAgreesOnEveryFault(t *testing.T) {
	org, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	spec := simulator.CapRivage(org)
	for _, c := range []string{"fidelite", "decouverte"} {
		for _, v := range event.RefusalVerdicts {
			spec.Story.Blunders = append(spec.Story.Blunders, simulator.Blunder{Campaign: c, Verdict: v, Share: 0.03,
				When: simulator.When{Date: simulator.CapRivageDay, From: 9 * 60, To: 20 * 60}})
		}
	}
	a := newAgreement(t)
	a.configure(org, string(simulator.CapRivageDay))
	truth, err := simulator.Run(spec, &simulator.Options{From: simulator.CapRivageDay, To: "2026-11-18", Seed: 7,
		Delivery: simulator.Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02}, AfterMs: afterMs}, a)
	if err != nil {
		t.Fatal(err)
	}
	a.tickUntil(endOfRun(t, truth) + nightMs)
	a.compare(truth)
	for _, m := range []indicator.Measure{indicator.DialsNoBasis, indicator.DialsOutOfWindow, indicator.DialsOverCap, indicator.DialsInRefusal,
		indicator.DialsCliRefused, indicator.DialsUnverifiable, indicator.DialCheckDisagreed} {
		if a.totals[m] < 10 {
			t.Errorf("%s is %d: the test proves less than it should", m, a.totals[m])
		}
	}
}
