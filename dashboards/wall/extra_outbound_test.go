// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"slices"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

var (
	sales = Scope{indicator.ScopeTeam, "sales"}
	spain = Scope{indicator.ScopeCampaign, "spain"}
	italy = Scope{indicator.ScopeCampaign, "italy"}
)

// outboundWorld calls from 10:00 to 13:00 and from 14:00 to 20:00 on Tuesdays and Wednesdays: nine hours a day. At noon two of
// them have passed.
func outboundWorld(t *testing.T) *world {
	w := newWorld(t)
	w.inputs.Board = "sales"
	w.object(event.ConfigCalendar, event.CalendarConfig{Calendar: "legal", Hours: map[string]string{"tuesday": "10:00-13:00,14:00-20:00", "wednesday": "10:00-13:00,14:00-20:00"}})
	for _, s := range []Scope{spain, italy} {
		w.object(event.ConfigCampaign, event.CampaignConfig{Campaign: s.ID, Purpose: "contract", Calendar: "legal"})
	}
	w.past(LastWeek, sales, nil)
	return w
}

func (w *world) target(id string, value int64, guard string) {
	w.object(event.ConfigTarget, event.TargetConfig{ScopeKind: "team", Scope: "sales", Indicator: id, Value: value, Stage: event.StageInForce, CommunicatedAt: 1, From: 1, Guard: guard})
}

// 45 are wanted in nine hours, so 10 by noon; seven hours are left for the rest.
func TestPace(t *testing.T) {
	w := outboundWorld(t)
	w.target("sales", 45, "")
	f := func(n int64, want State, gap, note string) {
		t.Helper()
		w.count(sales, Today, measures{indicator.Sales: n})
		if got := w.tile("sales"); got.State != want || got.Gap != gap || got.Notes[0] != note || got.Unit != "/\u202f45" {
			t.Errorf("%d by noon: %s, %q, %v, unit %q; want %s, %q, %q", n, got.State, got.Gap, got.Notes, got.Unit, want, gap, note)
		}
	}
	f(10, StateOK, "0", "35 to go: 5.0/h")
	f(9, StateWatch, "−1", "36 to go: 5.1/h")
	f(8, StateAct, "−2", "37 to go: 5.3/h")
	f(45, StateOK, "+35", "target reached")
}

// The window closes at 13:00; how soon that is, is said within the hour.
func TestComplianceSaysHowLongOneMayCall(t *testing.T) {
	w := outboundWorld(t)
	w.count(spain, Today, measures{indicator.DialsChecked: 112, indicator.Dialled: 100})
	f := func(now int64, want ...string) {
		t.Helper()
		w.reading.AsOfMs = now
		if got := w.tile("compliance"); got.State != StateOK || got.Gap != "12 held back" || !slices.Equal(got.Notes, want) {
			t.Errorf("%s %q %q, want OK, 12 held back, %q", got.State, got.Gap, got.Notes, want)
		}
	}
	f(noon, "open until 13:00")
	f(noon+36*60_000, "open until 13:00, 24 min left")
	w.count(italy, Today, measures{indicator.DialsOverCap: 1})
	if got := w.tile("compliance"); got.State != StateAct || got.Value != "1" {
		t.Errorf("an unlawful dial: %s %s", got.State, got.Value)
	}
}

// Italy answered half of the dials of its last fortnight, and 400 of 1,000 now: a fifth less. Spain is as ever. Fewer than 30
// dials say nothing. Of 100 dials at one half, two standard errors are 10: 41 may be chance, 35 is not.
func TestHumanAnswerAgainstItsOwnPast(t *testing.T) {
	w := outboundWorld(t)
	w.past(Fortnight, spain, measures{indicator.DialHuman: 300, indicator.Dialled: 1000})
	w.past(Fortnight, italy, measures{indicator.DialHuman: 5000, indicator.Dialled: 10_000})
	w.count(spain, Last30m, measures{indicator.DialHuman: 30, indicator.Dialled: 100})
	f := func(human, dialled int64, want State, gap, note string) {
		t.Helper()
		w.count(italy, Last30m, measures{indicator.DialHuman: human, indicator.Dialled: dialled})
		if got := w.tile("human"); got.State != want || got.Gap != gap || got.Notes[0] != note {
			t.Errorf("%d of %d: %s, %q, %v; want %s, %q, %q", human, dialled, got.State, got.Gap, got.Notes, want, gap, note)
		}
	}
	f(400, 1000, StateWatch, "−20\u202f%", "italy, own 14 d")
	f(425, 1000, StateOK, "−15\u202f%", "italy, own 14 d")
	f(35, 100, StateWatch, "−30\u202f%", "italy, own 14 d")
	f(34, 100, StateAct, "−32\u202f%", "italy: flagged?")
	f(41, 100, StateOK, "−18\u202f%", "italy, own 14 d")
	f(3, 29, StateOK, "0\u202f%", "spain, own 14 d")
}

