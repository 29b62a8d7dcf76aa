// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"container/heap"
	"fmt"
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

const (
	listKeptMs    = 28 * dayMs // what is left of a list is given up after that
	toldFromHour  = 9          // each hour from then on a campaign tells how many records are closed ...
	toldToHour    = 23         // ... until everybody has gone home
	maxTriesAList = 4          // of one record
)

// campaign is the life of an outbound campaign.
type campaign struct {
	*Campaign
	s        *simulation
	org      *organisation.Campaign
	calendar *organisation.Calendar
	regions  []*region
	people   *people
	crew     []*advisor // who may work on it, by id
	dice     *dice      // of the list being loaded

	open  bool
	lists []*list // newest last
	due   retries
	lines int // dialled by machine, without a result yet
	wake  *alarm
}

// list is what was loaded at once.
type list struct {
	id       string
	loadedAt event.Millis
	records  []*record
	fresh    int // records before this one were taken to be dialled
	closed   int
	told     int // closed, as was told last
}

// record is one entry of a list: a customer to be called.
type record struct {
	list     *list
	id       string
	customer int
	home     home
	dice     *dice

	partner                                   int // calls by another centre lately
	invalid, withdrawn, refused, undocumented bool

	tries   int
	reached bool
	closed  bool
	promise *promise // to call again, not kept yet
	due     event.Millis
	order   int // in its list
}

// buildCampaigns makes the campaigns and their crews.
func (s *simulation) buildCampaigns() error {
	for i := range s.spec.Campaigns {
		spec := &s.spec.Campaigns[i]
		c := &campaign{Campaign: spec, s: s}
		for j := range s.spec.Organisation.Campaigns {
			if o := &s.spec.Organisation.Campaigns[j]; o.ID == spec.Campaign {
				c.org = o
			}
		}
		c.calendar = s.calendarNamed(c.org.Calendar)
		c.people = s.peopleOf(c.org.Programme)
		for j := range spec.Regions {
			r, err := s.newRegion(&spec.Regions[j])
			if err != nil {
				return fmt.Errorf("campaign %s: %w", spec.Campaign, err)
			}
			c.regions = append(c.regions, r)
		}
		s.campaigns = append(s.campaigns, c)
	}
	for i := range s.spec.Crews {
		crew := &s.spec.Crews[i]
		for _, id := range crew.Advisors {
			a := s.advisor(id)
			for _, name := range crew.Campaigns {
				c := s.campaign(name)
				a.campaigns = append(a.campaigns, c)
				c.crew = append(c.crew, a)
			}
		}
	}
	for _, c := range s.campaigns {
		slices.SortFunc(c.crew, func(a, b *advisor) int { return cmp.Compare(a.id, b.id) })
	}
	return nil
}

func (s *simulation) campaign(id string) *campaign {
	for _, c := range s.campaigns {
		if c.org.ID == id {
			return c
		}
	}
	return nil
}

func (c *campaign) preview() bool { return c.org.Kind == event.KindPreview }

// outbound is the process of the campaigns.
type outbound struct{ s *simulation }

// openDay sets when each campaign runs on a day, when its list comes and when it tells how far it is.
func (o outbound) openDay(day int32) {
	s := o.s
	s.dials, s.outcomes = 0, 0
	for _, c := range s.campaigns {
		spans := c.hours(day)
		if len(spans) == 0 {
			continue
		}
		if weekday(day) == c.List.On || len(c.lists) == 0 {
			s.clock.at(s.wall.at(day, c.List.At), func() { c.load(day) })
		}
		for _, h := range spans {
			s.clock.at(s.wall.at(day, h.From), func() { c.setOpen(true) })
			s.clock.at(s.wall.at(day, h.To), func() { c.setOpen(false) })
		}
		for hour := toldFromHour; hour <= toldToHour; hour++ {
			s.clock.at(s.wall.at(day, hour*60), c.tellClosed)
		}
	}
}

// hours returns when the campaign runs on a day, in minutes after midnight.
func (c *campaign) hours(day int32) []event.Span {
	spans := c.calendar.Open(dateOf(day), weekday(day))
	if len(spans) > 0 && c.Hours != (event.Span{}) {
		return []event.Span{c.Hours}
	}
	return spans
}

func (c *campaign) setOpen(open bool) {
	c.open = open
	for _, a := range c.crew {
		a.reconsider()
	}
}

// load brings a new list.
func (c *campaign) load(day int32) {
	s := c.s
	c.giveUp()
	c.dice = s.dailyDice("list "+c.org.ID, day)
	date := dateOf(day)
	l := &list{id: c.org.ID + "-" + string(date[0:4]+date[5:7]+date[8:10]), loadedAt: s.clock.now}
	seen := map[int]bool{}
	for i := range c.List.Records {
		customer := c.dice.below(c.List.People)
		for seen[customer] {
			customer = c.dice.below(c.List.People)
		}
		seen[customer] = true
		l.records = append(l.records, c.newRecord(l, i, customer))
	}
	c.lists = append(c.lists, l)
	e := c.listEvent(event.ListLoaded, l, len(l.records))
	s.say(sourceDialler, e)
	s.truth.campaign(c).Loaded += int64(len(l.records))
	s.truth.Lists = append(s.truth.Lists, &LoadedList{ID: l.id, Campaign: c.org.ID, At: s.clock.now, Records: int64(len(l.records))})
}

