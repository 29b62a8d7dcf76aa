// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// What rules read of the hours to come: see the gauges of indicator that are live only. They are computed where a rule reads
// them, from integers that are the machine's and with arithmetic that is the same on every processor, and are no state.

const (
	// aheadMs is how far a breach of the service level is looked for.
	aheadMs = quarterMs
	// priorCalls is how much the usual demand weighs against that of the last five minutes, in calls: so few calls say little.
	priorCalls = 12
	// priorHandled is how much the usual handling time weighs against that of the last hour, in calls: in an incident the short
	// calls end first.
	priorHandled = 60
	// enoughCases is the least number of cases that say how long something takes.
	enoughCases = 30
	// usualPatienceMs is the patience of customers where too few gave up today to tell.
	usualPatienceMs = 180_000
	// usualTargetBp is the service level wanted where no target is set.
	usualTargetBp = 8000
	// maxOccupancyBp is how busy people may be, whatever the service level.
	maxOccupancyBp = 8800
	// sureBp is a service level of which nothing is feared.
	sureBp = 10_000
)

// foreseen are the gauges that are computed here.
var foreseen = [...]indicator.Gauge{indicator.GaugeStaffRequired, indicator.GaugeStaffRequiredC, indicator.GaugeStaffPresent, indicator.GaugePredictedServiceBp,
	indicator.GaugeServiceNeededBp, indicator.GaugeArrivals, indicator.GaugeUsualArrivals, indicator.GaugeDemandRarity, indicator.GaugeUnbalanced,
	indicator.GaugeEventsHeard, indicator.GaugeEventsRefused}

// foresight is what the rules of a world read of it.
type foresight struct {
	reads  [indicator.NumGauges]bool
	any    bool
	needed map[staffNeed]int64 // scratch: what Required gave, for the same load
}

// staffNeed is a load and what is wanted of it.
type staffNeed struct {
	indicator.Traffic
	targetBp int64
}

const maxStaffNeeds = 1 << 12

// readBy notes which gauges the rules in force read.
func (f *foresight) readBy(rules []*alerts.Rule) {
	*f = foresight{needed: f.needed}
	for _, g := range foreseen {
		for _, r := range rules {
			f.reads[g] = f.reads[g] || r.Reads(g)
		}
		f.any = f.any || f.reads[g]
	}
}

func (f *foresight) readsAny(list ...indicator.Gauge) bool {
	for _, g := range list {
		if f.reads[g] {
			return true
		}
	}
	return false
}

// foresee fills in the gauges of a queue.
func (v *windows) foresee(queue string, dst []int64) {
	w := v.w
	f := &w.foresight
	id, known := w.names.ids[queue]
	if !f.any || !known {
		dst[indicator.GaugePredictedServiceBp] = sureBp
		return
	}
	h := w.usual.known(id)
	if h == nil {
		h = &history{}
	}
	day, start := w.dayAt(v.at)
	sinceMs := v.at - start
	if f.readsAny(indicator.GaugeArrivals, indicator.GaugeUsualArrivals, indicator.GaugeDemandRarity) {
		compareDemand(h, day, sinceMs, dst)
	}
	dst[indicator.GaugeUnbalanced] = h.open - dst[indicator.GaugeWaiting]
	if f.reads[indicator.GaugeServiceNeededBp] {
		dst[indicator.GaugeServiceNeededBp] = v.serviceNeeded(queue, h, dst[indicator.GaugeWaiting])
	}
	dst[indicator.GaugePredictedServiceBp] = sureBp
	if f.readsAny(indicator.GaugeStaffRequired, indicator.GaugeStaffRequiredC, indicator.GaugeStaffPresent, indicator.GaugePredictedServiceBp) {
		v.foreseeService(queue, dst)
	}
}

