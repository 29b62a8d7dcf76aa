// SPDX-License-Identifier: Apache-2.0

package aggregator

// Who will be there. Present is who is on queue, minus planned breaks: somebody who goes to lunch in five minutes serves a third of
// the next quarter of an hour. And whoever is on a break now and is planned to be back in ten minutes serves a third of it, too:
// where breaks are staggered as many come back as go, and counting only those who go would miss people who are not missing. The
// begin and the end of a shift are no break: who has not come yet is believed when they log in.

// leaves is how much of the next quarter of an hour the schedule of somebody on queue has for anything but customers: breaks, meals,
// meetings, training.
func (a *advisor) leaves(at int64) int64 {
	offMs, _ := a.plan.ahead(at, at+aheadMs)
	return offMs
}

// lateBackMs is how much later than planned somebody may be back from a break who was still with a customer when it began.
const lateBackMs = 10 * minuteMs

// returns is how much of the next quarter of an hour somebody off the queues is planned to be back for; 0 for whoever is not on a
// planned break, or should long have been back from it.
func (a *advisor) returns(at int64) int64 {
	if a.plan.at(at).activity != planElse && a.plan.at(at-lateBackMs).activity != planElse {
		return 0
	}
	_, backMs := a.plan.ahead(at, at+aheadMs)
	return backMs
}

// isBreak tells what people come back from by themselves: not from another kind of work, and not from a broken workplace.
func isBreak(c category) bool {
	return c != timeNone && !isQueueTime(c) && c != timeBackoffice && c != timeTechnical && c != timeMonitor
}

// ahead adds up what is planned in [from, to): time off the queues, and time for contacts. Where two shift dates overlap, the time
// is counted once at most.
func (p *plan) ahead(from, to int64) (offMs, productiveMs int64) {
	p.each(from, func(x planned) bool {
		if ms := min(x.to, to) - max(x.from, from); ms > 0 {
			switch x.activity {
			case planElse:
				offMs += ms
			case planProductive:
				productiveMs += ms
			}
		}
		return int64(x.date)*dayMs <= to+dayMs // a later date begins later
	})
	return min(offMs, to-from), min(productiveMs, to-from)
}

// breakMs is by how much the next quarter of an hour of an advisor differs from now because of planned breaks: more for one that
// begins, less for one that ends.
func (a *advisor) breakMs(at int64) int64 {
	switch now := a.cur.now(); {
	case isQueueTime(now):
		return a.leaves(at)
	case isBreak(now):
		return -a.returns(at)
	}
	return 0
}
