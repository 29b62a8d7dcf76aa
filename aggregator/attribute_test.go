// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unique"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// The law of late outcomes: what the machine books of a random timeline is the same as what it books when some outcomes come
// only after it has forgotten their contacts, with what Attribute makes of the rows that the store has by then.
func TestLateOutcomesAreBookedAsInTime(t *testing.T) {
	attributed := 0
	eachCase(t, 4, func(t testing.TB, seed uint64, s *timeline) {
		attributed += checkLateOutcomes(t, seed, s, minute, 40*hour)
	})
	if attributed == 0 {
		t.Error("nothing was attributed")
	}
}

// The same of messages, which are known for 31 days after they were closed: while they are known, and when they are not.
func TestLateOutcomesOfItemsAreBookedAsInTime(t *testing.T) {
	t.Parallel()
	var attributed [2]int
	for i := range *casesFlag/20 + 1 {
		seed := *seedFlag + uint64(i)
		var p property = func(t testing.TB, seed uint64, s *timeline) {
			attributed[seed%2] += checkLateOutcomes(t, seed, s, 6*hour, []int64{40 * hour, 100 * 24 * hour}[seed%2])
		}
		s := newItemTimeline(seed)
		if p.holds(seed, s) != "" {
			p.shrink(seed, s)
			t.Fatalf("seed %d: %s", seed, p.holds(seed, s))
		}
	}
	if attributed[0] == 0 || attributed[1] == 0 {
		t.Errorf("%v rows were attributed to messages that are known and that are not", attributed)
	}
}

// checkLateOutcomes keeps half of a timeline's outcomes back until afterMs after its end. It returns how many rows they gave then.
func checkLateOutcomes(t testing.TB, seed uint64, s *timeline, tick, afterMs int64) int {
	random := rand.New(rand.NewPCG(seed, 8))
	merged := map[string]bool{}
	for _, e := range s.events {
		if e.Type == event.ContactMerged { // a late word on an id that became another's finds no contact
			merged[e.Contact], merged[e.Target] = true, true
		}
	}
	var late []event.Event
	inTime := newRun(t)
	inTime.lean, inTime.tick = true, tick
	inTime.play(s, s.inOrder(), nil)
	s.events = slices.DeleteFunc(slices.Clone(s.events), func(e event.Event) bool {
		is := saysOutcome(e.Type) && !merged[e.Contact] && random.IntN(2) == 0
		if is {
			late = append(late, e)
		}
		return is
	})
	kept := keptRows{}
	r := newRun(t)
	r.lean, r.tick, r.watch = true, tick, kept.take
	r.play(s, s.inOrder(), nil)
	r.tick = max(tick, hour)
	r.ticks(r.clock + afterMs)
	slices.SortFunc(late, func(a, b event.Event) int { return cmp.Compare(a.Time, b.Time) })
	for i, e := range late {
		r.put(e, r.clock)
		if i%3 == 0 {
			r.put(e, r.clock) // redelivered
		}
	}
	for _, d := range s.inOrder() { // and so is one that came in time
		if saysOutcome(d.event.Type) && random.IntN(4) == 0 && !merged[d.event.Contact] {
			r.put(d.event, r.clock)
		}
	}
	attributed := kept.attribute(r.sums)
	got, want := onlyOutcomes(r.sums), onlyOutcomes(inTime.sums)
	if d := got.diff(want); len(d) > 0 {
		r.fail("late outcomes are booked otherwise than in time", d)
	}
	return attributed
}

// A message of Monday is solved on Tuesday and forgotten 31 days later. A survey that is answered then waits four hours for its
// message, is a dead letter, and counts all the same: on Monday, for the one who replied.
func TestSurveyOfAForgottenItem(t *testing.T) {
	r, kept := newRun(t), keptRows{}
	r.configure(office(0), monday-minute)
	r.watch = kept.take
	r.say("1", event.Event{Type: event.ItemCreated, Contact: "c", Queue: "mail"})
	r.say("2", event.Event{Type: event.ItemAssigned, Contact: "c", Advisor: "zoe"})
	r.days(1)
	r.say("3", event.Event{Type: event.ItemReplied, Contact: "c", Advisor: "ana"})
	r.say("4", event.Event{Type: event.ItemSolved, Contact: "c", Advisor: "ana"})
	r.days(40)
	r.say("5", event.Event{Type: event.SurveyAnswered, Contact: "c", Object: "s", CSAT: event.NumberOf(5)})
	r.days(1)
	if n := r.dead[aggregator.ReasonLateOutcome]; n != 1 || r.total("csat_answers") != 0 {
		t.Fatalf("%d dead letters, %d answers; want 1, 0", n, r.total("csat_answers"))
	}
	kept.attribute(r.sums)
	for k, n := range r.sums {
		if d := k.dims.Value(); k.name == "csat_answers" && (n != 1 || k.at != monday-minute || d.advisor != "ana" || d.queue != "mail") {
			t.Errorf("%d answers at %d for %+v", n, k.at, d)
		}
	}
	if n := r.total("csat_answers"); n != 1 {
		t.Errorf("%d answers, want 1", n)
	}
}

