// SPDX-License-Identifier: Apache-2.0

package aggregator

// Who will be there. Present is who is on queue, minus planned breaks: somebody who goes to lunch in five minutes serves a third of
// the next quarter of an hour. And whoever is on a break now and is planned to be back in ten minutes serves a third of it, too:
// where breaks are staggered as many come back as go, and counting only those who go would miss people who are not missing.
//
// Whoever has not come yet is not present. But what the next quarter of an hour will be like depends on them: a prediction that
// leaves out the shift that begins in five minutes calls somebody for nothing every morning.

// leaves is how much of the next quarter of an hour the schedule of somebody on queue has for anything but customers, and how much
// of it lies after the end of their shift.
func (a *advisor) leaves(at int64) (offMs, goneMs int64) {
	offMs, productiveMs := a.plan.ahead(at, at+aheadMs)
	if a.plan.at(at).expects() && a.plan.at(at+aheadMs-1).activity == unplanned {
		goneMs = aheadMs - offMs - productiveMs
	}
	return offMs, goneMs
}

// begins is how much of the next quarter of an hour somebody who is not there is planned to serve; 0 for whoever should have come.
func (a *advisor) begins(at int64) int64 {
	if a.plan.at(at).activity != unplanned {
		return 0
	}
	_, productiveMs := a.plan.ahead(at, at+aheadMs)
	return productiveMs
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
		offMs, _ := a.leaves(at)
		return offMs
	case isBreak(now):
		return -a.returns(at)
	}
	return 0
}
