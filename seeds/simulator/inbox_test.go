// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"maps"
	"math"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// sixWeeks is six weeks without a holiday, a story and calls: long enough for statistics, and simulated once for all tests.
func sixWeeks(t *testing.T) (*Spec, *Truth) {
	t.Helper()
	spec := quietCapRivage(t)
	spec.Lines, spec.Habits.Newcomers = nil, nil
	once.Do(func() {
		written = history(t, spec, Options{From: "2026-09-01", To: "2026-10-13", Seed: 51, AfterMs: 8 * dayMs})
	})
	return spec, written
}

var (
	once    sync.Once
	written *Truth
)

func inboxOf(t *testing.T, spec *Spec, queue string) *Inbox {
	t.Helper()
	i := slices.IndexFunc(spec.Inboxes, func(in Inbox) bool { return in.Queue == queue })
	if i < 0 {
		t.Fatalf("no inbox %s", queue)
	}
	return &spec.Inboxes[i]
}

// TestMessagesArePoisson: in each half-hour of each weekday come as many messages as the input says, and they vary as a
// Poisson process does: two sums of squares, each within the 99.9 % interval of its law. At night as well.
func TestMessagesArePoisson(t *testing.T) {
	spec, truth := sixWeeks(t)
	w, err := newWall(&spec.Organisation.Centre)
	if err != nil {
		t.Fatal(err)
	}
	first, _ := dayOf("2026-09-02") // the nights before the first business day and after the last are not whole
	last, _ := dayOf("2026-10-12")
	for _, queue := range []string{"mail", "reseaux", "reclamations"} {
		in := &inbox{Inbox: inboxOf(t, spec, queue)}
		came := map[[2]int32]float64{}
		for _, m := range truth.Items {
			if m.Queue == queue && m.Origin != originTwice {
				day, minute := w.minuteOf(m.WrittenAt)
				came[[2]int32{day, int32(minute / halfHourMin)}]++
			}
		}
		var rates, counts, inverses float64
		slots, cells := 0, 0
		for slot := range int32(48) {
			var expected, observed float64
			for day := first; day < last; day++ {
				e, n := in.expected(day, int(slot)*halfHourMin), came[[2]int32{day, slot}]
				expected, observed = expected+e, observed+n
				if e > 0 {
					counts += (n - e) * (n - e) / e
					inverses += 1 / e
					cells++
				}
			}
			if expected > 0 {
				rates += (observed - expected) * (observed - expected) / expected
				slots++
			}
		}
		t.Logf("%s: chi-square of the rates %.1f of %d, of the counts %.1f of %d", queue, rates, slots, counts, cells)
		if !chiSquareWithin(rates, slots) {
			t.Errorf("%s: the rates are not those of the input: chi-square %.1f of %d half-hours", queue, rates, slots)
		}
		if spread := 3.29 * math.Sqrt(2*float64(cells)+inverses); math.Abs(counts-float64(cells)) > spread {
			t.Errorf("%s: the variance is not that of a Poisson process: %.1f of %d ± %.1f", queue, counts, cells, spread)
		}
	}
}

// TestMessagesOfADay: the half-hours make up the day's number that the demo centre is described by, and the reasons its
// mean work.
func TestMessagesOfADay(t *testing.T) {
	perDay := map[string]float64{"mail": 260, "courrier": 140, "reclamations": 12, "reseaux": 40}
	work := map[string]float64{"mail": 420, "courrier": 600}
	spec := capRivage(t)
	for _, queue := range slices.Sorted(maps.Keys(perDay)) {
		in := inboxOf(t, spec, queue)
		n, shares, mean := in.PerDay, 0.0, 0.0
		for _, half := range in.PerHalfHour {
			n += half
		}
		for _, r := range in.Reasons {
			shares += r.Share
			mean += r.Share * r.Handle.Mean() / 1000
		}
		if math.Abs(n-perDay[queue]) > 1e-9 || math.Abs(shares-1) > 1e-9 || work[queue] != 0 && math.Abs(mean-work[queue]) > 1e-6 {
			t.Errorf("%s: %.3f messages, reasons of %.3f, work of %.3f s; want %v, 1 and %v", queue, n, shares, mean, perDay[queue], work[queue])
		}
	}
}

