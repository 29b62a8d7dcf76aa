// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// TestRepeatsFollowCorrections: a contact that is known better later takes its rows along, to another day as well, and one
// that is no repeat any more leaves none.
func TestRepeatsFollowCorrections(t *testing.T) {
	s := openMigrated(t)
	a := visit{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}
	b := visit{contact: "b", customer: "x", at: "2026-03-04T10:00:00Z"}
	storeVisits(t, s, "", 1, a, b)
	check := func(kind DailyKind, want string) {
		t.Helper()
		runDaily(t, s, DailyOptions{Kind: kind})
		if got := repeatsOf(t, s); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	check(DailyRecent, "03-04 - 1,1,1,1 0") // the day of a is not one of the last two
	check(DailyFull, "03-02 1,1,1,1 - 0; 03-04 - 1,1,1,1 0")
	b.at, b.offset = "2026-03-06T11:00:00Z", 11
	storeVisits(t, s, "", 11, b)
	check(DailyFull, "03-02 0,1,1,1 - 0; 03-06 - 0,1,1,1 0")
	a.customer, a.offset = "y", 21
	storeVisits(t, s, "", 21, a)
	check(DailyFull, "")
	if n := scalar[uint64](t, s, "SELECT count() FROM {db}.daily_facts FINAL"); n != 0 {
		t.Errorf("%d rows are left", n)
	}
}

// TestRepeatsOfAnImport: the contacts of an import count when it is complete, for the days around it too, however long ago
// they are; and no longer when it is hidden again.
func TestRepeatsOfAnImport(t *testing.T) {
	s := openMigrated(t)
	storeVisits(t, s, "", 1, visit{contact: "live", customer: "x", at: "2026-06-20T10:00:00Z"},
		visit{contact: "early", customer: "x", at: "2026-03-05T10:00:00Z"})
	storeVisits(t, s, "history", 11, visit{contact: "past", customer: "x", at: "2026-03-02T10:00:00Z"})
	for i, step := range []struct {
		visible bool
		want    string
	}{{false, ""}, {true, "03-02 1,1,1,1 - 0; 03-05 - 1,1,1,1 0"}, {false, ""}} {
		if i > 0 {
			if err := s.ShowLane(t.Context(), "lyon", "history", step.visible); err != nil {
				t.Fatal(err)
			}
		}
		runDaily(t, s, DailyOptions{Kind: DailyFull})
		if got := repeatsOf(t, s); got != step.want {
			t.Errorf("visible %v:\n got %s\nwant %s", step.visible, got, step.want)
		}
	}
}

// TestFullPassLooksAtWhatChanged: the first pass computes everything, the next one the last 31 days; days that contacts
// became known of, and 31 days before and after, are computed again.
func TestFullPassLooksAtWhatChanged(t *testing.T) {
	s := openMigrated(t)
	storeVisits(t, s, "", 1, visit{contact: "a", customer: "x", at: "2025-09-01T10:00:00Z"}, visit{contact: "b", customer: "y", at: "2026-06-30T10:00:00Z"})
	check := func(kind DailyKind, asked DayRange, want string) {
		t.Helper()
		got := ""
		for _, r := range runDaily(t, s, DailyOptions{Kind: kind, Asked: asked}).Ranges {
			got += dayText(r.From) + "/" + dayText(r.To) + " "
		}
		if got != want {
			t.Errorf("%s: computed %s, want %s", kind, got, want)
		}
	}
	check(DailyFull, DayRange{}, "2025-09-01/2026-07-01 ")
	check(DailyFull, DayRange{}, "2026-05-31/2026-07-01 ")
	check(DailyRecent, DayRange{}, "2026-06-29/2026-07-01 ")
	storeVisits(t, s, "", 11, visit{contact: "c", customer: "x", at: "2026-01-10T10:00:00Z"})
	check(DailyFull, DayRange{}, "2025-12-10/2026-02-10 2026-05-31/2026-07-01 ")
	june := at(t, "2026-06-01T00:00:00Z") / (daySeconds * 1000)
	check(DailyAsked, DayRange{From: june, To: june + 1}, "2026-06-01/2026-06-02 ")
	if centres, err := s.DailyCentres(t.Context()); err != nil || cmp.Diff([]string{"lyon"}, centres) != "" {
		t.Errorf("centres %v, %v", centres, err)
	}
	if report, err := s.RunDaily(t.Context(), DailyOptions{Centre: "nowhere"}); err != nil || report.Ranges != nil {
		t.Errorf("a centre without contacts: %+v, %v", report, err)
	}
}

// TestRecentPassFindsWhatAFullOneFinds: for the last two days a pass over them alone comes to the same as one over all,
// row by row. 3,000 contacts of 40 days, of 500 customers in two programmes, some of them abandoned, cut off, our own or
// of a number that many share; in the middle the key is changed.
func TestRecentPassFindsWhatAFullOneFinds(t *testing.T) {
	s := openMigrated(t)
	random := rand.New(rand.NewPCG(1, 2))
	begin := at(t, "2026-03-01T06:00:00Z")
	var visits []visit
	for i := range 3000 {
		customer := fmt.Sprint("x", min(random.IntN(500), random.IntN(1000)))
		v := visit{contact: fmt.Sprint("c", i), customer: "k1:" + customer, programme: []string{"edf", "sfr"}[random.IntN(2)],
			at: isoMs(begin + random.Int64N(40*daySeconds*1000)), how: []string{"", "", "", "", "abandoned", "dropped", "outbound"}[random.IntN(7)]}
		switch ms := at(t, v.at) - begin; {
		case ms > 36*daySeconds*1000:
			v.customer = "k2:" + customer
		case ms > 20*daySeconds*1000:
			v.customer, v.old = "k2:"+customer, "k1:"+customer
		}
		visits = append(visits, v)
	}
	for range 8 {
		visits = append(visits, visit{contact: fmt.Sprint("s", len(visits)), customer: "k2:x7", programme: "edf", at: "2026-04-09T10:00:00Z"})
	}
	storeVisits(t, s, "", 1, visits...)
	rows := func() string {
		return scalar[string](t, s, `SELECT toString(groupArray(x)) FROM (SELECT (contact, part, at, repeated_3d, repeated_30d, repeats_3d, repeats_7d, repeats_30d,
			abandoned_returned_1h) AS x FROM {db}.daily_facts FINAL WHERE day >= '2026-04-09' ORDER BY x)`)
	}
	runDaily(t, s, DailyOptions{Kind: DailyFull})
	full := rows()
	runDaily(t, s, DailyOptions{Kind: DailyRecent})
	if diff := cmp.Diff(full, rows()); diff != "" {
		t.Errorf("after a pass over the last days:\n%s", diff)
	}
	execute(t, s, "TRUNCATE TABLE {db}.daily_facts")
	runDaily(t, s, DailyOptions{Kind: DailyRecent})
	if diff := cmp.Diff(full, rows()); diff != "" || len(full) < 1000 {
		t.Errorf("by a pass over the last days alone, %d bytes:\n%s", len(full), diff)
	}
}

// TestWhatIsDue: a full pass first, then passes over the last days, until a business day begins or an import is shown.
func TestWhatIsDue(t *testing.T) {
	s := openMigrated(t)
	due := func(want DailyKind) {
		t.Helper()
		if kind, err := s.DailyDue(t.Context(), "lyon"); err != nil || kind != want {
			t.Errorf("a %s pass is due, %v; want %s", kind, err, want)
		}
	}
	due(DailyFull)
	storeVisits(t, s, "", 1, visit{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"})
	runDaily(t, s, DailyOptions{Kind: DailyRecent})
	due(DailyFull)
	runDaily(t, s, DailyOptions{Kind: DailyFull})
	due(DailyRecent)
	storeVisits(t, s, "", 11, visit{contact: "b", customer: "x", at: "2026-03-02T11:00:00Z"})
	due(DailyRecent)
	storeVisits(t, s, "", 21, visit{contact: "c", customer: "x", at: "2026-03-03T10:00:00Z"})
	due(DailyFull)
	runDaily(t, s, DailyOptions{Kind: DailyFull})
	due(DailyRecent)
	if err := s.ShowLane(t.Context(), "lyon", "history", true); err != nil {
		t.Fatal(err)
	}
	due(DailyFull)
}

// TestAnnouncedFollowUps: who was told that there will be a follow-up and comes for it is no failure; a class that is
// corrected counts as it stands.
func TestAnnouncedFollowUps(t *testing.T) {
	s := openMigrated(t)
	storeVisits(t, s, "", 1, visit{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}, visit{contact: "b", customer: "x", at: "2026-03-04T10:00:00Z"},
		visit{contact: "c", customer: "y", at: "2026-03-02T10:00:00Z"}, visit{contact: "d", customer: "y", at: "2026-03-04T10:00:00Z"})
	told := func(contact string, offset, n int64) made {
		return made{at: "2026-03-02T10:06:00Z", offset: offset, contact: contact, incs: []aggregator.Inc{inc(indicator.FollowUps, n)}}
	}
	write(t, openWriter(t, s, 0, nil), seal(t, newWorld("lyon", ""), 0, 20, 29, told("a", 20, 1), told("c", 21, 1), told("c", 22, -1)))
	runDaily(t, s, DailyOptions{Kind: DailyFull})
	if got, want := repeatsOf(t, s), "03-02 1,1,1,1 - 0; 03-04 - 1,1,1,1 0"; got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// TestManyCustomersInBuckets: however the customers are divided, the numbers are the same. 300 customers come two days
// apart, every third of them a third time.
func TestManyCustomersInBuckets(t *testing.T) {
	s := openMigrated(t)
	var visits []visit
	for i := range 300 {
		customer := fmt.Sprint("x", i)
		visits = append(visits, visit{contact: fmt.Sprint("a", i), customer: customer, at: "2026-03-02T10:00:00Z"},
			visit{contact: fmt.Sprint("b", i), customer: customer, at: "2026-03-04T10:00:00Z"})
		if i%3 == 0 {
			visits = append(visits, visit{contact: fmt.Sprint("c", i), customer: customer, at: "2026-03-16T10:00:00Z"})
		}
	}
	storeVisits(t, s, "", 1, visits...)
	p := &dailyPass{Store: s, o: DailyOptions{Centre: "lyon"}, madeMs: at(t, "2026-03-17T00:00:00Z")}
	parameters := p.parameters(DayRange{at(t, "2026-03-01T00:00:00Z") / (daySeconds * 1000), at(t, "2026-03-31T00:00:00Z") / (daySeconds * 1000)})
	parameters["all"], parameters["buckets"] = "1", "7"
	for bucket := range 7 {
		parameters["bucket"] = fmt.Sprint(bucket)
		if err := p.execDaily(t.Context(), "repeats", parameters); err != nil {
			t.Fatal(err)
		}
	}
	const want = "03-02 300,300,300,300 - 0; 03-04 0,0,100,100 300,300,300,300 0; 03-16 - 0,0,100,100 0"
	if got := repeatsOf(t, s); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

// TestLateOutcomes: a contact that was handed over, a survey that was answered, an evaluation of the first advisor and a sale
// that was cancelled, all after the machine had forgotten it. In time were the invitation and the sale.
func TestLateOutcomes(t *testing.T) {
	s := openMigrated(t)
	w, b := newWorld("lyon", ""), NewBuilder()
	row := visit{contact: "a", at: "2026-03-02T10:00:00Z", offset: 1}.row(t, w)
	row.Dims.Advisor, row.Dims.Team = w.id("zoe"), w.id("blue")
	row.Conversations = "support\tzoe\tblue\tblue\tlille\nsupport\tana\tred\tred\tlyon\nsupport\tzoe\tblue\tblue\tlille"
	b.addContact(w, row)
	say := func(inTime bool, typ event.Type, when string, more aggregator.OutcomeRow) {
		more.Contact, more.Type, more.InTime, more.At = "a", typ, inTime, at(t, when)
		more.Day, more.Source, more.ID, more.Offset = int32(more.At/(daySeconds*1000)), w.id("crm"), uint64(more.At), 2
		b.addOutcome(w, &more)
	}
	say(true, event.SurveyInvited, "2026-03-02T10:10:00Z", aggregator.OutcomeRow{Object: 7})
	say(true, event.SaleRecorded, "2026-03-02T10:03:00Z", aggregator.OutcomeRow{Object: 8, Value: 4900})
	say(false, event.SurveyAnswered, "2026-03-05T09:00:00Z", aggregator.OutcomeRow{Object: 7, CSAT: 5, NPS: 1 + 9})
	say(false, event.EvaluationSubmitted, "2026-03-09T09:00:00Z", aggregator.OutcomeRow{Object: 9, Value: 8750, Said: aggregator.Dims{Advisor: w.id("ana")}})
	say(false, event.SaleCancelled, "2026-03-12T09:00:00Z", aggregator.OutcomeRow{Object: 8})
	more := aggregator.OutcomeRow{Contact: "stranger", Type: event.SurveyAnswered, At: at(t, "2026-03-05T09:00:00Z"), Day: row.Day + 3, CSAT: 1, Offset: 3}
	b.addOutcome(w, &more)
	write(t, openWriter(t, s, 0, nil), b.Seal("e1", 0, 1, 9, "test"))
	for range 2 {
		report := runDaily(t, s, DailyOptions{Kind: DailyAsked, Asked: DayRange{To: int64(row.Day) + 20}})
		if report.Late != 1 || report.Unknown != 1 {
			t.Errorf("booked on %d contacts, %d outcomes of unknown ones; want 1 and 1", report.Late, report.Unknown)
		}
		for _, c := range []struct{ columns, from, want string }{
			// All at the contact's time, but the money of the cancellation, which is also on its own day.
			{"toString(day), survey_invited, survey_answered, csat_satisfied, csat_bp, nps_promoters, evaluations, quality_bp, sales_cancelled, cancelled_cents, cancelled_booked_cents",
				"v_centre_day ORDER BY day", "[('2026-03-02',0,1,1,10000,1,1,8750,1,4900,0),('2026-03-12',0,0,0,0,0,0,0,0,0,4900)]"},
			{"advisor, survey_answered, evaluations, cancelled_cents", "v_advisor_day WHERE day = '2026-03-02' ORDER BY advisor",
				"[('ana',0,1,0),('zoe',1,0,4900)]"},
		} {
			if got := text(t, s, c.columns, c.from); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		}
	}
}

// TestLateOutcomesOfAMessage: zoe was given a letter, ana replied. Forty days later the customer answers a survey, and the
// quality team judges zoe. Both count on the day of the letter, the answer for the one who replied last.
func TestLateOutcomesOfAMessage(t *testing.T) {
	s := openMigrated(t)
	w, b := newWorld("lyon", ""), NewBuilder()
	row := visit{contact: "m", at: "2026-03-02T10:00:00Z", how: "message", offset: 1}.row(t, w)
	row.Dims.Advisor, row.Dims.Team = w.id("ana"), w.id("red")
	row.Conversations = "support\tana\tred\tred\tlyon\nsupport\tzoe\tblue\tblue\tlille\nsupport\tana\tred\tred\tlyon"
	b.addContact(w, row)
	for i, o := range []aggregator.OutcomeRow{
		{Type: event.SurveyInvited, At: at(t, "2026-03-03T09:00:00Z"), Object: 7, InTime: true},
		{Type: event.SurveyAnswered, At: at(t, "2026-04-11T09:00:00Z"), Object: 7, CSAT: 2},
		{Type: event.EvaluationSubmitted, At: at(t, "2026-04-11T10:00:00Z"), Object: 9, Value: 6000, Said: aggregator.Dims{Advisor: w.id("zoe")}},
	} {
		o.Contact, o.Source, o.ID, o.Offset = "m", w.id("crm"), uint64(i), 2
		o.Day = int32(o.At / (daySeconds * 1000))
		b.addOutcome(w, &o)
	}
	write(t, openWriter(t, s, 0, nil), b.Seal("e1", 0, 1, 9, "test"))
	if report := runDaily(t, s, DailyOptions{Kind: DailyFull}); report.Late != 1 || report.Unknown != 0 {
		t.Errorf("booked on %d messages, %d outcomes of unknown ones; want 1 and 0", report.Late, report.Unknown)
	}
	const want = "[('2026-03-02','ana','red',1,0,2500,0,0),('2026-03-02','zoe','blue',0,0,0,1,6000)]" // 2 of 5: one step of four
	got := text(t, s, "toString(day), toString(advisor), toString(team), survey_answered, csat_satisfied, csat_bp, evaluations, quality_bp", "daily_facts FINAL ORDER BY advisor")
	if got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}
