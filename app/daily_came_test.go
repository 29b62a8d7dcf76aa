// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// Who came again, from the truth alone: each visit of a customer, be it a call, a chat or a message, against all others of the
// same customer. What we did ourselves (dials, callbacks, questions to a colleague) is no visit.

// visit is a customer's call, chat or message as the counting needs it. An instant that is 0 never came.
type visit struct {
	id, channel                           string
	day, baseDay, enteredDay, leftDay     int32
	began, entered, base, abandoned, talk int64
}

// customer is somebody as one programme knows them.
type customer struct{ programme, hash string }

// cutOff tells a conversation that a faulty line cut short. A written word is never too short.
func (v *visit) cutOff() bool {
	return v.base != 0 && v.channel == event.ChannelVoice && v.talk < (10*time.Second).Milliseconds()
}

// isMessage tells a visit that was written, and lay in a stock.
func (v *visit) isMessage() bool {
	return v.channel != event.ChannelVoice && v.channel != event.ChannelChat
}

// compareRepeats compares the repeats and returns of every day and programme with what the visits say.
func compareRepeats(a *agreement, truth *simulator.Truth, programmes map[string]string) {
	visits := visitsOf(a, truth, programmes)
	want := map[sumKey]int64{}
	mixed := 0
	for who, all := range visits {
		perDay := map[int32]int{}
		for _, v := range all {
			if v.entered != 0 {
				perDay[v.day]++
			}
		}
		all = slices.DeleteFunc(all, func(v visit) bool { return perDay[v.day] > 5 })
		for i := range all {
			mixed += countVisit(all, &all[i], func(day int32, m indicator.Measure) { want[sumKey{day, "programme", who.programme, m}]++ })
		}
	}
	total := map[indicator.Measure]int64{}
	for _, d := range truth.Days {
		for programme := range d.Programmes {
			s := scopeDay{a, dayNumber(a.tb, d.Date), "programme", programme}
			for m := indicator.Repeated3d; m <= indicator.AbandonedReturned1h; m++ {
				n := want[sumKey{s.day, s.kind, s.id, m}]
				total[m] += n
				s.is(m, n)
			}
		}
	}
	for _, m := range []indicator.Measure{indicator.Repeated3d, indicator.Repeats7d, indicator.AbandonedReturned1h} {
		if total[m] < 20 {
			a.tb.Errorf("%s: only %d in the truth", m, total[m])
		}
	}
	if mixed < 20 {
		a.tb.Errorf("only %d customers came again through another door", mixed)
	}
	if n := dialledVisitors(truth, visits); n < 20 {
		a.tb.Errorf("we called only %d of those who came: nothing shows that a dial is no visit", n)
	}
}

// countVisit adds what a visit is worth among all visits of its customer. It returns 1 when a call or chat repeats a message
// within 30 days, or the other way round.
func countVisit(all []visit, v *visit, add func(day int32, m indicator.Measure)) (mixed int) {
	back, soon, late := int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64)
	for i := range all {
		o := &all[i]
		if o.id == v.id {
			continue
		}
		if o.entered > v.abandoned {
			back = min(back, o.entered-v.abandoned)
		}
		if o.entered > v.began && !o.cutOff() {
			soon = min(soon, o.entered-v.base)
		}
		if o.began < v.entered && o.base != 0 && !o.cutOff() {
			if late > v.entered-o.base {
				late, mixed = v.entered-o.base, 0
				if o.isMessage() != v.isMessage() {
					mixed = 1
				}
			}
		}
	}
	if v.abandoned != 0 && back <= time.Hour.Milliseconds() {
		add(v.leftDay, indicator.AbandonedReturned1h)
	}
	for i, n := range []int64{3, 7, 14, 30} {
		if v.base != 0 && !v.cutOff() && soon <= n*24*time.Hour.Milliseconds() {
			add(v.baseDay, indicator.Repeated3d+indicator.Measure(i))
		}
		if v.entered != 0 && !v.cutOff() && late <= n*24*time.Hour.Milliseconds() {
			add(v.enteredDay, indicator.Repeats3d+indicator.Measure(i))
		}
	}
	return mixed
}