// TestLettersComeInBatches: at 09:30 and 14:00, as many as the input says within 99.9 % of a Poisson count, with the ages
// that it says, and never on a weekend. They are received in the morning, and known when they are scanned.
func TestLettersComeInBatches(t *testing.T) {
	spec, truth := sixWeeks(t)
	w, err := newWall(&spec.Organisation.Centre)
	if err != nil {
		t.Fatal(err)
	}
	in := inboxOf(t, spec, "courrier")
	scanned := map[int]float64{}
	ages := map[int]map[int32]float64{}
	start, _ := dayOf("2026-09-01")
	for _, m := range truth.Items {
		known, minute := w.minuteOf(m.KnownAt)
		if m.Queue != "courrier" || m.Origin == originTwice || known == start && minute < 8*60 { // the stock
			continue
		}
		written, received := w.minuteOf(m.WrittenAt)
		at := clockAt(9, 30)
		if minute >= clockAt(14, 0) {
			at = clockAt(14, 0)
		}
		if minute < at || minute >= at+10 || received != receivedAtMin || weekday(known)%6 == 0 {
			t.Fatalf("letter %s is received at minute %d and scanned at minute %d of a %s", m.ID, received, minute, weekday(known))
		}
		if ages[at] == nil {
			ages[at] = map[int32]float64{}
		}
		days := int32(0)
		for day := written; day < known; day++ {
			if weekday(day)%6 != 0 {
				days++
			}
		}
		scanned[at]++
		ages[at][days]++
	}
	weeks := 0.0
	for day := start; day < start+6*7; day++ {
		weeks += in.Weekdays[weekday(day)]
	}
	for _, scan := range in.Scans {
		want := in.PerDay * scan.Share * weeks
		if got := scanned[scan.At]; math.Abs(got-want) > 3.29*math.Sqrt(want) {
			t.Errorf("minute %d: %.0f letters, the input says %.0f ± %.0f", scan.At, got, want, 3.29*math.Sqrt(want))
		}
		for _, a := range scan.Ages {
			checkShare(t, "letters of some age", ages[scan.At][int32(a.Days)], scanned[scan.At], a.Share)
		}
	}
}

// checkShare checks a share against the input, within 99.9 %.
func checkShare(t *testing.T, what string, part, of, want float64) {
	t.Helper()
	if margin := 3.29 * math.Sqrt(want*(1-want)/of); of == 0 || math.Abs(part/of-want) > margin {
		t.Errorf("%s: %.4f of %.0f, the input says %.4f ± %.4f", what, part/of, of, want, margin)
	}
}

// TestWorkOnMessages: of each inbox and reason, the mean of the work and the variance of its logarithm are those of the
// input, within 99.9 %.
func TestWorkOnMessages(t *testing.T) {
	spec, truth := sixWeeks(t)
	work := map[string][]float64{}
	for _, m := range truth.Items {
		if m.WorkMs > 0 && len(m.Cycles) == 1 {
			work[m.Queue+" "+m.Reason] = append(work[m.Queue+" "+m.Reason], float64(m.WorkMs))
		}
	}
	for i := range spec.Inboxes {
		for _, r := range spec.Inboxes[i].Reasons {
			all := work[spec.Inboxes[i].Queue+" "+r.Name]
			var sum, logs, squares float64
			for _, ms := range all {
				sum, logs = sum+ms, logs+math.Log(ms)
			}
			n := float64(len(all))
			for _, ms := range all {
				squares += (math.Log(ms) - logs/n) * (math.Log(ms) - logs/n)
			}
			want := r.Handle.Mean()
			if margin := 3.29 * variation * want / math.Sqrt(n); math.Abs(sum/n-want) > margin {
				t.Errorf("%s %s: mean %.0f ms of %.0f, the input says %.0f ± %.0f", spec.Inboxes[i].Queue, r.Name, sum/n, n, want, margin)
			}
			s2 := math.Log(1 + variation*variation)
			if got, margin := squares/(n-1), 3.29*s2*math.Sqrt(2/n); math.Abs(got-s2) > margin {
				t.Errorf("%s %s: variance of the logarithms %.3f, the input says %.3f ± %.3f", spec.Inboxes[i].Queue, r.Name, got, s2, margin)
			}
		}
	}
}

