// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"errors"
	"fmt"
	"slices"

	"github.com/vigie-kpi/vigie/organisation"
)

// Spec is a centre to be simulated: its organisation, as the files describe it, and what no file says: who calls, how
// people behave, and what goes wrong.
type Spec struct {
	Organisation *organisation.Organisation
	Lines        []Line         // the voice queues that customers call
	Customers    map[string]int // of each programme: how many there are
	Campaigns    []Campaign     // outbound
	Crews        []Crew         // who works on them
	Habits       Habits
	Aftermath    Aftermath
	Story        Story
}

// Line is what happens on one voice queue.
type Line struct {
	Queue    string
	Priority int // an advisor who serves several queues takes the least first, then who waits longest
	Reserve  int // so many advisors who serve the line are kept free for it: less urgent queues do not ring at them

	// Calls that enter the queue come as a Poisson process: PerHalfHour[i] is how many are expected in the i-th half-hour
	// after FirstMinute (local time), times the weekday's factor. They come while the queue's calendar is open.
	FirstMinute int
	PerHalfHour []float64
	Weekdays    [7]float64 // by time.Weekday; all zero: 1 each
	Closed      float64    // calls expected in the hour before opening and in the hour after closing: refused

	Menu     Menu
	Reasons  []Reason
	Patience Law // how long a customer waits before hanging up; nil: for ever
	Ring     Law // how long it rings until the advisor answers; nil: no time
	Talk     Talk

	// A customer who waits TimeoutMs leaves the queue: CallbackShare of them ask to be called back, the others hang up.
	// 0: no limit.
	TimeoutMs     int64
	CallbackShare float64
}

// Menu is the voice menu before the queue.
type Menu struct {
	Stay   Law     // how long a call stays in it; nil: there is none
	Served float64 // share of all calls that it serves
	HungUp float64 // share of all calls that hang up in it
}

// Reason is why customers call.
type Reason struct {
	Name    string
	Share   float64
	Handle  Law     // conversation, hold and after-call work together
	Repeats float64 // share of the calls that come from somebody who was served for this reason in the last seven days
}

// Talk is how conversations on a line go. Shares are of the conversations.
type Talk struct {
	AfterCall  float64 // part of the handling time that is after-call work
	Hold       float64 // put on hold once
	Advice     float64 // a colleague is asked for advice while the customer holds
	PutThrough float64 // the colleague then goes on with the customer
	Outside    float64 // handed on to a number outside the centre
	ByAdvisor  float64 // ended by the advisor, not by the customer
	Onward     []Onward
	Sale       float64 // ends with a sale
	BasketCt   int64   // mean amount of a sale, in cents
}

// Onward is another line that conversations are handed on to.
type Onward struct {
	Queue  string
	Reason string  // only of this reason; "": of any
	Blind  float64 // handed on without a word
	Asked  float64 // handed on after a consultation through the other queue
}

// Habits is how people work. The zero Habits are those of a machine: always there, always on time.
type Habits struct {
	PlannedAbsence   float64 // share of the advisors' days
	UnplannedAbsence float64
	Late             float64 // share of the shifts begun 10 to 30 minutes late; the others within three minutes
	Missed           float64 // share of the rings that nobody takes
	RingLimitMs      int64   // how long a ring lasts that nobody takes
	CooldownMs       int64   // an advisor who missed a ring gets no other for so long
	Activities       []Activity
	Desks            []Desk
	Newcomers        []Newcomers
	HiddenNumber     float64 // share of the calls whose customer is not known
	Redial           float64 // share of those who hung up or were cut off who call again within the hour
	RedialAfter      Law
}

// Activity is planned time away from the lines, beyond breaks and lunch.
type Activity struct {
	Teams    []string // empty: all who take calls
	Reason   string   // of the state
	Category string   // as schedules say: meeting, training, coaching, backoffice
	Minutes  int
	Share    float64 // of the advisors' days
	At       int     // minutes after midnight; 0: anywhere in the shift
}

// Desk is what a team does when it takes no calls.
type Desk struct {
	Team    string
	Reason  string // of the state
	Always  bool   // the team takes calls only when the story asks for help
	Planned string // as schedules say: productive or backoffice
}

// Newcomers need longer at first.
type Newcomers struct {
	Team  string
	Since organisation.Date
	Slow  float64 // how much longer at the start: 0.4 is 40 %
	Weeks int     // until nothing is left of it
}

// Aftermath is what follows conversations.
type Aftermath struct {
	Recorded   float64 // share of the conversations
	Classified float64
	Resolved   float64 // share of the classified ones that say so; four in five of the others say no
	Complaint  float64
	HelpAsked  float64
	Surveyed   float64 // share of the identified customers who were answered
	Answered   float64 // share of the surveys
	AnswerTime Law     // from the invitation on
	Satisfied  float64 // share of the answers that are 4 or 5
	Evaluated  float64 // evaluations of an advisor in a working day
	ScoreBP    float64 // mean score of an evaluation, in hundredths of a percent
	SalesLost  float64 // share of the sales that are cancelled, 1 to 10 days later
}

// check says what is wrong with a spec, for whoever wrote it.
func (s *Spec) check() error {
	if s.Organisation == nil {
		return errors.New("the simulator needs an organisation: give Spec.Organisation")
	}
	var errs []error
	for i := range s.Lines {
		if err := s.checkLine(&s.Lines[i]); err != nil {
			errs = append(errs, fmt.Errorf("line %s: %w", s.Lines[i].Queue, err))
		}
	}
	for i := range s.Campaigns {
		if err := s.checkCampaign(&s.Campaigns[i]); err != nil {
			errs = append(errs, fmt.Errorf("campaign %s: %w", s.Campaigns[i].Campaign, err))
		}
	}
	for i := range s.Crews {
		if err := s.checkCrew(&s.Crews[i]); err != nil {
			errs = append(errs, err)
		}
	}
	errs = append(errs, s.Story.check(s))
	return errors.Join(errs...)
}

func (s *Spec) checkLine(l *Line) error {
	known := func(id string) bool {
		return slices.ContainsFunc(s.Organisation.Queues, func(q organisation.Queue) bool { return q.Queue == id })
	}
	if !known(l.Queue) {
		return errors.New("the organisation has no such queue; add it to queues.yaml, or take the line out")
	}
	if len(l.Reasons) == 0 {
		return errors.New("nobody has a reason to call; give it at least one of Reasons")
	}
	for i := range l.Talk.Onward {
		if !known(l.Talk.Onward[i].Queue) {
			return fmt.Errorf("it hands on to %s, which the organisation does not have", l.Talk.Onward[i].Queue)
		}
	}
	return nil
}
