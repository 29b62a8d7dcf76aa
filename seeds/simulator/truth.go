// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/json"
	"fmt"
	"io"

	"github.com/vigie-kpi/vigie/event"
)

// Truth is what happened in a run: every call, and sums by business day. Counts belong to the instant at which the thing
// happened, durations to the instant at which they were over; time in a state is cut where business days and loans
// begin. What came after a call (Said) belongs to the day on which the call began, to its last queue and to the last
// advisor who had it; of a call that an advisor made to another queue and put through, to the customer's call.
//
// All instants are ms since 1970 UTC, and 0 is never. All durations are ms.
type Truth struct {
	Centre    string        `json:"centre"`
	Zone      string        `json:"zone"`
	Seed      uint64        `json:"seed"`
	From      string        `json:"from"` // business days, From to the day before To; what was under way then was finished
	To        string        `json:"to"`
	Events    int64         `json:"events"` // each counted once, however often it was delivered
	Days      []*Day        `json:"days"`
	Calls     []*Call       `json:"calls"`
	Schedules []*Schedule   `json:"schedules"`
	Lists     []*LoadedList `json:"lists,omitempty"`
	Dials     []*Dial       `json:"dials,omitempty"`
	Published []*Published  `json:"published,omitempty"`
	Diary     []*Stretch    `json:"diary,omitempty"` // when Options ask for it
	Desk      []*DeskDay    `json:"desk"`            // of what customers wrote
	Items     []*Item       `json:"items"`           // each of it
}

// Day is the sums of one business day.
type Day struct {
	Date       string                  `json:"date"`
	Programmes map[string]*MenuDay     `json:"programmes"`
	Queues     map[string]*QueueDay    `json:"queues"`
	Teams      map[string]*PeopleDay   `json:"teams"` // by the team worked in
	Advisors   map[string]*PeopleDay   `json:"advisors"`
	Campaigns  map[string]*CampaignDay `json:"campaigns"`
}

// MenuDay is what the voice menu of a programme heard.
type MenuDay struct {
	Heard  int64 `json:"heard"`
	Passed int64 `json:"passed"` // on to a queue
	Served int64 `json:"served"`
	HungUp int64 `json:"hung_up"`
}

// QueueDay is one queue on one day.
type QueueDay struct {
	CameIn       int64            `json:"came_in"`
	HandedIn     int64            `json:"handed_in"` // of those: handed on by an advisor, from another queue
	PickedUp     int64            `json:"picked_up"`
	PickedUpWait int64            `json:"picked_up_wait_ms"`
	HungUp       int64            `json:"hung_up"`
	HungUpWait   int64            `json:"hung_up_wait_ms"`
	SentAway     map[string]int64 `json:"sent_away"` // by reason
	SentAwayWait int64            `json:"sent_away_wait_ms"`
	TurnedAway   map[string]int64 `json:"turned_away"` // by reason, without having come in
	Work
	Said
}

// PeopleDay is one advisor, or one team, on one day.
type PeopleDay struct {
	PickedUp   int64            `json:"picked_up"`                // calls and chats taken from a queue
	States     map[string]int64 `json:"states_ms"`                // time by state: ready, ringing, on_call, on_chat, after_call, or the reason of being away
	OnCampaign map[string]int64 `json:"on_campaign_ms,omitempty"` // of those, what was there for a campaign: none of it away
	Dialled    map[string]int64 `json:"dialled,omitempty"`        // by their own hand, by result
	Codes      map[string]int64 `json:"codes,omitempty"`          // how campaign conversations were disposed of
	Work
	Said
}