// TestHowMessagesFare: of those that were solved or dropped, as many as the input says were spam, parked, taken up
// again, written twice, and opined about; within 99.9 %. Where a machine says that messages have arrived, it does so within
// five minutes, unless all is over by then. Of the last days much is not over, so that they do not count.
func TestHowMessagesFare(t *testing.T) {
	spec, truth := sixWeeks(t)
	until, _ := dayOf("2026-10-01")
	for i := range spec.Inboxes {
		in := &spec.Inboxes[i]
		var all, read, spam, asked, inside, solved, reopened, known, twice, invited, answered float64
		for _, m := range truth.Items {
			if m.Queue != in.Queue || m.Origin == originTwice || m.WrittenAt >= int64(until)*dayMs || m.Dropped == "withdrawn" {
				continue
			}
			all++
			receipt := slices.ContainsFunc(m.Replies, func(r *Reply) bool { return r.Automatic && r.At <= m.KnownAt+5*minuteMs })
			if in.Receipt == 1 && !receipt && m.DroppedAt+m.Cycles[0].SolvedAt > m.KnownAt+5*minuteMs {
				t.Errorf("no machine said that %s has arrived", m.ID)
			}
			switch {
			case m.Dropped == "spam":
				spam++
				continue
			case len(m.Pauses) > 0 && m.Pauses[0].Why == parkedCustomer:
				asked++
			case len(m.Pauses) > 0:
				inside++
			}
			read++
			if m.Cycles[0].SolvedAt == 0 {
				continue
			}
			solved++
			if len(m.Cycles) > 1 {
				reopened++
			}
			if m.Customer != "" {
				known++
			}
			if m.Survey != nil {
				invited++
				if m.Survey.AnsweredAt != 0 {
					answered++
				}
			}
		}
		for _, m := range truth.Items {
			if m.Queue == in.Queue && m.Origin == originTwice {
				twice++
			}
		}
		c := &in.Course
		checkShare(t, in.Queue+": spam", spam, all, c.Spam)
		checkShare(t, in.Queue+": asked", asked, read, c.Asked)
		checkShare(t, in.Queue+": inside", inside, read, (1-c.Asked)*c.Inside) // whoever is asked waits for nobody else
		checkShare(t, in.Queue+": reopened", reopened, solved, c.Reopened)
		if in.Survey.Asked == 1 {
			checkShare(t, in.Queue+": surveys answered", answered, invited, in.Survey.Answered)
			if invited != known {
				t.Errorf("%s: of %.0f known customers %.0f were asked", in.Queue, known, invited)
			}
		}
		// Not all who would write again wait so long.
		if share := twice / all; share > c.Twice*1.3 || share < c.Twice*0.02 {
			t.Errorf("%s: %.4f write twice, the input says up to %.4f", in.Queue, share, c.Twice)
		}
	}
}

// TestWhoWritesAfterACall: of the messages whose customer is known, as many as the input says come from somebody who was
// served through another channel in the last three days. The first days, when few were served, do not count.
func TestWhoWritesAfterACall(t *testing.T) {
	spec := quietCapRivage(t)
	truth := history(t, spec, Options{From: "2026-09-01", To: "2026-09-29", Seed: 55})
	type meeting struct {
		channel string
		at      int64
	}
	met := map[string][]meeting{}
	for _, c := range truth.Calls {
		for _, talk := range c.Talks {
			met[c.Customer] = append(met[c.Customer], meeting{c.Channel, talk.EndedAt})
		}
	}
	for _, m := range truth.Items {
		if at := m.Cycles[0].SolvedAt; at != 0 {
			met[m.Customer] = append(met[m.Customer], meeting{m.Channel, at})
		}
	}
	start, _ := dayOf("2026-09-05")
	known, across := map[string]float64{}, map[string]float64{}
	for _, m := range truth.Items {
		if m.Customer == "" || m.KnownAt < int64(start)*dayMs || m.Origin == originTwice {
			continue
		}
		known[m.Queue]++
		if m.Origin != originAcross {
			continue
		}
		across[m.Queue]++
		if !slices.ContainsFunc(met[m.Customer], func(x meeting) bool {
			return x.channel != m.Channel && x.at <= m.KnownAt && x.at >= m.KnownAt-lately
		}) {
			t.Errorf("%s comes from somebody who was not served in the last three days", m.ID)
		}
	}
	for i := range spec.Inboxes {
		in := &spec.Inboxes[i]
		checkShare(t, in.Queue+": served lately", across[in.Queue], known[in.Queue], in.Across)
	}
}

