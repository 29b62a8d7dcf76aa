// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

// calendars are opening hours that begin and end in the middle of what the generator tells, and give queues limits in them.
func (g *generator) calendars(r *rules) {
	loc := zones[r.centre.Zone]
	hours := func() string {
		var parts []string
		at := time.UnixMilli(g.s.from).In(loc)
		minute := max(0, at.Hour()*60+at.Minute()-g.IntN(10))
		for range 1 + g.IntN(3) {
			from := minute + g.IntN(3)
			minute = from + 1 + g.IntN(6)
			if minute > 24*60 {
				break
			}
			parts = append(parts, fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, minute/60, minute%60))
			minute++
		}
		if len(parts) == 0 {
			return "00:00-24:00"
		}
		return strings.Join(parts, ",")
	}
	week := map[string]string{}
	for _, name := range event.Weekdays {
		if g.IntN(7) > 0 {
			week[name] = hours()
		}
	}
	week["monday"] = hours()
	c := event.CalendarConfig{Calendar: "days", Hours: week}
	if g.IntN(3) == 0 {
		c.Closed = []string{time.UnixMilli(g.s.from + g.Int64N(3)*24*hour).In(loc).Format(time.DateOnly)}
	}
	if g.IntN(3) == 0 {
		c.Exceptional = map[string]string{time.UnixMilli(g.s.from + g.Int64N(3)*24*hour).In(loc).Format(time.DateOnly): hours()}
	}
	r.calendars = []event.CalendarConfig{c}
	for i := range r.queues {
		q := &r.queues[i]
		if g.IntN(4) > 0 {
			q.Calendar = "days"
		}
		kind := g.IntN(4)
		if q.Calendar == "" || q.Channel != "" { // nothing is due there
			kind = 3
		}
		switch kind {
		case 0:
			q.DueWorkingDays = 1 + g.IntN(2)
		case 1, 2:
			q.DueBusinessMs = []int64{second, 20 * second, minute, 3 * minute}[g.IntN(4)]
		}
	}
}

var itemTypes = []event.Type{event.ItemCreated, event.ItemCreated, event.ItemAssigned, event.ItemAssigned, event.ItemParked, event.ItemParked,
	event.ItemResumed, event.ItemReplied, event.ItemReplied, event.ItemSolved, event.ItemSolved, event.ItemDropped, event.ItemReopened,
	event.ItemReopened, event.ItemMerged, event.ContactClassified, event.SurveyAnswered, event.EvaluationSubmitted, event.SaleRecorded,
	event.ContactDisposed}

// items is what happens to messages: believable lives, and what no source should say.
func (g *generator) items(n int) {
	for i := range 1 + g.IntN(3) {
		if g.IntN(3) > 0 {
			g.itemLife(fmt.Sprintf("i%d", i))
		}
	}
	for range g.IntN(n) {
		g.item(pick(g, itemTypes), fmt.Sprintf("i%d", g.IntN(3)), g.instant())
	}
}

// itemLife is a message from its creation on, at times of the timeline.
func (g *generator) itemLife(id string) {
	at := g.instant()
	step := func() int64 {
		d := g.Int64N(max((g.s.from+g.spanMs-at)/3, 1))
		at += d - d%min(g.gridMs, 1000)
		return at
	}
	say := func(t event.Type) {
		if g.IntN(12) > 0 {
			g.item(t, id, step())
		}
	}
	g.item(event.ItemCreated, id, at-[]int64{0, 0, 0, 20 * 24 * hour}[g.IntN(4)])
	for range 1 + g.IntN(2) {
		say(event.ItemAssigned)
		if g.IntN(2) == 0 {
			say(event.ItemParked)
			say(event.ItemResumed)
		}
		if g.IntN(4) > 0 {
			say(event.ItemReplied)
		}
		say(pick(g, []event.Type{event.ItemSolved, event.ItemSolved, event.ItemDropped}))
		say(event.ItemReopened)
	}
}

func (g *generator) item(t event.Type, id string, at int64) {
	e := event.Event{Type: t, Contact: id, Time: at}
	switch {
	case saysOutcome(t):
		e = g.outcome(t)
		e.Contact, e.Time = id, at
	case t == event.ItemCreated:
		e.Queue, e.Complaint = pick(g, genQueues), g.sometimes(3, pick(g, event.Answers))
	case t == event.ItemAssigned:
		e.Advisor = pick(g, genAdvisors)
	case t == event.ItemReplied:
		e.Kind, e.Advisor = g.sometimes(3, pick(g, event.ReplyKinds)), g.sometimes(2, pick(g, genAdvisors))
	case t == event.ItemParked:
		e.Reason = "customer"
	case t == event.ItemDropped:
		e.Reason = pick(g, event.DroppedReasons)
	case t == event.ItemMerged:
		e.Target = "i9"
	}
	if isItem(t) && e.Queue == "" {
		e.Queue = g.sometimes(3, pick(g, genQueues))
	}
	g.add(e)
}

// newItemTimeline is a timeline of messages alone, over days: with what a day is late, and with the limits of complaints.
func newItemTimeline(seed uint64) *timeline {
	r := rand.New(rand.NewPCG(seed, 0x6974656d73))
	g := &generator{Rand: r, s: &timeline{}}
	g.spanMs = []int64{20 * hour, 3 * 24 * hour, 3 * 24 * hour, 3 * 24 * hour, 5 * 24 * hour, 16 * 24 * hour}[r.IntN(6)]
	g.gridMs = []int64{1, minute, hour}[r.IntN(3)]
	g.s.lateMs = []int64{minute, 3 * hour}[r.IntN(2)]
	g.s.from = monday + r.Int64N(24)*hour
	g.s.rules = g.rules()
	g.longCalendar(&g.s.rules)
	g.items(40)
	g.withinHorizons()
	g.s.end = g.s.from + g.spanMs + g.s.lateMs + g.Int64N(3*24*hour)
	if r.IntN(50) == 0 {
		g.s.end += 70 * 24 * hour // until after the two months
	}
	return g.s
}

// withinHorizons takes away what the machine does not promise: a creation a day after the item was heard of, an outcome hours
// before its item.
func (g *generator) withinHorizons() {
	heard := map[string]int64{}
	for _, e := range g.s.events {
		if at, is := heard[e.Contact]; isItem(e.Type) && (!is || e.Time < at) {
			heard[e.Contact] = e.Time
		}
	}
	g.s.events = slices.DeleteFunc(g.s.events, func(e event.Event) bool {
		return e.Type == event.ItemCreated && e.Time > heard[e.Contact]+20*hour || saysOutcome(e.Type) && e.Time < heard[e.Contact]
	})
}

// longCalendar has hours that a centre may have.
func (g *generator) longCalendar(r *rules) {
	c := &r.calendars[0]
	c.Hours = map[string]string{"saturday": "09:00-12:00"}
	for _, name := range event.Weekdays[:5] {
		c.Hours[name] = pick(g, []string{"08:00-20:00", "09:00-12:00,14:00-18:00", "00:00-24:00"})
	}
	for i := range r.queues {
		if q := &r.queues[i]; q.DueBusinessMs > 0 {
			q.DueBusinessMs = []int64{hour, 8 * hour, 30 * hour}[g.IntN(3)]
		}
	}
}
