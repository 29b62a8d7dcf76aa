// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"fmt"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// Options say which part of a centre's life to simulate.
type Options struct {
	From, To organisation.Date // business days, From to the day before To
	Seed     uint64
	Centre   string // id of the centre; "": the organisation's
	Lane     string // of the events; "" is live
	Delivery Delivery

	// EndShifts sends everybody home at the end of the last day, after what is in hand, instead of finishing the night's
	// shifts: for a history that another run continues, which begins with the same people at work.
	EndShifts bool

	// AfterMs is for how long after the last day what follows conversations is still told: late surveys, cancelled sales.
	// Calls under way then are finished in any case.
	AfterMs int64

	// Diary lets the truth keep what each advisor did, stretch by stretch: about 300 of them for an advisor's day.
	Diary bool

	// Progress, when not nil, is called for each simulated hour.
	Progress func(Progress)
}

// Progress is how far a run is.
type Progress struct {
	Now, From, To event.Millis
	Events        int64
}

// Delivery is how events reach the log. It changes neither what happens nor the truth.
type Delivery struct {
	DelayMs    int64   // from the event to the log
	DisorderMs int64   // up to so much more, at random, so that events overtake each other
	Duplicates float64 // share of the events that come twice
	Late       float64 // share of the events that come up to LateMs later
	LateMs     int64
}

// Sink takes the events, in the order in which they reach the log: Received never goes back.
type Sink interface {
	// Put takes one event. It may not keep the pointer. An error ends the run.
	Put(*event.Event) error
}

// MaxDays bounds a run: five years.
const MaxDays = 5 * 366

func (o *Options) days() (first, last int32, err error) {
	first, err = dayOf(o.From)
	if err != nil {
		return 0, 0, fmt.Errorf("the first day: %w", err)
	}
	last, err = dayOf(o.To)
	if err != nil {
		return 0, 0, fmt.Errorf("the day after the last: %w", err)
	}
	switch {
	case last <= first:
		return 0, 0, fmt.Errorf("the day after the last, %s, is not after the first, %s", o.To, o.From)
	case last-first > MaxDays:
		return 0, 0, fmt.Errorf("%d days are too many; simulate at most %d at once", last-first, MaxDays)
	}
	d := &o.Delivery
	if d.DelayMs < 0 || d.DisorderMs < 0 || d.LateMs < 0 || o.AfterMs < 0 {
		return 0, 0, errors.New("a delay is negative; nothing reaches the log before it happens")
	}
	return first, last, nil
}
