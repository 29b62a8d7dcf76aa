// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"cmp"
	"fmt"
	"slices"
	"unique"

	"github.com/cespare/xxhash/v2"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// This is F in its slow and obvious form: which facts a set of events gives at an instant of the clock, under one
// configuration. It keeps no state from one question to the next, runs no timers and knows nothing of the machine; it is
// written from MEASURES and DESIGN. oracle_contact_test.go has the contacts, oracle_advisor_test.go the advisors' minutes.
//
// The rules
//
//  1. The timeline of a contact is the set of its events, each once (an event is its source and its id), in the order of
//     (time, source, sequence, hash of the id). Contacts that a contact.merged joins are one contact. Events later than
//     the clock have not happened yet.
//  2. What an event does not say, the configuration of its instant says: T, S, variant, channel and programme of the
//     queue, team, home team and site of the advisor. The customer's own dimensions (programme, channel, direction,
//     campaign, reason) are those first said up to the instant in question.
//  3. A queue leg begins with queue.entered, unless the contact already waits there. It ends with the first of: abandoned
//     or left for its queue, an answer, the contact's end (it abandoned), or its limit (lost). An event without a queue
//     means the newest leg that waits.
//  4. An advisor leg begins with an offer, or with a connection, a miss or a cancellation that no offer announced. It is
//     then ringing, talking or held, wrapping, closed; each of the phases has a limit after which the leg is lost.
//     A request for help, and a supervisor who comes to help (not to listen), are about the conversation that the advisor
//     has then, else about the work after it; the leg tells it when it closes as one that was handled.
//  5. A timer at instant t comes before the events at t. A wait is within T when wait <= T, so a leg crosses at T + 1 ms.
//  6. The contact closes when it comes to rest (no leg open) after its end was said; else when its end is said; else
//     after ten minutes of rest. What it books then is what it had not booked before.
//  7. Counts are booked when they happen, durations of a leg when it ends. sl_due and sl_met are the formula of the
//     queue's variant, applied to the other measures of the same leg and instant.

// dimensions are a fact's dimensions by name.
type dimensions struct {
	programme, site, queue, campaign, channel, direction, team, homeTeam, advisor, reason string
	line, workstation                                                                     string
}

// key says what a number counts. Its dimensions are interned: a map of keys would else hash ten words for each of its sums.
type key struct {
	at    int64
	grain aggregator.Grain
	dims  unique.Handle[dimensions]
	name  string // of a measure, or of a bin family with the bin's number behind it
	day   int32  // the shift date, of the measures of schedules; the others' day follows from the instant
}

// facts are sums; zeros are not kept.
type facts map[key]int64

func (f facts) add(at int64, grain aggregator.Grain, dims dimensions, name string, value int64) {
	if value == 0 {
		return
	}
	f.addKey(key{at: at, grain: grain, dims: unique.Make(dims), name: name}, value)
}

func (f facts) addKey(k key, value int64) {
	if f[k] += value; f[k] == 0 {
		delete(f, k)
	}
}

// diff describes where two sets of sums differ, the first few places in order of time.
func (f facts) diff(want facts) []string {
	var lines []string
	for k, v := range f {
		if want[k] != v {
			lines = append(lines, fmt.Sprintf("%d %s %s: got %d, want %d %+v", k.at, k.grain, k.name, v, want[k], k.dims.Value()))
		}
	}
	for k, v := range want {
		if _, both := f[k]; !both {
			lines = append(lines, fmt.Sprintf("%d %s %s: got 0, want %d %+v", k.at, k.grain, k.name, v, k.dims.Value()))
		}
	}
	slices.Sort(lines)
	return lines[:min(len(lines), 12)]
}

// rules is a configuration, as the objects that are published.
type rules struct {
	centre   event.CentreConfig
	queues   []event.QueueConfig
	advisors []event.AdvisorConfig
	states   map[string]string

	campaigns    []event.CampaignConfig
	dispositions map[string]string
	calendars    []event.CalendarConfig

	alerts  []event.RuleConfig
	targets []event.TargetConfig
	skills  []event.SkillConfig
}