// compareDemand says how unusual it is what came lately. Nobody knows when in its quarter of an hour a batch of letters comes:
// so a day has many only if it has more than usually until the quarter under way is over, and few only if it has less than
// usually before that quarter began.
func compareDemand(h *history, day int32, sinceMs int64, dst []int64) {
	quarter := sinceMs - sinceMs%quarterMs
	for i, look := range [...]int64{quarterMs, 4 * quarterMs} { // who has little needs longer to be missed
		from := max(quarter-look, 0)
		before, days := h.usually(day, from, quarter)
		until, _ := h.usually(day, from, quarter+quarterMs)
		seen := h.came(day, from, quarter+quarterMs) / 1000
		if i == 0 {
			dst[indicator.GaugeArrivals], dst[indicator.GaugeUsualArrivals] = seen, before/1000/max(days, 1)
			if many := indicator.Rarity(seen, until, days); many > 0 {
				dst[indicator.GaugeDemandRarity] = many
				return
			}
		}
		dst[indicator.GaugeDemandRarity] = min(dst[indicator.GaugeDemandRarity], indicator.Rarity(seen, before, days))
	}
}

// foreseeService says what the people of the queue's group can give, and how many it takes.
func (v *windows) foreseeService(queue string, dst []int64) {
	o, ok := v.outlook(queue)
	if !ok {
		return
	}
	dst[indicator.GaugeStaffPresent], dst[indicator.GaugeStaffRequired] = o.present, v.w.required(o.Traffic, o.targetBp)
	if v.w.foresight.reads[indicator.GaugeStaffRequiredC] {
		dst[indicator.GaugeStaffRequiredC] = v.w.required(o.endless(), o.targetBp)
	}
	if v.w.foresight.reads[indicator.GaugePredictedServiceBp] {
		dst[indicator.GaugePredictedServiceBp] = o.serviceBp()
	}
}

// outlook is the next quarter of an hour of a queue's group: its load, with contacts in thousandths, who waits already, who is
// there, and the service level that is wanted.
type outlook struct {
	staffNeed
	present, waiting int64
	serving          int64 // present, with who begins and without who ends a shift in that time
}

// outlook is not ok where it cannot be told: see traffic.
func (v *windows) outlook(queue string) (o outlook, ok bool) {
	lead := v.w.lead(v.w.names.ids[queue])
	if o.Traffic, o.waiting, ok = v.traffic(lead); !ok {
		return o, false
	}
	target, set := settings{v.w}.Target(indicator.ScopeQueue, queue, "service_level", v.at)
	if !set {
		target = usualTargetBp
	}
	o.targetBp = target
	o.present, o.serving = v.staff(lead)
	return o, true
}

// endless is the load with customers who never give up: Erlang C.
func (o *outlook) endless() indicator.Traffic {
	t := o.Traffic
	t.PatienceMs = 0
	return t
}

// serviceBp is the service level that those who serve can give. Who waits is served in that quarter of an hour, like who comes in it.
func (o *outlook) serviceBp() int64 {
	t := o.Traffic
	t.Contacts += o.waiting * 1000
	return t.With(int(o.serving)).ServiceBp()
}

// sampleStaffing fills in what Erlang says of the queues of a sample. It costs more than all other gauges together, so samples
// have it at quarters of an hour only.
func (w *World) sampleStaffing(at int64, sample []Gauge) {
	v := &windows{w: w, at: at, sample: sample}
	for i := range sample {
		g := &sample[i]
		if g.Scope != indicator.ScopeQueue {
			continue
		}
		if o, ok := v.outlook(w.Name(g.Name)); ok {
			g.Values[GaugeStaffRequired], g.Values[GaugeStaffRequiredC] = w.required(o.Traffic, o.targetBp), w.required(o.endless(), o.targetBp)
			g.Values[GaugeStaffPresent], g.Values[GaugePredictedServiceBp] = o.present, o.serviceBp()
		}
	}
}

// required is how many people a load takes. The load is rounded, so that the same is asked for again and again.
func (w *World) required(t indicator.Traffic, targetBp int64) int64 {
	round := func(n, to int64) int64 { return (n + to/2) / to * to }
	t.Contacts, t.HandleMs, t.PatienceMs, t.WithinMs = round(t.Contacts, 500), round(t.HandleMs, 2000), round(t.PatienceMs, 5000), round(t.WithinMs, 500)
	key := staffNeed{t, targetBp}
	n, known := w.foresight.needed[key]
	if !known {
		if w.foresight.needed == nil {
			w.foresight.needed = map[staffNeed]int64{}
		}
		if len(w.foresight.needed) >= maxStaffNeeds {
			clear(w.foresight.needed)
		}
		people, _ := t.Required(targetBp, maxOccupancyBp)
		n = int64(people)
		w.foresight.needed[key] = n
	}
	return n
}