func (c *campaign) newRecord(l *list, i, customer int) *record {
	d := c.dice.child()
	r := &record{list: l, id: fmt.Sprintf("%s-%05d", l.id, i+1), customer: customer, home: c.homeOf(customer), dice: d, order: i}
	r.invalid, r.withdrawn, r.refused = d.chance(c.List.Invalid), d.chance(c.List.Withdrawn), d.chance(c.List.Refused)
	r.undocumented = d.chance(c.List.Undocumented)
	if d.chance(c.List.Partner) {
		r.partner = 1 + d.below(maxCallsPerMonth)
	}
	return r
}

func (c *campaign) listEvent(t event.Type, l *list, count int) event.Event {
	return event.Event{Type: t, Campaign: c.org.ID, Object: l.id, Count: event.NumberOf(int64(count))}
}

// giveUp closes what is left of lists that are four weeks old.
func (c *campaign) giveUp() {
	for len(c.lists) > 0 && c.lists[0].loadedAt <= c.s.clock.now-listKeptMs {
		for _, r := range c.lists[0].records {
			c.closeRecord(r)
		}
		c.tellClosed()
		c.lists = c.lists[1:]
	}
}

// tellClosed tells of each list how many records are done with, if there are more than when it was told last.
func (c *campaign) tellClosed() {
	for _, l := range c.lists {
		if l.closed > l.told {
			l.told = l.closed
			c.s.say(sourceDialler, c.listEvent(event.ListClosed, l, l.closed))
		}
	}
}

func (c *campaign) closeRecord(r *record) {
	if r.closed {
		return
	}
	r.closed = true
	if r.promise != nil {
		c.breakPromise(r.promise)
		r.promise = nil
	}
	r.list.closed++
	c.s.truth.campaign(c).Closed++
}

// take is the record to be dialled next: one whose time has come, then a fresh one of the newest list; nil when there is
// none now.
func (c *campaign) take() *record {
	for len(c.due) > 0 && (c.due[0].due <= c.s.clock.now || c.due[0].closed) {
		if r := heap.Pop(&c.due).(*record); !r.closed {
			return r
		}
	}
	for _, l := range slices.Backward(c.lists) {
		if l.fresh < len(l.records) {
			l.fresh++
			return l.records[l.fresh-1]
		}
	}
	c.wakeUp()
	return nil
}

// wakeUp looks again when the next record is due.
func (c *campaign) wakeUp() {
	c.wake.cancel()
	c.wake = nil
	if len(c.due) > 0 {
		c.wake = c.s.clock.at(c.due[0].due, c.rouse)
	}
}

// runningCampaign is the campaign that the advisor is to work on now; nil when there is none, the lines need help, or another team
// has borrowed the advisor.
func (a *advisor) runningCampaign() *campaign {
	if a.helping || a.lent(a.s.clock.now) != "" {
		return nil
	}
	for _, c := range a.campaigns {
		if c.open {
			return c
		}
	}
	return nil
}

// assign puts the advisor on a campaign, or, with nil, on the lines. Somebody who was not ready is free from now on.
func (a *advisor) assign(c *campaign) {
	if a.campaign != c {
		a.account()
		a.dropStudy()
		a.campaign = c
	}
	if a.state != stateReady {
		a.freeSince = a.s.clock.now
	}
}

func (a *advisor) standByFor(c *campaign) {
	a.assign(c)
	a.enterState(stateReady, "")
	c.standBy(a)
}

func (a *advisor) campaignID() string {
	if a.campaign == nil {
		return ""
	}
	return a.campaign.org.ID
}

// rouse gives work to everybody who is free for the campaign.
func (c *campaign) rouse() {
	c.dialAhead()
	for _, a := range c.crew {
		if a.freeFor(c) {
			c.study(a)
		}
	}
}

// again plans another call of a record, if the law and the list allow one.
func (c *campaign) again(r *record, at event.Millis) {
	if r.tries >= maxTriesAList || r.partner+c.people.called(r.customer, c.s.clock.now) >= maxCallsPerMonth {
		c.closeRecord(r)
		return
	}
	c.putBack(r, at)
}

// putBack keeps a record for later.
func (c *campaign) putBack(r *record, at event.Millis) {
	r.due = at
	heap.Push(&c.due, r)
}

// retries is records that will be dialled again, the next one first.
type retries []*record

func (q retries) Len() int      { return len(q) }
func (q retries) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q retries) Less(i, j int) bool {
	a, b := q[i], q[j]
	return cmp.Or(cmp.Compare(a.due, b.due), cmp.Compare(a.list.id, b.list.id), cmp.Compare(a.order, b.order)) < 0
}

// Push is for container/heap.
func (q *retries) Push(x any) { *q = append(*q, x.(*record)) }

// Pop is for container/heap.
func (q *retries) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return last
}
