// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vigie-kpi/vigie/event"
)

// Words are the words of Dims, in the order of its fields.
type Words [10]string

// LifeRecord is one life of a contact as the store has it: what an outcome needs of its ContactRow.
type LifeRecord struct {
	StartedAt     int64 // ms UTC
	Day           int32 // business day of the start
	Words         Words
	Conversations string // as ContactRow has them
}

// OutcomeRecord is an OutcomeRow as the store has it. Of Said, Team and Site are what the event says; Member is where the
// advisor belonged: team, home team, site.
type OutcomeRecord struct {
	At             int64
	Day            int32
	InTime         bool
	Source         string
	ID, Object     uint64
	Seq            int32
	Version        uint32
	Type           event.Type
	Said           Words
	Member         [3]string
	Value          int32
	Class, Marks   uint8
	CSAT, NPS, CES uint8
}

// Attribution is a row that late outcomes add to the facts of their contact.
type Attribution struct {
	At    int64 // ms UTC
	Day   int32 // business day, days since 1970-01-01
	Grain Grain
	Words Words
	Incs  []Inc
}

// Attribute returns what the outcomes that came too late for the machine add to what it booked of a contact: exactly what
// the same outcomes would have added to its stub in time. lives are the contact's, the oldest first, at least one; outcomes are all that
// were said of it, in any order. The rows are in an order of their own that depends on nothing else.
func Attribute(lives []LifeRecord, outcomes []OutcomeRecord) []Attribution {
	w := &World{names: newNames()}
	s := w.standingOf(lives)
	days := map[int64]int32{lives[0].StartedAt: lives[0].Day}
	var early, all []outcome
	for i := range outcomes {
		r := &outcomes[i]
		o := w.outcomeFrom(r)
		all, _ = w.addOutcome(all, &o)
		if r.InTime {
			early, _ = w.addOutcome(early, &o)
		}
		if _, known := days[r.At]; !known {
			days[r.At] = r.Day
		}
	}
	var before, after, diff rows
	was := s
	was.bookOutcomes(early, &before)
	s.bookOutcomes(all, &after)
	difference(&before, &after, &diff)
	list := make([]Attribution, 0, len(diff.list))
	for i := range diff.list {
		x := &diff.list[i]
		list = append(list, Attribution{At: x.at, Day: days[x.at], Grain: x.grain, Words: w.words(&x.dims),
			Incs: slices.Clone(diff.incs[x.first:x.end])})
	}
	slices.SortStableFunc(list, func(a, b Attribution) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Grain, b.Grain), slices.Compare(a.Words[:], b.Words[:]))
	})
	return list
}

// standingOf is World.standing of what the store knows: each life fills the words that the ones before left out, and says
// anew who had the contact last.
func (w *World) standingOf(lives []LifeRecord) standing {
	s := standing{start: lives[0].StartedAt}
	for i := range lives {
		l := &lives[i]
		d := w.dimsOf(&l.Words)
		last, legs := creditOf(&d), []credit(nil)
		if last.advisor != 0 {
			legs = []credit{last}
		}
		if l.Conversations != "" {
			lines := strings.Split(l.Conversations, "\n")
			last, legs = w.creditFrom(lines[0]), nil
			for _, line := range lines[1:] {
				legs = append(legs, w.creditFrom(line))
			}
		}
		s.legs = append(s.legs, legs...)
		s.own.fillWords(&d)
		if d.Queue != 0 {
			s.own.Queue = d.Queue
		}
		if last.advisor != 0 {
			s.own.Advisor, s.own.Team, s.own.HomeTeam, s.own.Site = last.advisor, last.team, last.homeTeam, last.site
		}
	}
	s.legs = distinct(s.legs)
	return s
}

func (w *World) creditFrom(line string) credit {
	var ids [creditWords]ID
	for i, word := range strings.SplitN(line, "\t", creditWords) {
		ids[i] = w.names.id(word)
	}
	return credit{queue: ids[0], advisor: ids[1], membership: membership{ids[2], ids[3], ids[4]}}
}

func (w *World) outcomeFrom(r *OutcomeRecord) outcome {
	return outcome{at: r.At, id: r.ID, object: r.Object, source: w.names.id(r.Source), seq: r.Seq, version: r.Version,
		said: w.dimsOf(&r.Said), member: membership{w.names.id(r.Member[0]), w.names.id(r.Member[1]), w.names.id(r.Member[2])},
		value: r.Value, typ: r.Type, class: class(r.Class), marks: marks(r.Marks), csat: r.CSAT, nps: r.NPS, ces: r.CES}
}

func (w *World) dimsOf(words *Words) (d Dims) {
	for i, id := range d.ids() {
		*id = w.names.id(words[i])
	}
	return d
}

func (w *World) words(d *Dims) (words Words) {
	for i, id := range d.ids() {
		words[i] = w.names.name(*id)
	}
	return words
}
