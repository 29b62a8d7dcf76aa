// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"slices"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// The rules of an advisor's wall clock
//
//  1. Each instant from the advisor's first event on belongs to one category, or to none. A leg comes before the state:
//     a conversation, then listening in, then ringing, then after-contact work.
//  2. A leg is an offer (ringing), a connection (a conversation, or listening in) or the work after a release. It begins
//     once: said again while it is open, it changes nothing. It ends with the event that answers to it, newest first, or
//     at its limit.
//  3. The advisor is logged in while member of a queue, or after a log-in without a queue, or, if no source has told of
//     log-ins yet, from the first sign of work on. A log-out ends all three. Leaving the last queue is a log-out.
//  4. Logged in, the advisor is not ready when every queue joined is paused, by a word on that queue or on all,
//     whichever came last. The category is that of the last reason given. Without queues only the word on all counts.
//  5. Time is booked per minute, at the minute's start, to the team that the last event up to the instant named, or the
//     membership that began or ended since. A minute is booked when it is over, or as far as it has gone when the team
//     changes in it.
//  6. Whoever is logged in and of whose state and contacts nothing is said for 24 hours is logged out, and it counts as if
//     no source had told of log-ins. What is said at that very instant comes after it.
//
// oracle_load_test.go shares this time over the contacts, oracle_schedule_test.go holds it against the schedules.

// concernsTime tells the types that say something about an advisor's time.
func concernsTime(t event.Type) bool {
	switch t {
	case event.AdvisorState, event.AdvisorOffered, event.AdvisorMissed, event.AdvisorCancelled, event.AdvisorConnected,
		event.AdvisorReleased, event.AdvisorTransferred, event.AdvisorWrapped, event.AdvisorCapacity:
		return true
	}
	return false
}

// occupation is a leg of rule 2.
type occupation struct {
	contact, queue string
	category       string
	from, to       int64 // to: the limit at first, then the end
	opened, ended  int   // event numbers; ended is len(line) while nothing ended it

	announced int // the event that says what the leg is about: its offer, or the connection that had none
	connected int // the event that connected it, or -1
}

// diary answers questions about one advisor's timeline.
type diary struct {
	rules *rules
	line  []said
	legs  []occupation
}

func advisorFacts(out facts, r *rules, name string, line []said, clock int64) {
	d := &diary{rules: r, line: line}
	for i := range line {
		d.read(i)
	}
	d.gaps(out, name)
	instants := d.boundaries(d.booked(clock))
	for i, from := range instants[:max(len(instants)-1, 0)] {
		to := instants[i+1]
		known := d.eventsUpTo(from)
		category := d.category(known, from)
		if category == "" {
			continue
		}
		dims := placeOf(name, &line[known-1])
		out.add(from-from%minute, aggregator.GrainTime, dims, category+"_ms", to-from)
		out.add(from-from%minute, aggregator.GrainTime, dims, "logged_ms", to-from)
		d.shareLoad(out, name, category, known, from, to)
		d.useSlots(out, dims, category, known, from, to)
		d.produce(out, dims, category, known, from, to)
	}
}

// placeOf are the dimensions of an advisor's time, as an event has them.
func placeOf(name string, e *said) dimensions {
	return dimensions{advisor: name, team: e.Team, homeTeam: e.homeTeam, site: e.Site}
}

// booked is up to when time is booked (rule 5).
func (d *diary) booked(clock int64) int64 {
	booked := clock - clock%minute
	for i := range d.line {
		if d.teamChanges(i) {
			booked = max(booked, d.line[i].Time)
		}
	}
	return booked
}

// teamChanges tells whether event number i names another team, home team or site than the one before; the
// first, than the membership.
func (d *diary) teamChanges(i int) bool {
	before := d.rules.read(event.Event{Advisor: d.line[i].Advisor, Time: d.line[i].Time - 1})
	if i > 0 {
		before = d.line[i-1]
	}
	return placeOf("", &before) != placeOf("", &d.line[i])
}