// traffic is the load of the next quarter of an hour on a group, with contacts in thousandths, and who waits. ok is false where
// it cannot be told: for anything but calls, of which one person has one at a time, and where too little is known.
func (v *windows) traffic(lead ID) (t indicator.Traffic, waiting int64, ok bool) {
	w := v.w
	var last5m, last15m, hour, today, usualHandled, usualWorkMs int64
	var usualLast, usualNext, days int64
	t.WithinMs = never
	day, start := w.dayAt(v.at)
	since := v.at - start
	var ringMs, offers, workMs, patienceMs, gaveUp int64
	for _, queue := range w.cfg.group(w.names.name(lead)) {
		rule, _ := w.queueAt(queue, v.at)
		if ch := w.names.name(rule.channel); ch != "" && ch != event.ChannelVoice {
			return t, 0, false
		}
		t.WithinMs = min(t.WithinMs, int64(rule.thresholdMs))
		sums := v.sums(queue, Window5m)
		last5m += sums[indicator.Offered]
		last15m += v.sums(queue, Window15m)[indicator.Offered]
		sums = v.sums(queue, Window1h)
		hour += sums[indicator.Handled]
		workMs += sums[indicator.TalkMs] + sums[indicator.HoldMs] + sums[indicator.WrapMs]
		sums = v.sums(queue, WindowToday)
		today += sums[indicator.Handled]
		ringMs, offers = ringMs+sums[indicator.RingMs], offers+sums[indicator.Offers]
		patienceMs += sums[indicator.WaitAnsweredMs] + sums[indicator.WaitAbandonedMs]
		gaveUp += sums[indicator.Abandoned] - sums[indicator.AbandonedShort]
		waiting += v.gauge(indicator.ScopeQueue, queue, GaugeWaiting)
		if id, known := w.names.ids[queue]; known && w.usual.known(id) != nil {
			h := w.usual.known(id)
			n, ms := h.work()
			usualHandled, usualWorkMs = usualHandled+n, usualWorkMs+ms
			milli, d := h.usually(day, since-5*minuteMs, since)
			usualLast, days = usualLast+milli, max(days, d)
			milli, _ = h.usually(day, since, since+aheadMs)
			usualNext += milli
		}
	}
	if usualHandled < enoughCases {
		return t, 0, false
	}
	t.HandleMs = (priorHandled*(usualWorkMs/usualHandled) + workMs) / (priorHandled + hour)
	ring := ringMs / max(offers, 1)
	t.HandleMs += ring
	t.WithinMs = max(t.WithinMs-ring, 0)
	t.PatienceMs = usualPatienceMs
	if gaveUp >= enoughCases {
		t.PatienceMs = patienceMs / gaveUp
	}
	t.IntervalMs = aheadMs * 1000
	t.Contacts = last15m * 1000
	if days >= 2 {
		usualLast, usualNext = usualLast/days, usualNext/days
		t.Contacts = usualNext * (last5m + priorCalls) * 1000 / (usualLast + priorCalls*1000)
	}
	return t, waiting, today >= enoughCases || days >= 2
}

// serviceNeeded is the share of the rest of the day that must be answered in time for the day to end at its target; 0 without
// a target or past weeks. A day that is busier than usual is taken to go on so.
func (v *windows) serviceNeeded(queue string, h *history, waiting int64) int64 {
	w := v.w
	target, set := settings{w}.Target(indicator.ScopeQueue, queue, "service_level", v.at)
	day, start := w.dayAt(v.at)
	since := v.at - start
	rest, days := h.usually(day, since, 25*hourMs)
	if !set || days < 2 {
		return 0
	}
	rest /= days
	soFar, _ := h.usually(day, 0, since)
	if came := h.came(day, 0, since-since%quarterMs+quarterMs); came*days > soFar && soFar > 0 {
		rest = rest * (came / 1000) / max(soFar/days/1000, 1)
	}
	sums := v.sums(queue, WindowToday)
	return indicator.Needed(sums[indicator.SlMet], sums[indicator.SlDue], rest/1000+waiting, target)
}

