// SPDX-License-Identifier: Apache-2.0

package aggregator

import "github.com/vigie-kpi/vigie/indicator"

// Adherence: what an advisor was to do, held against what they did.
//
//   - Planned is the time of a schedule in which the advisor is expected: not absences. planned_productive_ms is the part
//     for contacts and back-office work. Absences count when they are paid, as paid_ms does.
//   - An instant of planned time is adherent when the kind of what is done is that of what is planned: for contacts or in
//     back-office work; or logged in for anything else. Which break, meal, training or meeting does not matter.
//   - A contact that began in productive time and runs beyond it is an overrun, until it and its after-work are over; if
//     something else is planned by then, that time is adherent all the same. Of several contacts the oldest decides.
//   - What is left is a deviation. One that lasts three minutes at most and begins or ends where the plan changes is
//     forgiven, as a whole; a longer one counts from its first second.
//
// A deviation is not adherent until it is known to be forgiven: then adherent_ms is booked at its minutes.

// graceMs is how late or early one may be.
const graceMs = 3 * minuteMs

// judge hears an advisor's time, stretch by stretch, in order.
type judge struct {
	since  int64 // where the deviation under way began; 0 = there is none
	border bool  // it began where the plan changes, or went on through such a place
	long   bool  // it is beyond forgiving
	pieces []piece
}

// piece is a part of a deviation that may be forgiven: at most those of four minutes, and of changes of team in them.
type piece struct {
	minute, ms int64
	date       int32
	place
}

// judgement is what one schedule made of a part of a minute.
type judgement struct {
	plannedMs, productiveMs, paidMs, adherentMs, overrunMs, absentMs, missingMs int64
}

// hear takes what was done in a minute or, when the team changes in it, in a part of it.
func (j *judge) hear(p *plan, doings []stretch, minute int64, version uint32, dims *Dims, out *rows) {
	var v judgement
	date := int32(0)
	for _, s := range doings {
		for s.from < s.to {
			x := p.at(s.from)
			end := min(s.to, p.until(s.from, x))
			part := s
			part.to, s.from = end, end
			over := part.doing == doingWork && x.activity != planProductive && j.overruns(p, &part, &x)
			if x.date != date {
				v.book(date, minute, version, dims, out)
				v, date = judgement{}, x.date
			}
			fits := over || part.doing.fits(x.wants())
			v.add(&part, &x, over, fits)
			if x.expects() {
				j.weigh(p, &part, &x, fits, minute, version, dims, out)
			}
		}
	}
	v.book(date, minute, version, dims, out)
}

// overruns tells whether work began in productive time. Beyond the schedule it takes the date of that time.
func (j *judge) overruns(p *plan, part *stretch, x *planned) bool {
	began := p.at(part.since)
	if began.activity != planProductive {
		return false
	}
	if x.activity == unplanned {
		x.date = began.date
	}
	return true
}

func (v *judgement) add(part *stretch, x *planned, over, fits bool) {
	ms := part.to - part.from
	if x.paid {
		v.paidMs += ms
		switch x.activity {
		case planAbsent:
			v.absentMs += ms
		case planMissing:
			v.missingMs += ms
		}
	}
	if over {
		v.overrunMs += ms
	}
	if !x.expects() {
		return
	}
	v.plannedMs += ms
	if x.activity == planProductive {
		v.productiveMs += ms
	}
	if fits {
		v.adherentMs += ms
	}
}

func (v *judgement) book(date int32, minute int64, version uint32, dims *Dims, out *rows) {
	if *v == (judgement{}) {
		return
	}
	out.begin(minute, GrainTime, version, dims)
	out.list[len(out.list)-1].day = date
	out.add(indicator.PaidMs, v.paidMs)
	out.add(indicator.PlannedMs, v.plannedMs)
	out.add(indicator.PlannedProductiveMs, v.productiveMs)
	out.add(indicator.AdherentMs, v.adherentMs)
	out.add(indicator.OverrunMs, v.overrunMs)
	out.add(indicator.AbsentPlannedMs, v.absentMs)
	out.add(indicator.AbsentUnplannedMs, v.missingMs)
	out.end()
}

// weigh follows deviations through planned time.
func (j *judge) weigh(p *plan, part *stretch, x *planned, fits bool, minute int64, version uint32, dims *Dims, out *rows) {
	if fits {
		if j.since != 0 {
			j.close(j.border || p.isBorder(part.from), version, dims, out)
		}
		return
	}
	if j.since == 0 {
		j.since, j.border, j.long = part.from, false, false
	}
	j.border = j.border || p.isBorder(part.from)
	j.long = j.long || part.to-j.since > graceMs
	if !j.long {
		j.pieces = append(j.pieces, piece{minute, part.to - part.from, x.date, place{dims.Team, dims.HomeTeam, dims.Site}})
	}
	if !p.at(part.to).expects() {
		j.close(true, version, dims, out)
	}
}

// close ends the deviation and forgives it if it may be.
func (j *judge) close(border bool, version uint32, dims *Dims, out *rows) {
	if border && !j.long {
		for i := range j.pieces {
			x := &j.pieces[i]
			d := Dims{Team: x.team, HomeTeam: x.homeTeam, Site: x.site, Advisor: dims.Advisor}
			v := judgement{adherentMs: x.ms}
			v.book(x.date, x.minute, version, &d, out)
		}
	}
	*j = judge{pieces: j.pieces[:0]}
}