// onlyOutcomes keeps what outcomes book.
func onlyOutcomes(all facts) facts {
	kept := facts{}
	for k, n := range all {
		m, ok := indicator.ParseMeasure(k.name)
		of := m >= indicator.Complaints && m <= indicator.Resolved || m >= indicator.Evaluations && m <= indicator.CesEasy ||
			m >= indicator.UsefulContacts && m <= indicator.CancelledBookedCents
		if ok && of {
			d := k.dims.Value() // a late word fills what nobody said of the customer; in time it may be the first, and stands
			d.programme, d.channel, d.direction, d.campaign, d.reason = "", "", "", "", ""
			k.dims = unique.Make(d)
			kept.addKey(k, n)
		}
	}
	return kept
}

// keptRows is what a store keeps of contacts and outcomes: the newest row of each.
type keptRows map[string]*keptContact

type keptContact struct {
	lives    map[uint8]aggregator.LifeRecord
	outcomes map[[2]uint64]aggregator.OutcomeRecord // by source and id
}

func (k keptRows) of(contact string) *keptContact {
	c := k[contact]
	if c == nil {
		c = &keptContact{map[uint8]aggregator.LifeRecord{}, map[[2]uint64]aggregator.OutcomeRecord{}}
		k[strings.Clone(contact)] = c
	}
	return c
}

func (k keptRows) take(ready aggregator.Ready) {
	for i := range ready.Contacts {
		row := &ready.Contacts[i]
		if row.Deleted {
			delete(k.of(row.Contact).lives, row.Life)
			continue
		}
		k.of(row.Contact).lives[row.Life] = aggregator.LifeRecord{StartedAt: row.StartedAt, Day: row.Day,
			Words: wordsOf(row.World, &row.Dims), Conversations: row.Conversations}
	}
	for i := range ready.Outcomes {
		x := &ready.Outcomes[i]
		name := x.World.Name
		c, id := k.of(x.Contact), [2]uint64{uint64(x.Source), x.ID}
		if before, known := c.outcomes[id]; known && before.InTime {
			continue
		}
		c.outcomes[id] = aggregator.OutcomeRecord{At: x.At, Day: x.Day, InTime: x.InTime, Source: name(x.Source), ID: x.ID, Object: x.Object,
			Seq: x.Seq, Version: x.Version, Type: x.Type, Said: wordsOf(x.World, &x.Said), Member: [3]string{name(x.Team), name(x.HomeTeam), name(x.Site)},
			Value: x.Value, Class: x.Class, Marks: x.Marks, CSAT: x.CSAT, NPS: x.NPS, CES: x.CES}
	}
}

func wordsOf(w *aggregator.World, d *aggregator.Dims) aggregator.Words {
	var words aggregator.Words
	for i, id := range []aggregator.ID{d.Programme, d.Site, d.Queue, d.Campaign, d.Channel, d.Direction, d.Team, d.HomeTeam, d.Advisor, d.Reason} {
		words[i] = strings.Clone(w.Name(id))
	}
	return words
}

// attribute adds what late outcomes give to sums, and returns how many rows that was.
func (k keptRows) attribute(sums facts) int {
	rows := 0
	for _, c := range k {
		if len(c.lives) == 0 {
			continue // nobody knows what they are about
		}
		var lives []aggregator.LifeRecord
		for life := range 256 {
			if l, is := c.lives[uint8(life)]; is {
				lives = append(lives, l)
			}
		}
		var outcomes []aggregator.OutcomeRecord
		for _, o := range c.outcomes {
			outcomes = append(outcomes, o)
		}
		for _, a := range aggregator.Attribute(lives, outcomes) {
			rows++
			w := a.Words
			d := dimensions{programme: w[0], site: w[1], queue: w[2], campaign: w[3], channel: w[4], direction: w[5], team: w[6],
				homeTeam: w[7], advisor: w[8], reason: w[9]}
			for _, inc := range a.Incs {
				m, _ := inc.Key.Measure()
				sums.add(a.At, a.Grain, d, m.String(), inc.Value)
			}
		}
	}
	return rows
}
