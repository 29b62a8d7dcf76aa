// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"
	"slices"

	"github.com/vigie-kpi/vigie/event"
)

const (
	coverStepMs = 5 * minuteMs
	coverSteps  = 2 * dayMs / coverStepMs // a day's shifts end on the next one
)

// cover is the planner's table of a day: for those who serve the same queues, how many are there in each five minutes and
// how many the calls expected take. Lunches, breaks and files go where it can best spare somebody.
type cover struct {
	s      *simulation
	start  event.Millis
	groups map[string]*coverGroup
}

// coverGroup is the people whose first queue is the same.
type coverGroup struct {
	queues []*queue // that one of them or another serves
	there  [coverSteps]int
	need   []float64 // heads; worked out when it is first asked for
}

func newCover(s *simulation, day int32) *cover {
	return &cover{s: s, start: s.startOf(day), groups: map[string]*coverGroup{}}
}

// group is an advisor's: the first queue's, or the team's for those who serve none.
func (c *cover) group(a *advisor) *coverGroup {
	key := "team " + a.home
	if len(a.queues) > 0 {
		key = a.queues[0].id
	}
	g := c.groups[key]
	if g == nil {
		g = &coverGroup{}
		c.groups[key] = g
	}
	return g
}

// add plans an advisor's shift.
func (c *cover) add(a *advisor, sh *shift) {
	g := c.group(a)
	for _, q := range a.queues {
		if !slices.Contains(g.queues, q) {
			g.queues = append(g.queues, q)
		}
	}
	if !sh.known {
		c.change(a, sh.from, sh.to, 1)
	}
}

// takeAway plans that an advisor is away from the lines.
func (c *cover) takeAway(a *advisor, sh *shift, seg *segment) {
	if !sh.known {
		c.change(a, seg.from, seg.to, -1)
	}
}

func (c *cover) change(a *advisor, from, to event.Millis, by int) {
	g := c.group(a)
	for i := max(0, (from-c.start)/coverStepMs); i < min(coverSteps, (to-c.start+coverStepMs-1)/coverStepMs); i++ {
		if !c.elsewhere(a, i) {
			g.there[i] += by
		}
	}
}

// elsewhere tells whether a campaign has the advisor in a step.
func (c *cover) elsewhere(a *advisor, step int64) bool {
	at := c.start + step*coverStepMs
	if len(a.campaigns) == 0 || a.lent(at) != "" {
		return false
	}
	day, minute := c.s.wall.minuteOf(at)
	return slices.ContainsFunc(a.campaigns, func(o *campaign) bool {
		return slices.ContainsFunc(o.hours(day), func(h event.Span) bool { return minute >= h.From && minute < h.To })
	})
}

// best is the first of the starts from, from+stepMs ... to of an absence that is missed least, and of those at which the
// shift has nothing planned; false when there is none.
func (c *cover) best(a *advisor, sh *shift, from, to event.Millis, stepMs, lengthMs int64) (at event.Millis, found bool) {
	g := c.group(a)
	if g.need == nil {
		g.need = c.heads(g)
	}
	least := math.Inf(1)
	for t := from; t <= to; t += stepMs {
		if !sh.fits(t, t+lengthMs) {
			continue
		}
		if missed := c.missed(a, (t-c.start)/coverStepMs, (t+lengthMs-c.start+coverStepMs-1)/coverStepMs); missed < least {
			at, least, found = t, missed, true
		}
	}
	return at, found
}

// missed is how short of people the steps are on average, in units of the chance variation of the work at hand; nobody misses who
// is not on the lines then.
func (c *cover) missed(a *advisor, from, to int64) float64 {
	g := c.group(a)
	var sum float64
	for i := max(0, from); i < min(coverSteps, to); i++ {
		if !c.elsewhere(a, i) {
			sum += (g.need[i] - float64(g.there[i])) / math.Sqrt(g.need[i]+1)
		}
	}
	return sum / float64(to-from)
}

// heads is how many people the calls expected take: those who talk, the square root of them because calls do not come evenly, and
// those who are kept free.
func (c *cover) heads(g *coverGroup) []float64 {
	need := make([]float64, coverSteps)
	for i := range need {
		day, minute := c.s.wall.minuteOf(c.start + int64(i)*coverStepMs)
		var busy, kept float64
		for _, q := range g.queues {
			l := c.s.lines[q.id]
			if l == nil {
				continue
			}
			if calls := l.expected(day, minute); calls > 0 {
				busy += float64(calls*l.handleMs()) / float64(halfHourMin*minuteMs*int64(max(1, l.Slots)))
				kept += float64(l.Reserve)
			}
		}
		need[i] = busy + math.Sqrt(busy) + kept
	}
	return need
}

// handleMs is how long a call of the line takes on average.
func (l *line) handleMs() float64 {
	var mean float64
	for i := range l.Reasons {
		mean += float64(l.Reasons[i].Share * l.Reasons[i].Handle.Mean())
	}
	return mean
}