// boundaries are the instants at which anything can change, up to the last one that is booked.
func (d *diary) boundaries(last int64) []int64 {
	first := d.line[0].Time
	all := []int64{last}
	for _, e := range d.line {
		all = append(all, e.Time)
	}
	for _, l := range d.legs {
		all = append(all, l.to)
	}
	for m := first - first%minute; m <= last; m += minute {
		all = append(all, m)
	}
	all = slices.DeleteFunc(all, func(at int64) bool { return at < first || at > last })
	slices.Sort(all)
	return slices.Compact(all)
}

func (d *diary) eventsUpTo(at int64) int {
	n := 0
	for n < len(d.line) && d.line[n].Time <= at {
		n++
	}
	return n
}

// category is rule 1, of an instant and the number of events up to it.
func (d *diary) category(known int, at int64) string {
	open := map[string]bool{}
	for _, l := range d.open(known, at) {
		open[l.category] = true
	}
	for _, c := range []string{"on_contact", "monitor", "ringing", "wrapping"} {
		if open[c] {
			return c
		}
	}
	switch {
	case !d.loggedIn(known):
		return ""
	case d.paused(known):
		return d.lastReason(known)
	}
	return "available"
}

// open are the legs that are open at an instant, after the first `known` events.
func (d *diary) open(known int, at int64) (open []occupation) {
	for _, l := range d.legs {
		if l.opened < known && at >= l.from && at < l.to {
			open = append(open, l)
		}
	}
	return open
}

// read finds the legs (rule 2).
func (d *diary) read(i int) {
	switch e := &d.line[i]; e.Type {
	case event.AdvisorOffered:
		d.begin(i, "ringing", ringLimit, occupation{announced: i, connected: -1})
	case event.AdvisorConnected:
		announced := i
		if offer := d.end(i, "ringing"); offer != nil {
			announced = offer.announced
		}
		category := "on_contact"
		if listens(e.Kind) {
			category = "monitor"
		}
		d.begin(i, category, e.limitMs, occupation{announced: announced, connected: i})
	case event.AdvisorMissed, event.AdvisorCancelled:
		d.end(i, "ringing")
	case event.AdvisorReleased:
		if talk := d.end(i, "on_contact", "monitor"); talk != nil && e.Kind == event.KindWrapping {
			d.begin(i, "wrapping", wrapLimit, occupation{announced: talk.announced, connected: talk.connected})
		}
	case event.AdvisorTransferred:
		d.end(i, "on_contact", "monitor")
	case event.AdvisorWrapped:
		d.end(i, "wrapping")
	}
}

// find returns the newest open leg of the event's contact in one of the categories.
func (d *diary) find(e *said, categories ...string) *occupation {
	for i := range slices.Backward(d.legs) {
		l := &d.legs[i]
		queuesAgree := l.queue == e.Queue || l.queue == "" || e.Queue == ""
		if l.ended == len(d.line) && e.Time < l.to && l.contact == e.Contact && queuesAgree && slices.Contains(categories, l.category) {
			return l
		}
	}
	return nil
}

func (d *diary) begin(i int, category string, limitMs int64, leg occupation) {
	e := &d.line[i]
	same := []string{category}
	if category == "on_contact" || category == "monitor" {
		same = []string{"on_contact", "monitor"}
	}
	if d.find(e, same...) != nil {
		return
	}
	leg.contact, leg.queue, leg.category = e.Contact, e.Queue, category
	leg.from, leg.to, leg.opened, leg.ended = e.Time, e.Time+limitMs, i, len(d.line)
	d.legs = append(d.legs, leg)
}

// end ends the leg that answers to event number i, and returns it.
func (d *diary) end(i int, categories ...string) *occupation {
	l := d.find(&d.line[i], categories...)
	if l == nil {
		return nil
	}
	l.to, l.ended = d.line[i].Time, i
	ended := *l
	return &ended
}

// The questions about the state are asked of the first `known` events, and look back from there.

// loggedOutAt is the number of the last log-out from everything, -1 if there was none.
func (d *diary) loggedOutAt(known int) int {
	return d.lastBefore(known, func(e *said) bool { return e.Queue == "" && e.State == event.StateOffline })
}