// Work is what advisors did. Of a queue, it is what was done for it: advice is done for none.
type Work struct {
	Rings          int64            `json:"rings"`
	RingsMissed    int64            `json:"rings_missed"`
	RingsCut       int64            `json:"rings_cut"` // the customer was gone, or did not answer a callback
	RingTime       int64            `json:"ring_ms"`
	Done           int64            `json:"done"` // conversations with callers from a queue, after-call work included
	Talk           int64            `json:"talk_ms"`
	Hold           int64            `json:"hold_ms"`
	AfterCall      int64            `json:"after_call_ms"`
	WithHold       int64            `json:"with_hold"`
	EndedBy        map[string]int64 `json:"ended_by"` // of those not handed on
	HandedOn       map[string]int64 `json:"handed_on"`
	Advised        int64            `json:"advised"`
	AdviceTime     int64            `json:"advice_ms"`
	PutThrough     int64            `json:"put_through"`      // conversations that a colleague handed over without a queue
	PutThroughDone int64            `json:"put_through_done"` // those, and callbacks
	PutThroughTime int64            `json:"put_through_ms"`   // talk, hold and after-call work of those
	HelpAsked      int64            `json:"help_asked"`
	Helped         int64            `json:"helped"`     // of those done: a supervisor had a say; listening is none
	TakenOver      int64            `json:"taken_over"` // of those: the supervisor went on in the advisor's place
	Recorded       int64            `json:"recorded"`
}

// Said is what came after calls.
type Said struct {
	Resolved     int64 `json:"resolved"`
	Unresolved   int64 `json:"unresolved"`
	Complaints   int64 `json:"complaints"`
	Invited      int64 `json:"invited"`
	Replied      int64 `json:"replied"`
	Evaluated    int64 `json:"evaluated"` // cancelled ones not counted
	Scores       int64 `json:"scores_bp"`
	Sold         int64 `json:"sold"` // cancelled ones included
	SoldFor      int64 `json:"sold_cents"`
	Unsold       int64 `json:"unsold"`
	UnsoldFor    int64 `json:"unsold_cents"`
	TakenBackFor int64 `json:"taken_back_cents"` // sales cancelled on this day, whenever they were made
}

// Call is one call or chat, as the customer lived it; or as the advisor did, who called another queue or called back.
type Call struct {
	ID         string `json:"id"`
	Origin     string `json:"origin"` // first, again, across, redial, script, asked (another queue), back (a callback)
	Channel    string `json:"channel"`
	Customer   string `json:"customer,omitempty"`
	Programme  string `json:"programme"`
	Line       string `json:"line"` // the queue that was called
	Reason     string `json:"reason"`
	BeganAt    int64  `json:"began_at"`
	EndedAt    int64  `json:"ended_at,omitempty"`
	Menu       string `json:"menu,omitempty"` // passed, served, hung_up
	TurnedAway string `json:"turned_away,omitempty"`
	PartOf     string `json:"part_of,omitempty"` // the customer's call that this one, to another queue, became a part of

	Waits []*Wait         `json:"waits,omitempty"`
	Rings []*Ring         `json:"rings,omitempty"`
	Talks []*Conversation `json:"talks,omitempty"`

	// Who what came afterwards is laid to: the last queue, and the last advisor with the team worked in.
	LastQueue   string `json:"last_queue,omitempty"`
	LastAdvisor string `json:"last_advisor,omitempty"`
	LastTeam    string `json:"last_team,omitempty"`

	ClassifiedAt int64       `json:"classified_at,omitempty"`
	Resolved     string      `json:"resolved,omitempty"`  // yes or no, as said last
	Complaint    string      `json:"complaint,omitempty"` // yes or no, as said last
	Corrected    bool        `json:"corrected,omitempty"` // what was said first was not true
	Callback     *Callback   `json:"callback,omitempty"`
	Survey       *Survey     `json:"survey,omitempty"`
	Sale         *Sale       `json:"sale,omitempty"`
	Evaluation   *Evaluation `json:"evaluation,omitempty"`
}

// Wait is one stay in a queue.
type Wait struct {
	Queue    string `json:"queue"`
	HandedIn bool   `json:"handed_in,omitempty"`
	From     int64  `json:"from"`
	To       int64  `json:"to,omitempty"`
	Ended    string `json:"ended,omitempty"` // picked_up, hung_up, or the reason of being sent away
	Advisor  string `json:"advisor,omitempty"`
}