// queueAt is the rule of a queue: the newest that began at or before the instant, before its first date the first one,
// and the centre's when the queue has none.
func (r *rules) queueAt(queue string, at int64) event.QueueConfig {
	var dated []event.QueueConfig
	for _, q := range r.queues {
		if q.Queue == queue {
			dated = append(dated, q)
		}
	}
	if len(dated) == 0 {
		return event.QueueConfig{}.WithDefaults(r.centre)
	}
	slices.SortStableFunc(dated, func(a, b event.QueueConfig) int { return cmp.Compare(a.From, b.From) })
	rule := dated[0]
	for _, q := range dated {
		if q.From <= at {
			rule = q
		}
	}
	return rule.WithDefaults(r.centre)
}

// advisorAt is the newest membership that holds at the instant.
func (r *rules) advisorAt(advisor string, at int64) (found event.AdvisorConfig) {
	for _, a := range r.advisors {
		holds := a.Advisor == advisor && a.From <= at && (a.To == 0 || at < a.To)
		if holds && (found.Advisor == "" || a.From >= found.From) {
			found = a
		}
	}
	return found
}

func (r *rules) category(reason string) string {
	if c, ok := r.states[reason]; ok {
		return c
	}
	return event.DefaultStateCategory(reason)
}

// said is an event with what the configuration adds to it (rule 2).
type said struct {
	event.Event
	thresholdMs, shortMs int64
	variant              string
	homeTeam             string
	limitMs              int64

	ownTeam, ownSite string // said by the event itself
	class            string // of a disposition
	silence          bool   // nobody said it: rule 6 of an advisor's wall clock
}

func (r *rules) read(e event.Event) said {
	s := said{Event: e, limitMs: 4 * hour, ownTeam: e.Team, ownSite: e.Site, class: cmp.Or(e.Class, r.dispositions[e.Code])}
	if e.Queue != "" {
		q := r.queueAt(e.Queue, e.Time)
		s.thresholdMs, s.shortMs, s.variant = q.ThresholdMs, q.ShortAbandonMs, q.Variant
		s.Channel = cmp.Or(e.Channel, q.Channel)
		s.Programme = cmp.Or(e.Programme, q.Programme)
	}
	if s.Channel == event.ChannelChat || s.Channel == event.ChannelSocial {
		s.limitMs = 12 * hour
	}
	for _, c := range r.campaigns {
		if c.Campaign == e.Campaign && e.Type == event.AdvisorState {
			s.Programme = cmp.Or(e.Programme, c.Programme)
		} else if c.Campaign == e.Campaign {
			s.Programme = cmp.Or(s.Programme, c.Programme)
		}
	}
	if e.Type == event.CallDialled || e.Type == event.CallRefused { // a call, and it goes out
		s.Channel, s.Direction = cmp.Or(s.Channel, event.ChannelVoice), cmp.Or(e.Direction, event.DirectionOutbound)
	}
	if e.Advisor != "" {
		a := r.advisorAt(e.Advisor, e.Time)
		s.Team, s.Site = cmp.Or(e.Team, a.Team), cmp.Or(e.Site, a.Site)
		s.homeTeam = cmp.Or(a.HomeTeam, a.Team)
	}
	return s
}

const (
	second = int64(1000)
	minute = 60 * second
	hour   = 60 * minute
)

// order is rule 1: each event once, in the order of the timeline.
func order(line []said) []said {
	type identity struct{ source, id string }
	seen := map[identity]bool{}
	var once []said
	for _, s := range line {
		if id := (identity{s.Source, s.ID}); !seen[id] {
			seen[id] = true
			once = append(once, s)
		}
	}
	slices.SortFunc(once, func(a, b said) int {
		return cmp.Or(cmp.Compare(a.Time, b.Time), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Sequence, b.Sequence),
			cmp.Compare(xxhash.Sum64String(a.ID), xxhash.Sum64String(b.ID)))
	})
	return once
}

// timelines are the events up to an instant of the clock by whom they are about, with what the configuration adds to them.
type timelines struct {
	contacts, advisors, schedules map[string][]said
	items                         map[string][]said
	legs                          map[string]bool // contacts that a merger said were a leg of another
	corrections                   []said
}

