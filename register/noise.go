// SPDX-License-Identifier: Apache-2.0

package register

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/vigie-kpi/vigie/event"
)

const (
	// ackWithin is how long after it fired an alert may be acknowledged: later words are about something else.
	ackWithin = 24 * time.Hour
	// againWithin is how soon after its end the same alert is the same trouble once more.
	againWithin = time.Hour
)

// Firing is an alert that fired. ResolvedMs is when it was over, 0 while it fires; ms UTC.
type Firing struct {
	Rule, Severity    string
	Audience          string // wall or page
	Place             Place
	AtMs, ResolvedMs  int64
	AckMs             int64 // when it was first acknowledged; 0 when nobody did
	AckCause, AckedBy string
}

// Noise is how noisy the alerts of a week were.
type Noise struct {
	Centre string      `json:"centre"`
	Week   string      `json:"week"` // ISO 8601, such as 2026-W47
	Days   []string    `json:"days"` // dates of the centre's clock
	Zone   string      `json:"zone"`
	Rules  []RuleNoise `json:"rules"` // the noisiest first
	Total  RuleNoise   `json:"total"`
}

// RuleNoise is how noisy one rule was. Times are nil where there is nothing to tell.
type RuleNoise struct {
	Rule     string         `json:"rule"`
	Severity string         `json:"severity"`
	Audience string         `json:"audience"` // wall or page; empty of the total
	PerDay   [weekDays]int  `json:"per_day"`
	Fired    int            `json:"fired"`
	Acked    int            `json:"acknowledged"`
	Causes   map[string]int `json:"causes"` // of the acknowledgements
	Again    int            `json:"again"`  // fired again within an hour of its end
	Going    int            `json:"going"`  // are not over yet
	Places   []PlaceNoise   `json:"places"` // where it fired, the noisiest first; none of the total
	// MedianAckMs and SlowestAckMs are from firing to the acknowledgement, of those that were; MedianMs is for how long it fired, of
	// those that are over.
	MedianAckMs  *int64 `json:"median_ack_ms"`
	SlowestAckMs *int64 `json:"slowest_ack_ms"`
	MedianMs     *int64 `json:"median_ms"`

	acks, lengths []int64
}

// PlaceNoise is how often a rule fired for one scope.
type PlaceNoise struct {
	Scope Place `json:"scope"`
	Fired int   `json:"fired"`
}

// FalseAlarms is how many were acknowledged as such.
func (r *RuleNoise) FalseAlarms() int { return r.Causes[event.CauseFalseAlarm] }

// Acknowledge gives each firing its first acknowledgement: the word on the same rule and place that came after it fired, before it
// fired again, and within a day.
func Acknowledge(fired []Firing, acks []Acknowledgement) {
	slices.SortStableFunc(fired, func(a, b Firing) int { return cmp.Compare(a.AtMs, b.AtMs) })
	acks = slices.Clone(acks)
	slices.SortStableFunc(acks, func(a, b Acknowledgement) int { return cmp.Compare(a.AtMs, b.AtMs) })
	for _, a := range acks {
		for i := len(fired) - 1; i >= 0; i-- {
			f := &fired[i]
			if f.AtMs > a.AtMs || f.Rule != a.Rule || f.Place != a.Place {
				continue
			}
			if f.AckMs == 0 && a.AtMs <= f.AtMs+ackWithin.Milliseconds() {
				f.AckMs, f.AckCause, f.AckedBy = a.AtMs, a.Cause, a.By
			}
			break
		}
	}
}

// NewNoise tells how noisy the alerts of the week that begins on a Monday were. fired may hold some from before and after: those
// from before tell what fired again.
func NewNoise(centre string, monday time.Time, fired []Firing, acks []Acknowledgement) *Noise {
	n := &Noise{Centre: centre, Zone: monday.Location().String(), Rules: []RuleNoise{}, Total: RuleNoise{Causes: map[string]int{}, Places: []PlaceNoise{}}}
	year, week := monday.ISOWeek()
	n.Week = fmt.Sprintf("%d-W%02d", year, week)
	for day := range weekDays {
		n.Days = append(n.Days, monday.AddDate(0, 0, day).Format(time.DateOnly))
	}
	Acknowledge(fired, acks)
	byRule := map[string]*RuleNoise{}
	for i := range fired {
		f := &fired[i]
		day := slices.Index(n.Days, time.UnixMilli(f.AtMs).In(monday.Location()).Format(time.DateOnly))
		if day < 0 {
			continue
		}
		r := byRule[f.Rule]
		if r == nil {
			r = &RuleNoise{Rule: f.Rule, Causes: map[string]int{}, Places: []PlaceNoise{}}
			byRule[f.Rule] = r
		}
		r.Severity, r.Audience = f.Severity, f.Audience
		r.at(f.Place)
		again := firedAgain(fired, i)
		r.count(f, day, again)
		n.Total.count(f, day, again)
	}
	//deterministic: sorted below.
	for _, r := range byRule {
		r.finish()
		n.Rules = append(n.Rules, *r)
	}
	slices.SortFunc(n.Rules, func(a, b RuleNoise) int { return cmp.Or(cmp.Compare(b.Fired, a.Fired), cmp.Compare(a.Rule, b.Rule)) })
	n.Total.finish()
	return n
}

// firedAgain tells that the same alert was over not long before fired[i].
func firedAgain(fired []Firing, i int) bool {
	f := &fired[i]
	return slices.ContainsFunc(fired[:i], func(o Firing) bool {
		return o.Rule == f.Rule && o.Place == f.Place && o.ResolvedMs != 0 && o.ResolvedMs <= f.AtMs && f.AtMs < o.ResolvedMs+againWithin.Milliseconds()
	})
}

func (r *RuleNoise) count(f *Firing, day int, again bool) {
	r.Fired++
	r.PerDay[day]++
	if again {
		r.Again++
	}
	if f.AckMs != 0 {
		r.Acked++
		r.Causes[f.AckCause]++
		r.acks = append(r.acks, f.AckMs-f.AtMs)
	}
	if f.ResolvedMs != 0 {
		r.lengths = append(r.lengths, f.ResolvedMs-f.AtMs)
	} else {
		r.Going++
	}
}

// at counts where the rule fired.
func (r *RuleNoise) at(p Place) {
	i := slices.IndexFunc(r.Places, func(x PlaceNoise) bool { return x.Scope == p })
	if i < 0 {
		i, r.Places = len(r.Places), append(r.Places, PlaceNoise{Scope: p})
	}
	r.Places[i].Fired++
}

func (r *RuleNoise) finish() {
	slices.Sort(r.acks)
	slices.Sort(r.lengths)
	slices.SortFunc(r.Places, func(a, b PlaceNoise) int {
		return cmp.Or(cmp.Compare(b.Fired, a.Fired), cmp.Compare(a.Scope.String(), b.Scope.String()))
	})
	r.MedianAckMs, r.MedianMs = median(r.acks), median(r.lengths)
	if n := len(r.acks); n > 0 {
		r.SlowestAckMs = &r.acks[n-1]
	}
}

// median is the lower one of sorted numbers; nil of none.
func median(sorted []int64) *int64 {
	if len(sorted) == 0 {
		return nil
	}
	return &sorted[(len(sorted)-1)/2]
}
