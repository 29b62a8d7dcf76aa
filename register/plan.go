// SPDX-License-Identifier: Apache-2.0

package register

import (
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

const (
	// QuarterMs is the interval that sums are kept by, in ms.
	QuarterMs = 15 * 60 * 1000
	dayMs     = 24 * 60 * 60 * 1000
	weekDays  = 7

	// BaselineWeeks is how many weeks before an incident say what is usual.
	BaselineWeeks = 4
	// MaxQuarters bounds an incident whose impact can be told: beyond a day there is no usual course any more.
	MaxQuarters = dayMs / QuarterMs
)

// Unknown says why something cannot be told, in both languages.
type Unknown indicator.Text

// Error is the reason in English.
func (u *Unknown) Error() string { return u.En }

// In is the reason in a language.
func (u *Unknown) In(l indicator.Language) string { return indicator.Text(*u).In(l) }

// Why nothing can be told of an incident or an action.
var (
	ErrNoQuarter = &Unknown{En: "No quarter of an hour of the incident is over yet; ask again when one is.",
		Fr: "Aucun quart d'heure de l'incident n'est encore terminé ; redemandez quand il y en aura un."}
	ErrTooLong = &Unknown{En: "The incident lasts longer than a day, so there is no usual course to compare it with; close it when it was over, or open one a day.",
		Fr: "L'incident dure plus d'un jour : aucun cours habituel à quoi le comparer ; clôturez-le à sa fin, ou ouvrez-en un par jour."}
	ErrJustBegun = &Unknown{En: "The action has only just begun; ask again in some minutes.", Fr: "L'action vient de commencer ; redemandez dans quelques minutes."}
)

// Plan says what must be added up to tell what an incident cost: its quarters of an hour, those of the same weekday in the weeks
// before, and the rest of these days.
type Plan struct {
	// Days are the business days that the incident touches, in days since 1970-01-01, and Rest the other days of its week up to now.
	Days, Rest []int32
	// Quarters are the starts of the quarters of an hour that it touches and that are over, ms UTC.
	Quarters []int64
	// CutMs bounds the days: what begins later is not over yet.
	CutMs int64
	// Weeks are those that say what is usual, the nearest first.
	Weeks []PlanWeek
	// Skipped are weeks that do not, because another incident is in these quarters.
	Skipped []int
}

// PlanWeek is the same stretch some weeks before, at the same times of the clock.
type PlanWeek struct {
	Back     int // how many weeks before
	Days     []int32
	Quarters []int64
	CutMs    int64
}

// NewPlan makes the plan of an incident. asOfMs is the newest instant of which all is known; others are incidents that may spoil
// what is usual: a week in which one of the same place, or of the whole centre, touches the same quarters is left out.
func NewPlan(i *Incident, loc *time.Location, asOfMs int64, others []Incident) (*Plan, *Unknown) {
	end := i.ClosedMs
	if end == 0 || end > asOfMs {
		end = asOfMs
	}
	first := floorQuarter(i.OpenedMs)
	cut := floorQuarter(asOfMs)
	p := &Plan{CutMs: cut}
	for q := first; q < end && q < cut; q += QuarterMs {
		p.Quarters = append(p.Quarters, q)
	}
	switch {
	case len(p.Quarters) == 0:
		return nil, ErrNoQuarter
	case len(p.Quarters) > MaxQuarters:
		return nil, ErrTooLong
	}
	for day := i.Day; day <= max(i.Day, i.LastDay); day++ {
		p.Days = append(p.Days, day)
	}
	monday := i.Day - weekdayOf(i.Day)
	for day := monday; day < monday+weekDays; day++ {
		if !slices.Contains(p.Days, day) {
			p.Rest = append(p.Rest, day)
		}
	}
	for back := 1; back <= BaselineWeeks; back++ {
		w := p.back(back, loc)
		if spoilt(i, &w, others) {
			p.Skipped = append(p.Skipped, back)
			continue
		}
		p.Weeks = append(p.Weeks, w)
	}
	return p, nil
}

// back is the same stretch some weeks before.
func (p *Plan) back(weeks int, loc *time.Location) PlanWeek {
	w := PlanWeek{Back: weeks, CutMs: earlier(p.CutMs, weeks, loc)}
	for _, day := range p.Days {
		w.Days = append(w.Days, day-int32(weeks*weekDays))
	}
	for _, q := range p.Quarters {
		w.Quarters = append(w.Quarters, earlier(q, weeks, loc))
	}
	return w
}

// earlier is the same time of the clock some weeks before.
func earlier(ms int64, weeks int, loc *time.Location) int64 {
	return time.UnixMilli(ms).In(loc).AddDate(0, 0, -weeks*weekDays).UnixMilli()
}

// spoilt tells that another incident touches the quarters of a week.
func spoilt(i *Incident, w *PlanWeek, others []Incident) bool {
	from, to := w.Quarters[0], w.Quarters[len(w.Quarters)-1]+QuarterMs
	return slices.ContainsFunc(others, func(o Incident) bool {
		if o.ID == i.ID || o.Placed && o.Place != i.Place && o.Place.Kind != indicator.ScopeCentre {
			return false
		}
		end := o.ClosedMs
		if end == 0 {
			end = o.OpenedMs + dayMs // nobody closed it; it did not last for ever
		}
		return o.OpenedMs < to && end > from
	})
}

func floorQuarter(ms int64) int64 { return ms - ms%QuarterMs }

// weekdayOf counts from Monday; 1970-01-01 was a Thursday.
func weekdayOf(day int32) int32 { return (day + 3) % weekDays }