// dialledVisitors counts the customers who came and whom a campaign talked to: were a dial a visit, they would repeat.
func dialledVisitors(truth *simulator.Truth, visits map[customer][]visit) int {
	talked := map[string]bool{}
	for _, d := range truth.Dials {
		if d.Talk != nil {
			talked[d.Customer] = true
		}
	}
	n := 0
	for who := range visits {
		if talked[who.hash] {
			n++
		}
	}
	return n
}

// visitsOf are the visits of each known customer of each programme.
func visitsOf(a *agreement, truth *simulator.Truth, programmes map[string]string) map[customer][]visit {
	loc, err := zone.Load(truth.Zone)
	if err != nil {
		a.tb.Fatal(err)
	}
	calendar := zone.NewCalendar(loc, 5*60)
	all := map[customer][]visit{}
	add := func(programme, hash string, v visit) {
		if hash == "" {
			return
		}
		v.day = calendar.Day(v.began)
		v.enteredDay, v.baseDay, v.leftDay = calendar.Day(v.entered), calendar.Day(v.base), calendar.Day(v.abandoned)
		who := customer{programme, hash}
		all[who] = append(all[who], v)
	}
	parts := map[string][]*simulator.Call{}
	for _, c := range truth.Calls {
		id := cmp.Or(c.PartOf, c.ID)
		parts[id] = append(parts[id], c)
	}
	for _, c := range truth.Calls {
		if c.PartOf == "" && c.Origin != "asked" && c.Origin != "back" {
			add(c.Programme, c.Customer, visitOfCall(c, parts[c.ID]))
		}
	}
	for _, it := range truth.Items {
		add(programmes[it.Queue], it.Customer, visitOfItem(it))
	}
	return all
}

// visitOfCall is a call or chat with those that became a part of it, itself among them.
func visitOfCall(c *simulator.Call, parts []*simulator.Call) visit {
	v := visit{id: c.ID, channel: c.Channel, began: c.BeganAt}
	ended, answered, lastWait, hungUp := int64(0), false, int64(0), false
	for _, p := range parts {
		ended = max(ended, p.EndedAt)
		for _, w := range p.Waits {
			if v.entered == 0 || w.From < v.entered {
				v.entered = w.From
			}
			answered = answered || w.Ended == "picked_up"
			if w.To > lastWait {
				lastWait, hungUp = w.To, w.Ended == "hung_up" && p == c
			}
		}
		for _, r := range p.Rings {
			ended = max(ended, r.To)
		}
		for _, t := range p.Talks {
			ended = max(ended, t.EndedAt, t.DoneAt)
			if t.Kind != "advice" {
				v.talk += t.EndedAt - t.From - t.HoldMs
			}
		}
	}
	if answered {
		v.base = ended
	}
	if hungUp {
		v.abandoned = lastWait
	}
	return v
}

// visitOfItem is a message: it came when it was written. It is in the base once it was solved for the first time, when a human
// had replied by then.
func visitOfItem(it *simulator.Item) visit {
	v := visit{id: it.ID, channel: it.Channel, began: it.WrittenAt, entered: it.WrittenAt}
	for _, c := range it.Cycles {
		if c.SolvedAt == 0 {
			continue
		}
		for _, r := range it.Replies {
			if !r.Automatic && r.At <= c.SolvedAt {
				v.base = c.SolvedAt
			}
		}
		break
	}
	return v
}

// programmesOf are the programmes of the queues.
func programmesOf(o *organisation.Organisation) map[string]string {
	programmes := map[string]string{}
	for _, q := range o.Queues {
		programmes[q.Queue] = q.Programme
	}
	return programmes
}