// TestTheDeskGoesByDueTime: nobody takes a message while one that they could take is due earlier. Here nothing is parked,
// mislaid or taken up again, so that what waits can be told from the truth.
func TestTheDeskGoesByDueTime(t *testing.T) {
	spec := quietCapRivage(t)
	spec.Lines = nil
	for i := range spec.Inboxes {
		spec.Inboxes[i].Course = Course{}
	}
	truth := history(t, spec, Options{From: CapRivageDay, To: "2026-11-18", Seed: 7})
	taken := 0
	for _, m := range truth.Items {
		for n, h := range m.Hands {
			if h.Team != "indigo" || n > 0 { // Indigo serves all inboxes
				continue
			}
			taken++
			for _, o := range truth.Items {
				waits := o.KnownAt < h.At && (len(o.Hands) == 0 || o.Hands[0].At > h.At)
				if waits && o.Cycles[0].DueAt < m.Cycles[0].DueAt {
					t.Fatalf("%s takes %s, though %s is due before", h.Advisor, m.ID, o.ID)
				}
			}
		}
	}
	if taken < 300 {
		t.Errorf("Indigo took %d messages", taken)
	}
}

// TestNothingGetsLost: of each queue, what was written and taken up again was solved or dropped, or is still open; and a
// history that another run continues leaves nothing open.
func TestNothingGetsLost(t *testing.T) {
	for _, handOver := range []bool{false, true} {
		truth := history(t, capRivage(t), Options{From: "2026-11-09", To: CapRivageDay, Seed: 8, EndShifts: handOver, AfterMs: dayMs})
		balance, open := map[string]int64{}, map[string]int64{}
		for _, d := range truth.Desk {
			for id, q := range d.Queues {
				balance[id] += q.Written + q.Reopened - q.Solved
				for _, n := range q.Dropped {
					balance[id] -= n
				}
			}
		}
		all := int64(0)
		for _, m := range truth.Items {
			if m.DroppedAt == 0 && m.Cycles[len(m.Cycles)-1].SolvedAt == 0 {
				open[m.Queue]++
				all++
			}
		}
		for id, n := range balance {
			if n != open[id] {
				t.Errorf("%s: %d are in nobody's books, %d are open", id, n, open[id])
			}
		}
		if handOver != (all == 0) {
			t.Errorf("handed over %v: %d are open", handOver, all)
		}
	}
}

// TestCallsAreAsTheyWere: whoever chats or writes changes nothing in the calls of those whom neither concerns.
func TestCallsAreAsTheyWere(t *testing.T) {
	calls := func(spec *Spec) []*Call {
		truth := history(t, spec, Options{From: CapRivageDay, To: "2026-11-18", Seed: CapRivageSeed})
		var some []*Call
		for _, c := range truth.Calls {
			if c.Line == "assistance" || c.Line == "orvalie" || c.Line == "urgence" {
				c.ID, c.PartOf = "", "" // they are numbered with those of the boutique
				c.Evaluation = nil      // the quality team listens to chats as well
				if c.Survey != nil {
					c.Survey.ID = "" // surveys of chats and messages are numbered with them
				}
				some = append(some, c)
			}
		}
		return some
	}
	before := capRivage(t)
	before.Inboxes = nil
	before.Lines = slices.DeleteFunc(before.Lines, func(l Line) bool { return l.Queue == "chat" })
	if diff := gocmp.Diff(calls(before), calls(capRivage(t))); diff != "" {
		t.Errorf("without chats and messages (-), with them (+):\n%s", diff)
	}
}