func (r *rules) timelines(events []event.Event, clock int64) timelines {
	root := merged(events, clock)
	t := timelines{contacts: map[string][]said{}, advisors: map[string][]said{}, schedules: map[string][]said{}, items: map[string][]said{},
		legs: map[string]bool{}}
	isOne := map[string]bool{}
	for _, e := range events {
		isOne[e.Contact] = isOne[e.Contact] || isItem(e.Type) && e.Time <= clock
	}
	for _, e := range events {
		if e.Time > clock {
			continue
		}
		s := r.read(e)
		switch {
		case e.Type == event.ContactMerged:
			t.legs[e.Contact] = true
			continue
		case e.Type == event.SchedulePublished:
			t.schedules[e.Advisor] = append(t.schedules[e.Advisor], s)
			continue
		case e.Type == event.CorrectionIssued:
			t.corrections = append(t.corrections, s)
			continue
		}
		if isOne[e.Contact] && (isItem(e.Type) || saysOutcome(e.Type)) {
			t.items[e.Contact] = append(t.items[e.Contact], s)
			continue
		}
		if e.Contact != "" && e.Type != event.AdvisorState && !isCallback(e.Type) {
			id := root(e.Contact)
			t.contacts[id] = append(t.contacts[id], s)
		}
		if e.Advisor != "" && concernsTime(e.Type) {
			t.advisors[e.Advisor] = append(t.advisors[e.Advisor], s)
		}
	}
	return t
}

// oracle returns the facts of a set of events, in any order, at an instant of the clock.
func oracle(r *rules, events []event.Event, clock int64) facts {
	t := r.timelines(events, clock)
	out := facts{}
	for _, line := range t.contacts {
		contactFacts(out, t.legs, order(line), clock)
	}
	for _, line := range t.items {
		itemFacts(out, r, order(line), clock)
	}
	objectFacts(out, r, events, clock)
	correctionFacts(out, r, order(t.corrections))
	life := func(name string) []said {
		return withSilences(order(append(t.advisors[name], r.borders(name, clock)...)), clock)
	}
	for name := range t.advisors {
		advisorFacts(out, r, name, life(name), clock)
	}
	for name, published := range t.schedules {
		scheduleFacts(out, r, name, life(name), order(published), clock)
	}
	return out
}

// oracleOfHelp counts the requests for help that are open at an instant of the clock.
func oracleOfHelp(r *rules, events []event.Event, clock int64) (open int) {
	t := r.timelines(events, clock)
	for _, line := range t.contacts {
		for _, o := range tell(facts{}, t.legs, order(line), clock).offers {
			if o.asked && o.ended == nil && clock < o.limit() {
				open++
			}
		}
	}
	return open
}

func isCallback(t event.Type) bool {
	return t >= event.CallbackRequested && t <= event.CallbackExpired || t == event.CallbackAssigned
}

// borders are the changes of an advisor's membership up to the clock, told as events that change nothing else.
func (r *rules) borders(name string, clock int64) []said {
	var all []said
	for _, a := range r.advisors {
		for _, at := range []int64{a.From, a.To} {
			if a.Advisor == name && at > 0 && at <= clock {
				all = append(all, r.read(event.Event{ID: fmt.Sprint("border ", at), Type: event.ConfigAdvisor, Time: at, Advisor: name}))
			}
		}
	}
	return all
}

// merged returns the one name of each contact, after all mergers said up to the clock.
func merged(events []event.Event, clock int64) func(string) string {
	into := map[string]string{}
	root := func(id string) string {
		for into[id] != "" {
			id = into[id]
		}
		return id
	}
	for _, e := range events {
		if e.Type != event.ContactMerged || e.Time > clock {
			continue
		}
		if a, b := root(e.Contact), root(e.Target); a != b {
			into[a] = b
		}
	}
	return root
}

// serviceLevel is rule 7: what a booking of a leg's measures adds to sl_due and sl_met. n gives the measures booked.
func serviceLevel(variant string, n map[string]int64) (due, met int64) {
	answered, abandoned, within := n["answered"], n["abandoned"], n["answered_within"]
	switch variant {
	case "sl_neg", "sl_genesys": // sl_genesys as delivered: a = 1, f = 0, s = 0
		return answered + abandoned, within
	case "sl_ign":
		return answered + abandoned - n["abandoned_within"], within
	case "sl_pos":
		return answered + abandoned, within + n["abandoned_within"]
	case "sl_ans":
		return answered, within
	case "sl_short":
		return answered + abandoned - n["abandoned_short"], within
	case "sl_live":
		return within + n["abandoned_within"] + n["crossed"], within
	case "sl_neg_left":
		return answered + abandoned + n["left"] - n["left_within"] + n["lost"], within
	case "sl_amazon":
		return n["offered"], within + n["abandoned_within"] + n["left_callback_within"]
	case "sl_rona":
		return answered + abandoned - n["offered_missed_within"], within
	}
	panic("BUG: no such variant: " + variant)
}
