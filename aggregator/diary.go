// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"encoding/binary"
	"slices"
)

// doing is what an advisor does, as far as a schedule asks. Append only: the numbers are in the snapshot.
type doing uint8

const (
	doingNothing doing = iota // not logged in
	doingQueue                // there for contacts, or in back-office work
	doingWork                 // the same, with a contact: see stretch.since
	doingElse                 // logged in, for something else
)

func doingOf(c category) doing {
	switch c {
	case timeNone:
		return doingNothing
	case timeOnContact, timeWrapping:
		return doingWork
	case timeAvailable, timeRinging, timeBackoffice:
		return doingQueue
	}
	return doingElse
}

// fits tells whether somebody who does this does what is wanted.
func (d doing) fits(wanted doing) bool { return d == wanted || d == doingWork && wanted == doingQueue }

// stretch is time [from, to) in which an advisor did one thing.
type stretch struct {
	from, to int64
	since    int64 // of work: when the oldest leg was connected
	doing    doing
}

// joins tells whether o only goes on with s.
func (s *stretch) joins(o *stretch) bool {
	return s.to == o.from && s.doing == o.doing && s.since == o.since
}

// diary is what an advisor did in the last days, so that a schedule that changes later can be judged by it. Time that is
// not in it was spent logged out. It is kept as bytes: a call is two stretches, of about four bytes each.
type diary struct {
	days   []diaryDay
	bytes  []byte
	end    int64   // where the stretches in bytes end
	last   stretch // not in bytes yet: it may go on
	places []stay
}

// diaryDay is where the bytes of a UTC day begin.
type diaryDay struct {
	day   int32
	first int32
}

// stay is where the advisor worked from an instant on.
type stay struct {
	at int64
	place
}

// The first byte of a stretch: what was done, and which numbers follow.
const (
	diaryDoing   = 0x03
	diaryGap     = 0x04 // it does not begin where the one before ended
	diarySince   = 0x08 // the work began before the stretch
	diarySeconds = 0x10 // the length is in whole seconds
)

// note takes what was done next.
func (d *diary) note(doings []stretch) {
	for i := range doings {
		s := doings[i]
		if s.doing == doingNothing {
			continue
		}
		for s.from/dayMs < (s.to-1)/dayMs { // a stretch does not cross midnight UTC
			head := s
			head.to = (s.from/dayMs + 1) * dayMs
			d.join(head)
			s.from = head.to
		}
		d.join(s)
	}
}

func (d *diary) join(s stretch) {
	if d.last.joins(&s) && d.last.from/dayMs == s.from/dayMs {
		d.last.to = s.to
		return
	}
	d.write()
	d.last = s
}

// write puts the last stretch into bytes.
func (d *diary) write() {
	s := &d.last
	if s.doing == doingNothing {
		return
	}
	day := int32(s.from / dayMs)
	at := int64(day) * dayMs
	if n := len(d.days); n == 0 || d.days[n-1].day != day {
		d.days = append(d.days, diaryDay{day, int32(len(d.bytes))})
	} else {
		at = d.end
	}
	head, length := byte(s.doing), s.to-s.from
	if s.from != at {
		head |= diaryGap
	}
	if s.doing == doingWork && s.since != s.from {
		head |= diarySince
	}
	if length%1000 == 0 {
		head |= diarySeconds
		length /= 1000
	}
	b := append(d.bytes, head)
	if head&diaryGap != 0 {
		b = binary.AppendUvarint(b, uint64(s.from-at))
	}
	b = binary.AppendUvarint(b, uint64(length))
	if head&diarySince != 0 {
		b = binary.AppendUvarint(b, uint64(s.from-s.since))
	}
	d.bytes, d.end, d.last = b, s.to, stretch{}
}

// read calls f with the stretches of day number i that are in bytes, in order.
func (d *diary) read(i int, f func(stretch)) {
	at := int64(d.days[i].day) * dayMs
	b := d.bytes[d.days[i].first:]
	if i+1 < len(d.days) {
		b = d.bytes[d.days[i].first:d.days[i+1].first]
	}
	number := func() int64 {
		x, n := binary.Uvarint(b)
		b = b[max(n, 0):]
		return int64(x)
	}
	for len(b) > 0 {
		head := b[0]
		b = b[1:]
		if head&diaryGap != 0 {
			at += number()
		}
		length := number()
		if head&diarySeconds != 0 {
			length *= 1000
		}
		s := stretch{from: at, to: at + length, doing: doing(head & diaryDoing)}
		if s.doing == doingWork {
			s.since = s.from
		}
		if head&diarySince != 0 {
			s.since -= number()
		}
		at = s.to
		f(s)
	}
}

// move takes that the advisor works elsewhere from an instant on.
func (d *diary) move(at int64, p place) { d.places = append(d.places, stay{at, p}) }

// between appends what was done in [from, to), without gaps.
func (d *diary) between(from, to int64, list []stretch) []stretch {
	at := from
	add := func(s stretch) {
		s.from, s.to = max(s.from, from), min(s.to, to)
		if s.from >= s.to {
			return
		}
		if at < s.from {
			list = append(list, stretch{from: at, to: s.from})
		}
		list, at = append(list, s), s.to
	}
	for i := range d.days {
		if day := int64(d.days[i].day) * dayMs; day < to && from < day+dayMs {
			d.read(i, add)
		}
	}
	if d.last.doing != doingNothing {
		add(d.last)
	}
	if at < to {
		list = append(list, stretch{from: at, to: to})
	}
	return list
}

// forget lets go of the days before one.
func (d *diary) forget(day int32) {
	n := 0
	for n < len(d.days) && d.days[n].day < day {
		n++
	}
	if n == 0 {
		return
	}
	gone := int32(len(d.bytes))
	if n < len(d.days) {
		gone = d.days[n].first
	}
	d.bytes = slices.Delete(d.bytes, 0, int(gone))
	d.days = slices.Delete(d.days, 0, n)
	for i := range d.days {
		d.days[i].first -= gone
	}
	stays := 0
	for stays+1 < len(d.places) && d.places[stays+1].at <= int64(day)*dayMs {
		stays++
	}
	d.places = slices.Delete(d.places, 0, stays)
}

// replay lets a judge hear the minutes of [from, to) again. Both are minute borders.
func (d *diary) replay(a *advisor, j *judge, from, to int64, out *rows) {
	doings := d.between(from, to, nil)
	stays := 0
	for len(doings) > 0 {
		at := doings[0].from
		minute := at - mod(at, minuteMs)
		for stays+1 < len(d.places) && d.places[stays+1].at <= at {
			stays++
		}
		end := minute + minuteMs
		if stays+1 < len(d.places) {
			end = min(end, d.places[stays+1].at)
		}
		dims := Dims{Advisor: a.name}
		if len(d.places) > 0 {
			p := &d.places[stays]
			dims.Team, dims.HomeTeam, dims.Site = p.team, p.homeTeam, p.site
		}
		var now []stretch
		now, doings = cutAt(doings, end)
		j.hear(&a.plan, now, minute, a.base.version, &dims, out)
	}
}

// cutAt divides a list of stretches at an instant.
func cutAt(list []stretch, at int64) (before, after []stretch) {
	for i := range list {
		if list[i].to <= at {
			before = append(before, list[i])
			continue
		}
		after = list[i:]
		if after[0].from < at {
			head := after[0]
			head.to, after[0].from = at, at
			before = append(before, head)
		}
		break
	}
	return before, after
}
