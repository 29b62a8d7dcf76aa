// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/vigie-kpi/vigie/event"

const (
	halfHourMin = 30
	// Calls of a half-hour are drawn this much before it, because the voice menu comes before the queue.
	menuLeadMs = 3 * minuteMs
)

// line is the life of a voice queue.
type line struct {
	*Line
	queue *queue
	dice  *dice // today's arrivals
	pool  *pool
	known []*memory // by reason: who was served lately
}

func (s *simulation) buildLines() {
	for i := range s.spec.Lines {
		spec := &s.spec.Lines[i]
		q := s.queue(spec.Queue)
		q.simulated, q.priority, q.reserve, q.slots = true, spec.Priority, spec.Reserve, spec.Slots
		l := &line{Line: spec, queue: q, pool: s.poolOf(q.programme)}
		for range spec.Reasons {
			l.known = append(l.known, &memory{})
		}
		s.lines[q.id] = l
	}
}

// customers is the process of those who call.
type customers struct{ s *simulation }

func newCustomers(s *simulation) *customers { return &customers{s} }

// openDay draws the calls of a business day, half-hour by half-hour of the wall clock.
func (c *customers) openDay(day int32) {
	s := c.s
	begin, end := s.wall.calendar.Bounds(day)
	for i := range s.spec.Lines {
		l := s.lines[s.spec.Lines[i].Queue]
		l.dice = s.dailyDice("line "+l.Queue, day)
		for t := begin; t < end; t += halfHourMin * minuteMs {
			s.clock.at(t-menuLeadMs, func() { s.halfHour(l, t) })
		}
	}
}

// halfHour draws the calls that enter the queue in the half-hour from t on. Where the rate is constant the gaps of a
// Poisson process are exponential; at a change of the rate it begins anew, for it has no memory.
func (s *simulation) halfHour(l *line, t event.Millis) {
	day, minute := s.wall.minuteOf(t)
	end := t + halfHourMin*minuteMs
	rate := l.expected(day, minute)
	if rate == 0 {
		s.closedHalfHour(l, day, minute, t)
		return
	}
	for t < end {
		until, factor := s.rateUntil(l, t, end)
		mean := float64(halfHourMin*minuteMs) / (rate * factor)
		for at := float64(t) + l.dice.exponential(mean); at < float64(until); at += l.dice.exponential(mean) {
			s.arrive(l, event.Millis(at), factor)
		}
		t = until
	}
}

// expected is how many calls enter in the half-hour that begins at a minute of a day; 0 when the line is closed.
func (l *line) expected(day int32, minute int) float64 {
	slot := (minute - l.FirstMinute) / halfHourMin
	if minute < l.FirstMinute || slot >= len(l.PerHalfHour) {
		return 0
	}
	for _, h := range l.queue.hours(day) {
		if minute >= h.From && minute < h.To {
			return l.PerHalfHour[slot] * l.weekdayFactor(day)
		}
	}
	return 0
}

func (l *line) weekdayFactor(day int32) float64 {
	if l.Weekdays == [7]float64{} {
		return 1
	}
	return l.Weekdays[weekday(day)]
}

// rateUntil tells by what the expected rate is multiplied at t, and until when at most.
func (s *simulation) rateUntil(l *line, t, end event.Millis) (until event.Millis, factor float64) {
	until, factor = end, 1
	for i := range s.plot.surges {
		x := &s.plot.surges[i]
		switch {
		case x.Queue != l.Queue:
		case x.has(t):
			factor *= x.Factor
			until = min(until, x.to)
		case x.from > t:
			until = min(until, x.from)
		}
	}
	return until, factor
}

// closedHalfHour draws those who call in the hour before opening and in the hour after closing.
func (s *simulation) closedHalfHour(l *line, day int32, minute int, t event.Millis) {
	near := false
	for _, h := range l.queue.hours(day) {
		near = near || minute+60 >= h.From && minute < h.From || minute >= h.To && minute < h.To+60
	}
	if !near || l.Closed == 0 {
		return
	}
	for range l.dice.poisson(l.Closed * l.weekdayFactor(day) / 2) {
		s.clock.at(t+l.dice.ms(0, halfHourMin*minuteMs), func() {
			c := s.newCall(l, l.dice, originFirst)
			c.start()
			c.refuse(event.RefusedClosed)
		})
	}
}

// arrive sets a call that will enter the queue at an instant, after the voice menu. The calls that the menu keeps come on
// top: each entry brings as many of them, on average, as their share says.
func (s *simulation) arrive(l *line, at event.Millis, factor float64) {
	s.menuCalls(l, at)
	reason := s.drawReason(l, at, factor)
	stay := s.drawStay(l)
	s.clock.at(at-stay, func() {
		c := s.newCall(l, l.dice, originFirst)
		if reason >= 0 {
			c.reason = reason
		}
		c.start()
		c.openMenu()
		s.clock.at(at, func() {
			if s.message(c) {
				c.leaveMenu(event.MenuServed)
				return
			}
			c.passMenu()
			c.enter(l.queue, false)
		})
	})
}

func (s *simulation) drawStay(l *line) int64 {
	if l.Menu.Stay == nil {
		return 0
	}
	return min(drawMs(l.Menu.Stay, l.dice), menuLeadMs-minuteMs)
}

// menuCalls draws the calls that end in the menu: where a share p of all calls ends there, p/(1-p) come with each that
// goes on.
func (s *simulation) menuCalls(l *line, at event.Millis) {
	ends := l.Menu.Served + l.Menu.HungUp
	if ends == 0 {
		return
	}
	for range l.dice.poisson(ends / (1 - ends)) {
		how := event.MenuLeft
		if l.dice.chance(l.Menu.Served / ends) {
			how = event.MenuServed
		}
		stay := s.drawStay(l)
		s.clock.at(at+l.dice.ms(-minuteMs, minuteMs)-stay, func() {
			c := s.newCall(l, l.dice, originFirst)
			c.start()
			c.openMenu()
			s.clock.after(stay, func() { c.leaveMenu(how) })
		})
	}
}

// drawReason is the reason of the calls that a surge brings; -1: any.
func (s *simulation) drawReason(l *line, at event.Millis, factor float64) int {
	if factor <= 1 || !l.dice.chance(1-1/factor) {
		return -1
	}
	for i := range s.plot.surges {
		if x := &s.plot.surges[i]; x.Queue == l.Queue && x.has(at) {
			return l.reasonNamed(x.Reason)
		}
	}
	return -1
}

func (l *line) reasonNamed(name string) int {
	for i := range l.Reasons {
		if l.Reasons[i].Name == name {
			return i
		}
	}
	return -1
}

// message tells whether the message about an incident is enough for a caller.
func (s *simulation) message(c *call) bool {
	for i := range s.plot.surges {
		x := &s.plot.surges[i]
		if x.Queue == c.line.Queue && x.message.has(s.clock.now) && c.reason == c.line.reasonNamed(x.Reason) {
			return c.line.dice.chance(x.Served)
		}
	}
	return false
}