// lastBefore is the number of the last state event before `known` that matches, or -1.
func (d *diary) lastBefore(known int, match func(*said) bool) int {
	for i := known - 1; i >= 0; i-- {
		if e := &d.line[i]; e.Type == event.AdvisorState && match(e) {
			return i
		}
	}
	return -1
}

// memberOf tells whether the last word on the queue, since the last log-out, is not that the advisor left it.
func (d *diary) memberOf(queue string, known int) bool {
	i := d.lastBefore(known, func(e *said) bool { return e.Queue == queue })
	return i > d.loggedOutAt(known) && d.line[i].State != event.StateOffline
}

func (d *diary) queuesJoined(known int) (joined []string) {
	for _, e := range d.line[:known] {
		if e.Type == event.AdvisorState && e.Queue != "" && !slices.Contains(joined, e.Queue) && d.memberOf(e.Queue, known) {
			joined = append(joined, e.Queue)
		}
	}
	return joined
}

// loggedIn is rule 3: the last log-out of either kind decides, and what came since.
func (d *diary) loggedIn(known int) bool {
	if len(d.queuesJoined(known)) > 0 {
		return true
	}
	out := d.lastBefore(known, func(*said) bool { return true })
	for out >= 0 && !d.isLogOut(out) {
		out = d.lastBefore(out, func(*said) bool { return true })
	}
	for i := out + 1; i < known; i++ {
		if d.isLogIn(i) {
			return true
		}
	}
	return false
}

func (d *diary) isLogOut(i int) bool {
	e := &d.line[i]
	return e.State == event.StateOffline && (e.Queue == "" || len(d.queuesJoined(i+1)) == 0)
}

// isLogIn tells a log-in without a queue while no queue is joined, and a first sign of work from a source that has not
// told of log-ins.
func (d *diary) isLogIn(i int) bool {
	e := &d.line[i]
	switch e.Type {
	case event.AdvisorState:
		if e.Queue != "" || e.State == event.StateOffline {
			return false
		}
		if e.State == event.StateAvailable {
			return len(d.queuesJoined(i)) == 0
		}
	case event.AdvisorOffered, event.AdvisorConnected, event.AdvisorMissed, event.AdvisorCancelled:
	default:
		return false
	}
	told := d.lastBefore(i, func(e *said) bool { return e.State != event.StatePaused })
	return told < 0 || d.line[told].silence
}

// withSilences is rule 6: a line in order, with a log-out wherever somebody fell silent up to the clock.
func withSilences(line []said, clock int64) (all []said) {
	heard := far
	listen := func(now int64) {
		if heard == far || heard+24*hour > now {
			return
		}
		d := &diary{line: all}
		if d.loggedIn(len(all)) {
			out := all[len(all)-1] // of the same team
			out.Event = event.Event{Type: event.AdvisorState, State: event.StateOffline, Time: heard + 24*hour,
				Advisor: out.Advisor, Team: out.Team, Site: out.Site}
			out.silence = true
			all = append(all, out)
		}
		heard = far
	}
	for _, e := range line {
		listen(e.Time)
		all = append(all, e)
		if e.Type != event.ConfigAdvisor && e.Type != event.AdvisorCapacity {
			heard = e.Time
		}
	}
	listen(clock)
	return all
}

// paused is rule 4.
func (d *diary) paused(known int) bool {
	joined := d.queuesJoined(known)
	for _, queue := range joined {
		if !d.pausedBy(known, func(e *said) bool { return e.Queue == queue || e.Queue == "" }) {
			return false
		}
	}
	return len(joined) > 0 || d.pausedBy(known, func(e *said) bool { return e.Queue == "" })
}

// pausedBy tells whether the last word that matches, since the last log-out, is a pause.
func (d *diary) pausedBy(known int, match func(*said) bool) bool {
	i := d.lastBefore(known, match)
	return i > d.loggedOutAt(known) && d.line[i].State == event.StatePaused
}

func (d *diary) lastReason(known int) string {
	i := d.lastBefore(known, func(e *said) bool { return e.State == event.StatePaused })
	return d.rules.category(d.line[i].Reason)
}