// One number of italy is answered less than the others. Of 100 dials at one half, two and a half standard errors are 12.5: 38 may be
// chance, 37 is not. A trunk is no number, whatever became of what it carried.
func TestHumanAnswerOfANumber(t *testing.T) {
	w := outboundWorld(t)
	number, trunk := Scope{indicator.ScopeLine, "0270"}, Scope{indicator.ScopeLine, "trunk"}
	for _, s := range []Scope{italy, number, trunk} {
		w.past(Fortnight, s, measures{indicator.DialHuman: 5000, indicator.Dialled: 10_000})
	}
	w.count(italy, Last30m, measures{indicator.DialHuman: 475, indicator.Dialled: 1000})
	w.count(trunk, LastHour, measures{indicator.Handled: 100})
	f := func(human int64, want State, gap, note string) {
		t.Helper()
		w.count(number, LastHour, measures{indicator.DialHuman: human, indicator.Dialled: 100})
		if got := w.tile("human"); got.State != want || got.Gap != gap || got.Notes[0] != note {
			t.Errorf("%d of 100: %s, %q, %v; want %s, %q, %q", human, got.State, got.Gap, got.Notes, want, gap, note)
		}
	}
	f(38, StateOK, "−24\u202f%", "0270, own 14 d")
	f(37, StateWatch, "−26\u202f%", "0270, own 14 d")
	f(34, StateAct, "−32\u202f%", "0270: flagged?")
	if n := NeedsOf(w.inputs.Catalogue); !slices.Contains(n.Long[LongNeed{Fortnight, indicator.ScopeLine}], indicator.DialHuman) {
		t.Error("nobody asks how numbers did before")
	}
}

// Of 10,000 records 4,000 are done. In the last week there were two days of calls, with 1,000 done: 6,000 take 12 such days. With
// two a week from Wednesday the 18th on, the twelfth is Tuesday 29 December.
func TestWhenTheListEnds(t *testing.T) {
	w := outboundWorld(t)
	w.count(spain, Today, measures{indicator.RecordsTried: 100, indicator.RecordsInvalid: 5})
	w.past(ListLife, spain, measures{indicator.RecordsLoaded: 10_000, indicator.RecordsClosed: 4000})
	w.past(LastWeek, spain, measures{indicator.RecordsLoaded: 5000, indicator.RecordsClosed: 1000})
	got := w.tile("list")
	if want := []string{"6,000 left → 29 Dec"}; !slices.Equal(got.Notes, want) || got.Window != "worked 40%" || got.Text != "95.0%" || got.State != StateOK {
		t.Errorf("%s %s %q, want OK, 95.0%%, %q", got.State, got.Text, got.Notes, want)
	}
}

// The challenge is 45 sales, as long as 95 % of the listenings are in order.
func TestChallengeAndItsGuard(t *testing.T) {
	w := outboundWorld(t)
	if b := w.board(); b.Rows[len(b.Rows)-1].Tiles[0].ID != "occupancy" {
		t.Errorf("a team without a challenge has %+v beside its curve", b.Rows[len(b.Rows)-1].Tiles)
	}
	w.target("sales", 45, "compliant_rate")
	w.target("compliant_rate", 9500, "")
	w.count(sales, Today, measures{indicator.Sales: 9})
	f := func(evaluations, critical int64, want State, note string) {
		t.Helper()
		w.past(FourWeeks, sales, measures{indicator.Evaluations: evaluations, indicator.CriticalCompliance: critical})
		got := w.tile("challenge")
		if got.State != want || got.Text != "20%" || got.Notes[0] != note || got.Progress.Share != 0.2 || got.Progress.Expected != 2.0/9 {
			t.Errorf("%d of %d against the law: %s %s %v, %+v; want %s, %s", critical, evaluations, got.State, got.Text, got.Notes, got.Progress, want, note)
		}
	}
	f(19, 0, StateWatch, "guard not measured: Compliant listenings") // 9 of 10 expected by now
	f(40, 2, StateWatch, "guard kept: Compliant listenings 95.0%")
	f(40, 3, StateWatch, "suspended: Compliant listenings 92.5%")
}

// By the hour: what was pitched and won of it, the legal hours shaded.
func TestHoursOfACampaign(t *testing.T) {
	w := outboundWorld(t)
	w.inputs.Day.Quarters = map[Scope][]Quarter{
		spain: {quarter(noon-2*hourMs, measures{indicator.PitchedWon: 1, indicator.PitchedLost: 3}), quarter(noon-2*hourMs+QuarterMs, measures{indicator.PitchedLost: 2})},
		italy: {quarter(noon-2*hourMs+3*QuarterMs, measures{indicator.PitchedWon: 2}), quarter(noon, measures{indicator.PitchedLost: 1})}}
	w.inputs.Day.UsualDays = 2
	w.inputs.Day.Usual[spain] = []Quarter{quarter(noon+7*hourMs, measures{indicator.PitchedWon: 5, indicator.PitchedLost: 10})}
	c := w.board().Curve
	if len(c.Quarters) != 10 || c.Quarters[0].Time != "10:00" || *c.Quarters[0].Bar != 8 || *c.Quarters[0].Inner != 3 || *c.Quarters[0].Line != 37.5 {
		t.Fatalf("%d hours, the first %+v; want 10, from 10:00 with 3 of 8", len(c.Quarters), c.Quarters[0])
	}
	if p := c.Quarters[2]; *p.Bar != 1 || *p.Inner != 0 || p.Line != nil || !p.Open || c.Quarters[3].Bar != nil {
		t.Errorf("at noon %+v, then %+v", p, c.Quarters[3])
	}
	if p := c.Quarters[9]; *p.Expected != 7.5 {
		t.Errorf("usually 15 of two days at 19:00: %v", *p.Expected)
	}
	if !slices.Equal(c.Bands, []CurveBand{{0, 3}, {4, 10}}) || c.BandText == "" {
		t.Errorf("bands %v, want 10:00 to 13:00 and 14:00 to 20:00", c.Bands)
	}
}
