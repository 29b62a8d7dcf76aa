// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// The rules of items: messages that wait for a reply
//
// 20. An item begins at its first item.created, which says its queue, programme, campaign, channel and direction; all that its
//     other events say happened then at the earliest. Without one it was open before, and begins at its first event, with what
//     that one says; it gives no contact, no first reply, and, until it is reopened, no duration and no limit.
// 21. A cycle goes from the beginning, or a reopening of a closed item, to the first solution, drop or merger after it. What an
//     open or a closed item cannot do has no effect; replies count up to a merger, after which nothing does.
// 22. A pause goes from the first item.parked of an item that is not parked to the resumption or the end of the cycle.
// 23. The limit of a cycle is the queue's when the event that begins it was said to happen, from its begin, in opening hours or working days. Each pause that begins at or before
//     it moves it by the opening time of the pause, to its end at the earliest; one that goes on holds it off. The first human reply of the cycle, or its
//     solution, meets a limit that is not before it. A drop at or before the limit makes it void.
// 24. A complaint, by the last word said, has the same once for its acknowledgement (any reply or the solution, ten working days)
//     and its answer (the first end of a cycle, end of the day two months later). Pauses do not matter.
// 25. A fact is the advisor's whom the event names, or who had the item then: the last assigned. Its reason is the first said.
//     What outcomes say is the last replier's, or the last assigned one's, at the item's beginning.

func isItem(t event.Type) bool { return t >= event.ItemCreated && t <= event.ItemMerged }

// file is all that is known of one item.
type file struct {
	out   facts
	hours openingRule
	clock int64

	began   int64
	opening bool
	origin  said   // the event that begins it
	line    []said // item events and classifications that count, in order, none before began
	cycles  []*cycle
	replies []int // of line, by humans
	merged  bool
	saidAt  map[string]int64 // when an event says that it happened
}

type cycle struct {
	from, to int64 // to: far while it is open
	begins   *said
	end      *said
	known    bool // its begin
	pauses   [][2]int64
	reply    int64 // the first by a human; far when there is none
}

// itemFacts are the facts of one item: all its events up to the clock, in order, outcomes included.
func itemFacts(out facts, r *rules, all []said, clock int64) {
	f := &file{out: out, clock: clock, saidAt: map[string]int64{}}
	if !f.start(all) {
		return
	}
	f.hours = r.openingOf(r.queueAt(f.origin.Queue, f.origin.Time))
	f.live()
	f.bookCycles(r)
	f.bookReplies()
	f.bookComplaint()
	f.bookOutcomes(all)
}

// start is rule 20.
func (f *file) start(all []said) bool {
	found := false
	for _, e := range all {
		if e.Type == event.ItemCreated {
			f.origin, found = e, true
			break
		}
	}
	for _, e := range all {
		if !found && isItem(e.Type) {
			f.origin, f.opening, found = e, true, true
		}
	}
	f.began = f.origin.Time
	for _, e := range all {
		if isItem(e.Type) || e.Type == event.ContactClassified {
			f.saidAt[e.ID] = e.Time
			e.Time = max(e.Time, f.began)
			f.line = append(f.line, e)
		}
	}
	return found
}

// live is rules 21 and 22.
func (f *file) live() {
	f.cycles = []*cycle{{from: f.began, to: far, begins: &f.origin, known: !f.opening, reply: far}}
	now := f.cycles[0]
	parked := false
	unpark := func(at int64) {
		if parked {
			now.pauses[len(now.pauses)-1][1] = at
		}
		parked = false
	}
	for i := range f.line {
		e := &f.line[i]
		if f.merged {
			break
		}
		open := now.to == far
		switch e.Type {
		case event.ItemParked:
			if open && !parked {
				now.pauses, parked = append(now.pauses, [2]int64{e.Time, far}), true
			}
		case event.ItemResumed:
			if open && parked {
				f.add(e, e.Time, "parked_ms", e.Time-now.pauses[len(now.pauses)-1][0])
				unpark(e.Time)
			}
		case event.ItemReplied:
			if e.Kind != event.KindAutomatic {
				f.replies = append(f.replies, i)
				if open {
					now.reply = min(now.reply, e.Time)
				}
			}
		case event.ItemAssigned:
			if open {
				f.add(e, e.Time, "items_assigned", 1)
			}
		case event.ItemSolved, event.ItemDropped, event.ItemMerged:
			f.merged = e.Type == event.ItemMerged
			if open {
				if parked {
					f.add(e, e.Time, "parked_ms", e.Time-now.pauses[len(now.pauses)-1][0])
					parked = false // the pause stays as it is: nothing resumed it
				}
				now.to, now.end = e.Time, e
			}
		case event.ItemReopened:
			if !open {
				now = &cycle{from: e.Time, to: far, begins: e, known: true, reply: far}
				f.cycles = append(f.cycles, now)
				f.add(e, e.Time, "items_reopened", 1)
			}
		}
	}
}

