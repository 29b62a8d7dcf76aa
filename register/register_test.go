// SPDX-License-Identifier: Apache-2.0

package register

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

func paris(t *testing.T) *time.Location {
	t.Helper()
	loc, err := zone.Load("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func at(t *testing.T, text string) int64 {
	t.Helper()
	when, err := time.ParseInLocation("2006-01-02 15:04", text, paris(t))
	if err != nil {
		t.Fatal(err)
	}
	return when.UnixMilli()
}

func dayOf(t *testing.T, text string) int32 {
	t.Helper()
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return int32(day.Unix() / 86_400)
}

var assistance = Place{indicator.ScopeQueue, "assistance"}

func incident(t *testing.T, from, to string) *Incident {
	i := &Incident{ID: "i", Place: assistance, Placed: true, OpenedMs: at(t, from), Day: dayOf(t, from[:10]), LastDay: dayOf(t, from[:10])}
	if to != "" {
		i.ClosedMs = at(t, to)
	}
	return i
}

func TestPlaces(t *testing.T) {
	for text, want := range map[string]Place{"centre": {}, "queue:assistance": assistance, "channel:voice": {indicator.ScopeChannel, "voice"}} {
		if got, ok := ParsePlace(text); !ok || got != want || got.String() != text {
			t.Errorf("%s: %+v, %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "queue", "queue:", "centre:paris", "advisor:a1", "building:b"} {
		if got, ok := ParsePlace(text); ok {
			t.Errorf("%s: %+v", text, got)
		}
	}
}

// The quarters of an incident, the same ones by the clock in the weeks before, and the days around them. 20 October is in summer time.
func TestPlan(t *testing.T) {
	p, err := NewPlan(incident(t, "2026-11-17 10:02", "2026-11-17 10:47"), paris(t), at(t, "2026-11-20 12:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	quarters := func(day string) (list []int64) {
		for _, clock := range []string{"10:00", "10:15", "10:30", "10:45"} {
			list = append(list, at(t, day+" "+clock))
		}
		return list
	}
	if !slices.Equal(p.Quarters, quarters("2026-11-17")) || !slices.Equal(p.Days, []int32{dayOf(t, "2026-11-17")}) {
		t.Errorf("quarters %v, days %v", p.Quarters, p.Days)
	}
	monday := dayOf(t, "2026-11-16")
	if !slices.Equal(p.Rest, []int32{monday, monday + 2, monday + 3, monday + 4, monday + 5, monday + 6}) {
		t.Errorf("other days of the week: %v", p.Rest)
	}
	if len(p.Weeks) != 4 || !slices.Equal(p.Weeks[3].Quarters, quarters("2026-10-20")) || p.Weeks[3].Days[0] != dayOf(t, "2026-10-20") {
		t.Errorf("weeks %+v", p.Weeks)
	}
	if p.Weeks[3].CutMs != at(t, "2026-10-23 12:00") {
		t.Errorf("the days four weeks before are looked at until %d", p.Weeks[3].CutMs)
	}
	if last, _ := NewPlan(incident(t, "2026-11-17 10:00", "2026-11-17 10:15"), paris(t), at(t, "2026-11-20 12:00"), nil); len(last.Quarters) != 1 {
		t.Errorf("from border to border: %v", last.Quarters)
	}
}

// While it goes on, what is over counts. A week that another incident spoils does not say what is usual.
func TestPlanLimits(t *testing.T) {
	p, err := NewPlan(incident(t, "2026-11-17 10:02", ""), paris(t), at(t, "2026-11-17 10:37"), nil)
	if err != nil || !slices.Equal(p.Quarters, []int64{at(t, "2026-11-17 10:00"), at(t, "2026-11-17 10:15")}) || p.CutMs != at(t, "2026-11-17 10:30") ||
		p.Weeks[0].CutMs != at(t, "2026-11-10 10:30") {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := NewPlan(incident(t, "2026-11-17 10:32", ""), paris(t), at(t, "2026-11-17 10:37"), nil); err != ErrNoQuarter {
		t.Errorf("just begun: %v", err)
	}
	if _, err := NewPlan(incident(t, "2026-11-17 10:32", "2026-11-18 12:00"), paris(t), at(t, "2026-11-20 00:00"), nil); err != ErrTooLong {
		t.Error("longer than a day")
	}
	other := func(id, from, to string, p Place, placed bool) Incident {
		o := *incident(t, from, to)
		o.ID, o.Place, o.Placed = id, p, placed
		return o
	}
	p, err = NewPlan(incident(t, "2026-11-17 10:02", "2026-11-17 10:47"), paris(t), at(t, "2026-11-20 12:00"), []Incident{
		other("same queue", "2026-11-10 10:55", "2026-11-10 11:30", assistance, true),
		other("before", "2026-11-03 09:00", "2026-11-03 10:00", assistance, true),
		other("another queue", "2026-11-03 10:00", "2026-11-03 11:00", Place{indicator.ScopeQueue, "chat"}, true),
		other("whole centre", "2026-10-27 08:00", "2026-10-27 20:00", Place{}, true),
		other("nobody said where", "2026-10-20 10:30", "", Place{}, false),
	})
	if err != nil || !slices.Equal(p.Skipped, []int{1, 3, 4}) || len(p.Weeks) != 1 || p.Weeks[0].Back != 2 {
		t.Fatalf("skipped %v, %v", p.Skipped, err)
	}
}

// Weeks in which nothing came say nothing; one week gives no interval; without any, nothing is claimed.
func TestImpactOfFewWeeks(t *testing.T) {
	i := incident(t, "2026-11-17 10:02", "2026-11-17 10:12")
	p, err := NewPlan(i, paris(t), at(t, "2026-11-20 12:00"), nil)
	if err != nil {
		t.Fatal(err)
	}
	observed := func(week Sums) *Observed {
		o := &Observed{Quarters: []Sums{{Offered: 40, Abandoned: 10, Numerator: 20, Denominator: 40}}, DayRest: Sums{Offered: 100, Numerator: 80, Denominator: 100}, Weeks: make([]ObservedWeek, 4)}
		for n := range o.Weeks {
			o.Weeks[n].Quarters = make([]Sums, 1)
		}
		o.Weeks[2] = ObservedWeek{Quarters: []Sums{week}, DayRest: Sums{Offered: 10 * week.Offered}}
		return o
	}
	none := p.Impact(i, observed(Sums{}), "service_level")
	if none.Weeks != 0 || none.Beyond != nil || none.Day.Points != nil || *none.Day.With != 100.0/140 {
		t.Errorf("no week: %+v", none)
	}
	if got := none.Sentence(i, PeriodDay, indicator.English, paris(t)); got != "Tuesday's incident (10:02-10:12): nothing says what is usual, so what it cost is not known; 10 abandons." {
		t.Error(got)
	}
	// 20 were offered then, of 200 on the rest of that day: half of that is today's volume, so 1 of 2 abandons is expected.
	one := p.Impact(i, observed(Sums{Offered: 20, Abandoned: 2, Numerator: 16, Denominator: 20}), "service_level")
	if one.Weeks != 1 || one.Back[0] != 3 || *one.Beyond != 9 || one.BeyondInterval != nil || math.Abs(*one.Day.Without-88.0/110) > 1e-12 || one.Minutes != 10 {
		t.Errorf("one week: %+v", one)
	}
	if got := one.Sentence(i, PeriodDay, indicator.French, paris(t)); got != "L'incident de mardi (10\u202fh\u202f02-10\u202fh\u202f12) explique 9 abandons au-delà de l'attendu et 8,6 points du NS du jour." {
		t.Error(got)
	}
}

// What the weeks before could have given as well is not called a cost.
func TestNothingIsClaimed(t *testing.T) {
	beyond, points := 3.2, 0.4
	m := &Impact{Beyond: &beyond, BeyondInterval: &Interval{-6.1, 12.5}, Day: Level{Points: &points, Interval: &Interval{-0.2, 1}}}
	i := incident(t, "2026-11-17 10:02", "2026-11-17 10:47")
	if got := m.Sentence(i, PeriodDay, indicator.English, paris(t)); got != "Tuesday's incident (10:02-10:47) cannot be told from the weeks before: +3 abandons against what was expected (interval −6 to 12)." {
		t.Error(got)
	}
	*m.Beyond, *m.BeyondInterval = -33, Interval{-58, -9}
	if got := m.Sentence(i, PeriodDay, indicator.French, paris(t)); got != "L'incident de mardi (10\u202fh\u202f02-10\u202fh\u202f47) n'a coûté aucun abandon au-delà de l'attendu : il y en a eu 33 de moins (intervalle 9 à 58)." {
		t.Error(got)
	}
	m.Day.Interval.Low = 0.1
	if got := m.Sentence(i, PeriodDay, indicator.French, paris(t)); got != "L'incident de mardi (10\u202fh\u202f02-10\u202fh\u202f47) explique 0,4 point du NS du jour." {
		t.Error(got)
	}
}

// The interval of Price and Bonett for two shares is that of Agresti and Caffo (2000), who add a success and a failure to each. Of
// 7 of 10 and 2 of 10: (8/12 - 3/12) ± 1.96 √(8·4/12³ + 3·9/12³) = 0.4167 ± 0.3621.
func TestInterval(t *testing.T) {
	got := interval([]term{{1, Reading{Numerator: 7, Denominator: 10}}, {-1, Reading{Numerator: 2, Denominator: 10}}}, 1)
	if got == nil || math.Abs(got.Low-0.0546) > 0.0002 || math.Abs(got.High-0.7787) > 0.0002 {
		t.Errorf("%+v", got)
	}
	if got := interval([]term{{1, Reading{Numerator: 12, Denominator: 10}}}, 1); got != nil {
		t.Errorf("no share: %+v", got)
	}
}

// An action is measured from its incident's begin and to its end; too few cases say nothing; an expectation after the fact is told.
func TestEffect(t *testing.T) {
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	sl, _ := catalogue.Lookup("sl_live")
	asa, _ := catalogue.Lookup("asa")
	a := &Action{Lever: event.LeverBreaks, Indicator: "sl_live", Expected: 2000, StartedMs: at(t, "2026-11-17 10:18"), EndedMs: at(t, "2026-11-17 11:10"), WrittenMs: at(t, "2026-11-17 10:18") + 50_000}
	p, unknown := NewEffectPlan(a, incident(t, "2026-11-17 10:02", ""), paris(t), DefaultEffectWindow, at(t, "2026-11-17 10:40"))
	if unknown != nil || p.Before != (Span{at(t, "2026-11-17 10:02"), a.StartedMs}) || p.After != (Span{a.StartedMs, at(t, "2026-11-17 10:40")}) ||
		p.Weeks[3] != [2]Span{{at(t, "2026-10-20 10:02"), at(t, "2026-10-20 10:18")}, {at(t, "2026-10-20 10:18"), at(t, "2026-10-20 10:40")}} {
		t.Fatalf("%+v, %v", p, unknown)
	}
	if _, err := NewEffectPlan(a, nil, paris(t), DefaultEffectWindow, a.StartedMs); err != ErrJustBegun {
		t.Error("an effect before there is any")
	}
	reading := func(value float64, n int64) Reading {
		return Reading{&value, int64(math.Round(value * float64(n))), n, n}
	}
	f := func(ind *indicator.Indicator, r [NumEffectSpans]Reading, l indicator.Language, want string) {
		t.Helper()
		if got := a.Sentence(a.Effect(ind, p, r), l); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	f(sl, [4]Reading{reading(0.5, 19), reading(0.9, 100)}, indicator.English, "Breaks moved: expected +20 pts, not measured: too few cases (n = 19, 20 needed)")
	f(sl, [4]Reading{reading(0.5, 100), reading(0.4, 100)}, indicator.French, "Pauses déplacées : attendu +20 pts, mesuré −10 (intervalle −23 à 4)")
	a.Expected, a.WrittenMs = -15_000, a.StartedMs+61_000
	f(asa, [4]Reading{reading(60_000, 100), reading(40_000, 100), reading(30_000, 100), reading(35_000, 100)}, indicator.English,
		"Breaks moved: expected −15 s, measured −25 (without interval); the expectation was written after it began")
	if Integer(sl, 20) != 2000 || Integer(asa, -1.5) != -1500 {
		t.Error("what people write, as integers")
	}
	if count, _ := catalogue.Lookup("offered"); Measurable(count) || !Measurable(sl) || !Measurable(asa) {
		t.Error("what can be measured")
	}
}

func TestNoise(t *testing.T) {
	monday := time.UnixMilli(at(t, "2026-11-16 00:00")).In(paris(t))
	fire := func(rule, from, to string) Firing {
		f := Firing{Rule: rule, Severity: event.SeverityWarning, Audience: event.AudienceWall, Place: assistance, AtMs: at(t, from)}
		if to != "" {
			f.ResolvedMs = at(t, to)
		}
		return f
	}
	ack := func(rule, when, cause string) Acknowledgement {
		return Acknowledgement{Rule: rule, Place: assistance, AtMs: at(t, when), Cause: cause}
	}
	n := NewNoise("rivage", monday, []Firing{
		fire("sl_low", "2026-11-17 10:09", "2026-11-17 10:49"), // seen after 4 minutes
		fire("sl_low", "2026-11-15 23:30", "2026-11-15 23:50"), // the Sunday before
		fire("sl_low", "2026-11-16 00:20", "2026-11-16 00:30"), // again, half an hour later; nobody sees it
		fire("sl_low", "2026-11-17 11:30", "2026-11-17 11:40"), // again; seen after 10 minutes, and false
		fire("wait", "2026-11-22 23:59", ""),
	}, []Acknowledgement{
		ack("sl_low", "2026-11-17 10:13", event.CauseTool),
		ack("sl_low", "2026-11-17 10:20", event.CauseDemand), // the first word counts
		ack("sl_low", "2026-11-17 11:40", event.CauseFalseAlarm),
		{Rule: "wait", Place: Place{indicator.ScopeQueue, "chat"}, AtMs: at(t, "2026-11-23 00:05"), Cause: event.CauseTest}, // another queue
	})
	if n.Week != "2026-W47" || len(n.Rules) != 2 || n.Rules[0].Rule != "sl_low" {
		t.Fatalf("%+v", n)
	}
	r := n.Rules[0]
	minutes := func(ms *int64) int64 { return *ms / 60_000 }
	if r.PerDay != [7]int{1, 2} || r.Fired != 3 || r.Acked != 2 || r.Again != 2 || r.FalseAlarms() != 1 || minutes(r.MedianAckMs) != 4 || minutes(r.SlowestAckMs) != 10 || minutes(r.MedianMs) != 10 {
		t.Errorf("%+v", r)
	}
	if w := n.Rules[1]; w.Fired != 1 || w.PerDay[6] != 1 || w.Acked != 0 || w.MedianMs != nil || w.MedianAckMs != nil {
		t.Errorf("%+v", w)
	}
	if n.Total.Fired != 4 {
		t.Errorf("in all %d", n.Total.Fired)
	}
	var text bytes.Buffer
	if err := n.WriteText(&text, indicator.English); err != nil || !strings.Contains(text.String(), "wall  sl_low                            1   2   0   0   0   0   0      3      2     2      1               4:00, 10:00  10:00  queue:assistance (3)\n") {
		t.Errorf("%v\n%s", err, text.String())
	}
	for _, want := range []string{"Alerts of centre rivage, week 2026-W47 (2026-11-16 to 2026-11-22, days in Europe/Paris)\n", "  queue:assistance (1), 1 not over\n",
		"\nLook at these first\n  sl_low: 1 of 2 that were seen were false."} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("the report does not say %q:\n%s", want, text.String())
		}
	}
	text.Reset()
	if err := NewNoise("rivage", monday, nil, nil).WriteText(&text, indicator.French); err != nil || !strings.HasSuffix(text.String(), "Aucune alerte.\n") {
		t.Errorf("%v\n%s", err, text.String())
	}
}

// A report names the rules that are worth a look, and no others.
func TestNoiseToMend(t *testing.T) {
	monday := time.UnixMilli(at(t, "2026-11-16 00:00")).In(paris(t))
	var fired []Firing
	var acks []Acknowledgement
	add := func(rule, audience string, times int, everyMin, lastsMin int64, cause string) {
		for n := range int64(times) {
			f := Firing{Rule: rule, Audience: audience, Place: assistance, AtMs: monday.UnixMilli() + n*everyMin*60_000}
			f.ResolvedMs = f.AtMs + lastsMin*60_000
			fired = append(fired, f)
			if cause != "" {
				acks = append(acks, Acknowledgement{Rule: rule, Place: assistance, AtMs: f.AtMs + 60_000, Cause: cause})
			}
		}
	}
	add("page_unseen", event.AudiencePage, 2, 600, 10, "")
	add("page_seen", event.AudiencePage, 2, 600, 10, event.CauseTool)
	add("flaps", event.AudienceWall, 4, 30, 10, event.CauseTool) // three came again after 20 minutes
	add("apart", event.AudienceWall, 34, 90, 10, "")             // 80 minutes after the last; 34 are fewer than five a day
	add("unheeded", event.AudienceWall, 35, 90, 10, "")          // and 35 are not
	var text bytes.Buffer
	if err := NewNoise("rivage", monday, fired, acks).WriteText(&text, indicator.French); err != nil {
		t.Fatal(err)
	}
	_, list, _ := strings.Cut(text.String(), "À revoir d'abord\n")
	list, _, _ = strings.Cut(list, "\n\n")
	var named []string
	for line := range strings.Lines(list) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " : ")
		named = append(named, name)
	}
	if want := []string{"unheeded", "flaps", "page_unseen"}; !slices.Equal(named, want) {
		t.Errorf("%v are to be looked at, want %v:\n%s", named, want, text.String())
	}
}

// Every word that an event may have has a name in both languages.
func TestWordsHaveNames(t *testing.T) {
	for _, lever := range event.Levers {
		if n := LeverName(lever); n.En == lever || n.Fr == lever || n.Fr == "" {
			t.Errorf("lever %s: %+v", lever, n)
		}
	}
	for _, cause := range event.Causes {
		if n := CauseName(cause); n.En == "" || n.Fr == "" || n.Fr == cause {
			t.Errorf("cause %s: %+v", cause, n)
		}
	}
	if n := LeverName("tide"); n.En != "tide" {
		t.Errorf("%+v", n)
	}
}