// sums are those of a queue's window, valid until the next call.
func (v *windows) sums(queue string, win Window) *[indicator.NumMeasures]int64 {
	v.w.Measures(indicator.ScopeQueue, queue, win, false, v.scratch[:])
	return &v.scratch
}

// gauge is one gauge of the sample.
func (v *windows) gauge(kind indicator.ScopeKind, scope string, g GaugeKind) int64 {
	if i, found := v.row(kind, scope); found {
		return v.sample[i].Values[g]
	}
	return 0
}

// staff counts the advisors of a group over the next quarter of an hour. Present are those who are busy for one of its queues or free
// for one, without the part of it in which their schedules have them off the queues, and with who comes back from there. Serving are
// these with the shifts that begin and end in it, too.
func (v *windows) staff(lead ID) (present, serving int64) {
	w := v.w
	if !v.counted {
		v.counted = true
		clear(w.staffMs)
		for _, a := range w.advisors {
			if a != nil {
				w.countStaff(a, v.at)
			}
		}
	}
	if int(lead) >= len(w.staffMs) {
		return 0, 0
	}
	people := func(ms int64) int64 { return (max(ms, 0) + aheadMs/2) / aheadMs }
	ms := &w.staffMs[lead]
	return people(ms.present), people(ms.present + ms.shifts)
}

// staffTime is time of advisors in the next quarter of an hour: of those present, and what shifts add and take away.
type staffTime struct{ present, shifts int64 }

func (w *World) countStaff(a *advisor, at int64) {
	s := &a.cur
	now := s.now()
	switch {
	case now == timeNone:
		if ms := a.begins(at); ms > 0 {
			w.addServed(a, at, staffTime{shifts: ms}, (*shift).serves)
		}
		return
	case isBreak(now):
		if ms := a.returns(at); ms > 0 {
			w.addServed(a, at, staffTime{present: ms}, (*shift).serves)
		}
		return
	case !isQueueTime(now):
		return
	}
	off, gone := a.leaves(at)
	ms := staffTime{present: aheadMs - off, shifts: -gone}
	if now == timeAvailable {
		w.addServed(a, at, ms, func(s *shift, q *shiftQueue) bool { return s.serves(q) && !s.pausedIn(q) })
		return
	}
	for i := range s.legs {
		l := &s.legs[i]
		if queue := cmp.Or(l.dims.Queue, l.queue); queue != 0 && !l.monitor {
			w.addStaff(w.lead(queue), ms)
			return // who has several contacts is one person
		}
	}
}

// addServed adds a part of an advisor to each group that can give them a contact.
func (w *World) addServed(a *advisor, at int64, ms staffTime, gives func(*shift, *shiftQueue) bool) {
	w.servedNow = w.servedNow[:0]
	w.eachServed(a, at, gives, func(queue ID) {
		if lead := w.lead(queue); !slices.Contains(w.servedNow, lead) {
			w.servedNow = append(w.servedNow, lead)
			w.addStaff(lead, ms)
		}
	})
}

// serves tells that the advisor is a member of a queue; on a break, too.
func (s *shift) serves(q *shiftQueue) bool { return q.member }

// eachServed calls visit with the queues that can give an advisor a contact: of those that a source tells the ones that give, or else,
// unless a campaign has the advisor, those of the skill map.
func (w *World) eachServed(a *advisor, at int64, gives func(*shift, *shiftQueue) bool, visit func(queue ID)) {
	s := &a.cur
	if !s.anyMember() {
		if s.campaign == 0 {
			w.eachSkill(a.name, at, visit)
		}
		return
	}
	for i := range s.queues {
		if q := &s.queues[i]; gives(s, q) {
			visit(q.queue)
		}
	}
}

func (w *World) addStaff(lead ID, ms staffTime) {
	for len(w.staffMs) <= int(lead) {
		w.staffMs = append(w.staffMs, staffTime{})
	}
	w.staffMs[lead].present += ms.present
	w.staffMs[lead].shifts += ms.shifts
}

// lead is the queue that stands for the staffing group of a queue: the first of it.
func (w *World) lead(queue ID) ID {
	return orID(w.cfg.leads[w.names.name(queue)], queue)
}

// group lists the queues of the group that a queue stands for.
func (c *config) group(lead string) []string {
	if list := c.groups[lead]; list != nil {
		return list
	}
	return []string{lead}
}