// had are the dimensions at event number i, before what it says itself of an advisor.
func (f *file) had(i int) dimensions {
	o := &f.origin
	d := dimensions{programme: o.Programme, queue: o.Queue, campaign: o.Campaign, channel: o.Channel, direction: o.Direction}
	if !f.opening {
		d.reason = o.ContactReason
	}
	for j := range f.line[:i+1] {
		e := &f.line[j]
		d.reason = cmp.Or(d.reason, e.ContactReason)
		if e.Type == event.ItemAssigned && f.isOpen(j) {
			d.advisor, d.team, d.homeTeam, d.site = e.Advisor, e.Team, e.homeTeam, e.Site
		}
		if e.Type == event.ItemMerged {
			break
		}
	}
	return d
}

// isOpen tells whether event number i finds the item open.
func (f *file) isOpen(i int) bool {
	open := true
	for j := range i {
		switch f.line[j].Type {
		case event.ItemSolved, event.ItemDropped:
			open = false
		case event.ItemReopened:
			open = true
		case event.ItemMerged:
			return false
		}
	}
	return open
}

// who are the dimensions of a fact of an event.
func (f *file) who(e *said) dimensions {
	i := slices.IndexFunc(f.line, func(x said) bool { return x.ID == e.ID })
	d := f.had(i)
	if e.Advisor != "" {
		d.advisor, d.team, d.homeTeam, d.site = e.Advisor, e.Team, e.homeTeam, e.Site
	}
	return d
}

func (f *file) add(e *said, at int64, name string, n int64) {
	f.out.add(at, aggregator.GrainDeferred, f.who(e), name, n)
}

// heldAt are the dimensions when a limit passes: all events of that instant have been.
func (f *file) heldAt(at int64) dimensions {
	i := -1
	for j := range f.line {
		if f.line[j].Time <= at {
			i = j
		}
	}
	return f.had(i)
}

// atBegin are the dimensions of the item's beginning: nobody has it yet.
func (f *file) atBegin() dimensions {
	d := f.had(-1)
	if f.opening {
		d.reason = f.had(slices.IndexFunc(f.line, func(x said) bool { return x.ID == f.origin.ID })).reason
	}
	return d
}

func (f *file) bookCycles(r *rules) {
	d := f.atBegin()
	if f.opening {
		f.out.add(f.began, aggregator.GrainDeferred, d, "items_opening", 1)
	} else {
		f.out.add(f.began, aggregator.GrainDeferred, d, "items_created", 1)
		f.out.add(f.began, aggregator.GrainContact, d, "contacts", 1)
		if f.origin.Customer != "" {
			f.out.add(f.began, aggregator.GrainContact, d, "contacts_identified", 1)
		}
	}
	for i, c := range f.cycles {
		if c.end != nil && c.end.Type == event.ItemSolved {
			f.add(c.end, c.to, "items_solved", 1)
			if c.known {
				f.add(c.end, c.to, "solve_ms", c.to-c.from)
				f.add(c.end, c.to, "solve_business_ms", f.worked(c.from, c.to))
			}
			if !slices.ContainsFunc(f.cycles[:i], func(b *cycle) bool { return b.end.Type == event.ItemSolved }) {
				f.bookBase(c)
			}
		} else if c.end != nil {
			f.add(c.end, c.to, "items_dropped", 1)
		}
		if c.known {
			f.bookDue(r, c)
		}
	}
}