// Ring is one telephone that rang.
type Ring struct {
	Advisor string `json:"advisor"`
	Team    string `json:"team"`
	Queue   string `json:"queue"`
	From    int64  `json:"from"`
	To      int64  `json:"to,omitempty"`
	Ended   string `json:"ended,omitempty"` // answered, missed, cut
}

// Conversation is one advisor's part in a call.
type Conversation struct {
	Advisor  string `json:"advisor"`
	Team     string `json:"team"`
	Queue    string `json:"queue,omitempty"`
	Kind     string `json:"kind"` // answered, put_through, callback, advice, dialled
	From     int64  `json:"from"`
	EndedAt  int64  `json:"ended_at,omitempty"`
	DoneAt   int64  `json:"done_at,omitempty"` // after-call work included
	HoldMs   int64  `json:"hold_ms,omitempty"`
	Holds    int64  `json:"holds,omitempty"`
	By       string `json:"by,omitempty"`        // who ended it
	HandedOn string `json:"handed_on,omitempty"` // blind, consult, external
	To       string `json:"to,omitempty"`
	CutOff   bool   `json:"cut_off,omitempty"` // by a faulty trunk
	HelpAt   int64  `json:"help_at,omitempty"`
	JoinedAt int64  `json:"joined_at,omitempty"` // a supervisor came ...
	JoinedTo string `json:"joined_to,omitempty"` // ... to monitor, whisper, barge or takeover
	Recorded bool   `json:"recorded,omitempty"`
}

// Callback is a promise to call back.
type Callback struct {
	ID         string `json:"id"`
	AskedAt    int64  `json:"asked_at"`
	DueAt      int64  `json:"due_at"`
	AssignedTo string `json:"assigned_to,omitempty"`
	Tries      int64  `json:"tries"`
	DoneAt     int64  `json:"done_at,omitempty"`
	ExpiredAt  int64  `json:"expired_at,omitempty"`
}

// Survey is an invitation, and the answer to it.
type Survey struct {
	ID         string `json:"id"`
	InvitedAt  int64  `json:"invited_at"`
	AnsweredAt int64  `json:"answered_at,omitempty"`
	CSAT       int64  `json:"csat,omitempty"` // 1 to 5
	NPS        int64  `json:"nps"`            // 0 to 10; -1: not answered
	CES        int64  `json:"ces,omitempty"`  // 1 to 5; 0: not answered
}

// Sale is something sold in a call.
type Sale struct {
	ID          string `json:"id"`
	At          int64  `json:"at"`
	Cents       int64  `json:"cents"`
	CancelledAt int64  `json:"cancelled_at,omitempty"`
}

// Evaluation is what the quality team found.
type Evaluation struct {
	ID          string `json:"id"`
	At          int64  `json:"at"`
	Advisor     string `json:"advisor"`
	ScoreBP     int64  `json:"score_bp"`
	Critical    string `json:"critical,omitempty"`
	CancelledAt int64  `json:"cancelled_at,omitempty"`
}

// Schedule is one publication of an advisor's shift. A later one for the same date replaces it.
type Schedule struct {
	At      int64  `json:"at"`
	Advisor string `json:"advisor"`
	event.Schedule
}

// Stretch is what an advisor did for a while: a state, as the sums by day name it.
type Stretch struct {
	Advisor string `json:"advisor"`
	What    string `json:"what"`
	From    int64  `json:"from"`
	To      int64  `json:"to"`
}

// handedOn is how often a call was handed on.
func (c *Call) handedOn() int {
	n := 0
	for _, t := range c.Talks {
		if t.HandedOn != "" {
			n++
		}
	}
	return n
}

// Write writes the truth as JSON.
func (t *Truth) Write(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(t); err != nil {
		return fmt.Errorf("writing the truth: %w", err)
	}
	return nil
}
