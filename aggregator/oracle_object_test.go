// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"cmp"
	"slices"
	"unique"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/indicator"
)

// The rules of things that are no contact's
//
// 13. A callback is a contact and an object. It has the dimensions of the request that stands: a later request moves it as long
//     as it is not due. Asked at the first request, due at the promised time, tried at each attempt, reached at the first that
//     did, with the delay since it was asked; expired at the first word of it, unless it was completed before. Kept when
//     completed 15 minutes after the promised time at the latest, and not before that time. Whose it is to make moves nothing.
// 14. A list record is a campaign and an object. It is tried at its first dial, reached at the first that a human answered and
//     that was not abandoned, invalid at the first that says so. Of several at one instant, the first by names.
// 15. A list is a campaign and an object; each word says a total, and books what it adds to the word before.
// 16. A correction adds what it says, at its instant, with the dimensions that it and the configuration of that instant say.

type thingID struct{ owner, object string }

// objectFacts are the facts of callbacks, list records and lists.
func objectFacts(out facts, r *rules, events []event.Event, clock int64) {
	callbacks, records, lists := map[thingID][]said{}, map[thingID][]said{}, map[thingID][]said{}
	for _, e := range events {
		if e.Time > clock {
			continue
		}
		switch e.Type {
		case event.CallbackRequested, event.CallbackAttempted, event.CallbackCompleted, event.CallbackExpired:
			id := thingID{e.Contact, e.Object}
			callbacks[id] = append(callbacks[id], r.read(e))
		case event.CallDialled:
			id := thingID{e.Campaign, e.Object}
			records[id] = append(records[id], r.read(e))
		case event.ListLoaded, event.ListClosed:
			id := thingID{e.Campaign, e.Object}
			lists[id] = append(lists[id], r.read(e))
		}
	}
	for _, line := range callbacks {
		callbackFacts(out, order(line), clock)
	}
	for _, line := range records {
		recordFacts(out, line)
	}
	for _, line := range lists {
		listFacts(out, order(line))
	}
}

// spoken are the dimensions of the customer and the queue that an event says.
func (s *said) spoken() dimensions {
	return dimensions{programme: s.Programme, queue: s.Queue, campaign: s.Campaign, channel: s.Channel, direction: s.Direction, reason: s.ContactReason}
}

func callbackFacts(out facts, line []said, clock int64) {
	all := func(t event.Type) (list []said) {
		for _, e := range line {
			if e.Type == t {
				list = append(list, e)
			}
		}
		return list
	}
	requests := all(event.CallbackRequested)
	if len(requests) == 0 {
		return
	}
	stands := requests[0]
	for _, e := range requests[1:] {
		if e.Time <= stands.Due {
			stands = e
		}
	}
	asked, due := requests[0].Time, stands.Due
	book := func(at int64, name string, n int64) {
		if at <= clock {
			out.add(at, aggregator.GrainCallback, stands.spoken(), name, n)
		}
	}
	book(asked, "callbacks_asked", 1)
	book(due, "callbacks_due", 1)
	completed := all(event.CallbackCompleted)
	if len(completed) > 0 && completed[0].Time <= due+15*minute {
		book(max(completed[0].Time, due), "callbacks_kept", 1)
	}
	reached := false
	for _, e := range all(event.CallbackAttempted) {
		book(e.Time, "callbacks_tried", 1)
		if e.Result == event.ResultReached && !reached {
			reached = true
			book(e.Time, "callbacks_reached", 1)
			book(e.Time, "callback_delay_ms", max(0, e.Time-asked))
		}
	}
	for _, e := range line { // in order: whichever comes first
		if e.Type == event.CallbackCompleted {
			return
		}
		if e.Type == event.CallbackExpired {
			book(e.Time, "callbacks_expired", 1)
			return
		}
	}
}

func recordFacts(out facts, dials []said) {
	first := func(name string, is func(*said) bool) {
		var matching []said
		for i := range dials {
			if is(&dials[i]) {
				matching = append(matching, dials[i])
			}
		}
		if len(matching) == 0 {
			return
		}
		d := slices.MinFunc(matching, func(a, b said) int {
			x, y := a.spoken(), b.spoken()
			return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(x.programme, y.programme), cmp.Compare(x.queue, y.queue),
				cmp.Compare(x.channel, y.channel), cmp.Compare(x.direction, y.direction), cmp.Compare(x.reason, y.reason))
		})
		out.add(d.Time, aggregator.GrainOutbound, d.spoken(), name, 1)
	}
	first("records_tried", func(*said) bool { return true })
	first("records_reached", func(e *said) bool { return e.Result == event.ResultHuman && e.Reason == "" })
	first("records_invalid", func(e *said) bool { return e.Result == event.ResultInvalid })
}

func listFacts(out facts, line []said) {
	total := map[event.Type]int64{}
	names := map[event.Type]string{event.ListLoaded: "records_loaded", event.ListClosed: "records_closed"}
	for _, e := range line {
		n := e.Count.Or(0)
		out.add(e.Time, aggregator.GrainOutbound, e.spoken(), names[e.Type], n-total[e.Type])
		total[e.Type] = n
	}
}

func correctionFacts(out facts, r *rules, line []said) {
	grains := map[string]aggregator.Grain{}
	for g := aggregator.GrainContact; g.String() != ""; g++ {
		grains[g.String()] = g
	}
	calendar := zone.NewCalendar(zones[r.centre.Zone], r.centre.DayStartsAtMinutes)
	for i := range line {
		e := &line[i]
		d := e.spoken()
		d.advisor, d.team, d.homeTeam, d.site = e.Advisor, e.Team, e.homeTeam, e.Site
		d.line, d.workstation = e.Line, e.Workstation
		c, err := event.ParseCorrection(e.Data)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		for name, delta := range c.Measures {
			m, _ := indicator.ParseMeasure(name)
			k := key{at: e.Time, grain: grains[m.Info().Grain.String()], dims: unique.Make(d), name: name}
			if isOfSchedule(aggregator.MeasureKey(m)) {
				k.day = calendar.Day(e.Time)
			}
			out.addKey(k, delta)
		}
	}
}