// worked is the opening time between two instants for which the item was not parked.
func (f *file) worked(from, to int64) int64 {
	ms := f.hours.between(from, to)
	for _, c := range f.cycles {
		for _, p := range c.pauses {
			ms -= f.hours.between(max(p[0], from), min(p[1], to, c.to))
		}
	}
	return ms
}

// bookBase books that a repeat could be seen of the item.
func (f *file) bookBase(c *cycle) {
	if f.opening || f.origin.Direction != "" && f.origin.Direction != event.DirectionInbound {
		return
	}
	replied, identified, at := false, f.origin.Customer != "", slices.IndexFunc(f.line, func(x said) bool { return x.ID == c.end.ID })
	for i, e := range f.line[:at+1] {
		replied = replied || slices.Contains(f.replies, i)
		identified = identified || isItem(e.Type) && e.Customer != ""
	}
	if replied && identified {
		f.out.add(c.to, aggregator.GrainContact, f.who(c.end), "repeat_base", 1)
	}
}

// bookDue is rule 23.
func (f *file) bookDue(r *rules, c *cycle) {
	rule := r.queueAt(f.origin.Queue, f.saidAt[c.begins.ID])
	limit := int64(0)
	switch {
	case rule.DueBusinessMs > 0:
		limit = f.hours.after(c.from, rule.DueBusinessMs)
	case rule.DueWorkingDays > 0:
		limit = f.hours.workingDayEnd(c.from, rule.DueWorkingDays)
	default:
		return
	}
	for _, p := range c.pauses {
		if p[0] <= limit && p[1] == far {
			limit = far
		} else if p[0] <= limit {
			limit = max(f.hours.after(limit, f.hours.between(p[0], p[1])), p[1])
		}
	}
	met := c.reply
	if c.end != nil && c.end.Type == event.ItemSolved {
		met = min(met, c.to)
	}
	switch {
	case met <= limit && met != far:
		e := f.first(func(e *said) bool {
			return e.Time == met && e.Time >= c.from && (e == c.end || e.Type == event.ItemReplied && e.Kind != event.KindAutomatic && f.inside(e, c))
		})
		f.add(e, met, "items_due", 1)
		f.add(e, met, "items_met", 1)
	case limit <= f.clock && (c.to > limit || c.end.Type == event.ItemSolved):
		f.out.add(limit, aggregator.GrainDeferred, f.heldAt(limit), "items_due", 1)
	}
}

// inside tells whether an event is between the begin and the end of a cycle, in the order of the timeline.
func (f *file) inside(e *said, c *cycle) bool {
	index := func(x *said) int { return slices.IndexFunc(f.line, func(y said) bool { return y.ID == x.ID }) }
	after := c == f.cycles[0] || index(e) > index(c.begins)
	return after && (c.end == nil || index(e) < index(c.end))
}

func (f *file) first(is func(*said) bool) *said {
	for i := range f.line {
		if is(&f.line[i]) {
			return &f.line[i]
		}
	}
	return nil
}

func (f *file) bookReplies() {
	for n, i := range f.replies {
		e := &f.line[i]
		f.add(e, e.Time, "replies", 1)
		if n > 0 || f.opening {
			continue
		}
		f.add(e, e.Time, "items_first_replied", 1)
		f.add(e, e.Time, "reply_ms", e.Time-f.began)
		f.add(e, e.Time, "reply_business_ms", f.worked(f.began, e.Time))
		f.add(e, e.Time, "reply_business_bins "+strconv.Itoa(int(indicator.BinOf(f.worked(f.began, e.Time)))), 1)
		f.out.add(e.Time, aggregator.GrainContact, f.who(e), "contacts_answered", 1)
	}
}

// bookComplaint is rule 24.
func (f *file) bookComplaint() {
	word := func(e *said) string {
		if e.Type == event.ItemCreated || e.Type == event.ContactClassified {
			return e.Complaint
		}
		return ""
	}
	if f.opening || lastWord(f.line, word) != event.Yes {
		return
	}
	book := func(name string, limit int64, by *said) {
		switch {
		case by != nil && by.Time <= limit && (by.Type == event.ItemDropped || by.Type == event.ItemMerged):
		case by != nil && by.Time <= limit:
			f.add(by, by.Time, name+"_due", 1)
			f.add(by, by.Time, name+"_met", 1)
		case limit <= f.clock:
			f.out.add(limit, aggregator.GrainDeferred, f.heldAt(limit), name+"_due", 1)
		}
	}
	closed := f.cycles[0].end
	ack := f.first(func(e *said) bool { return e.Type == event.ItemReplied || e == closed })
	book("complaint_ack", f.hours.workingDayEnd(f.began, 10), ack)
	book("complaint_reply", f.hours.monthsEnd(f.began, 2), closed)
}

// bookOutcomes books what is said of the item beside its timeline: rules 9 and 10, and 25.
func (f *file) bookOutcomes(all []said) {
	s := &story{out: f.out}
	things := map[[2]string][]said{}
	for _, e := range all {
		id := [2]string{outcomeFamily(e.Type), e.Object}
		if e.Type == event.ItemCreated && e.Complaint != "" {
			id[0] = event.ContactClassified.String()
		}
		switch id[0] {
		case "":
			continue
		case "contact.recorded":
			id[1] = e.Advisor
		case "contact.disposed", "contact.classified":
			id[1] = ""
		}
		things[id] = append(things[id], e)
	}
	for id, words := range things {
		d := f.whose(words, all)
		switch id[0] {
		case "contact.disposed":
			s.bookDisposition(words[len(words)-1], d)
		case "sale":
			s.bookSale(words, d)
		case "contact.classified":
			s.bookClassification(words, f.began, d)
		default:
			s.bookQuality(id[0], words, f.began, d)
		}
	}
}

// whose are the dimensions of a thing of which the words speak.
func (f *file) whose(words, all []said) dimensions {
	d := f.had(len(f.line) - 1)
	var hands []dimensions // the last replier's, then the last assigned one's
	for _, i := range slices.Backward(f.replies) {
		if h := f.who(&f.line[i]); h.advisor != "" {
			hands = append(hands, h)
			break
		}
	}
	if d.advisor != "" {
		hands = append(hands, d)
	}
	if len(hands) > 0 {
		d.advisor, d.team, d.homeTeam, d.site = hands[0].advisor, hands[0].team, hands[0].homeTeam, hands[0].site
	}
	for _, e := range all {
		if saysOutcome(e.Type) || e.Type == event.ItemCreated && e.Complaint != "" {
			d.programme, d.channel, d.reason = cmp.Or(d.programme, e.Programme), cmp.Or(d.channel, e.Channel), cmp.Or(d.reason, e.ContactReason)
			d.direction, d.campaign = cmp.Or(d.direction, e.Direction), cmp.Or(d.campaign, e.Campaign)
		}
	}
	queue := lastWord(words, func(e *said) string { return e.Queue })
	advisor := lastWord(words, func(e *said) string { return e.Advisor })
	d.campaign = cmp.Or(lastWord(words, func(e *said) string { return e.Campaign }), d.campaign)
	d.queue = cmp.Or(queue, d.queue)
	if queue != "" || advisor != "" {
		i := slices.IndexFunc(hands, func(h dimensions) bool {
			return (advisor == "" || h.advisor == advisor) && (queue == "" || h.queue == "" || h.queue == queue)
		})
		if i >= 0 {
			h := hands[i]
			if queue == "" && h.queue != "" {
				d.queue = h.queue
			}
			d.advisor, d.team, d.homeTeam, d.site = h.advisor, h.team, h.homeTeam, h.site
		} else if advisor != "" {
			for _, e := range words {
				if e.Advisor != "" {
					d.advisor, d.team, d.homeTeam, d.site = e.Advisor, e.Team, e.homeTeam, e.Site
				}
			}
		}
	}
	d.team = cmp.Or(lastWord(words, func(e *said) string { return e.ownTeam }), d.team)
	d.site = cmp.Or(lastWord(words, func(e *said) string { return e.ownSite }), d.site)
	return d
}
