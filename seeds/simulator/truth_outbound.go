// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/vigie-kpi/vigie/event"

// talkDialled is the kind of a conversation with somebody whom a campaign called.
const talkDialled = "dialled"

// CampaignDay is one campaign on one day. A record that is dialled for the first time counts on that day, whenever it was
// loaded.
type CampaignDay struct {
	Loaded      int64            `json:"loaded"`     // records
	Tried       int64            `json:"tried"`      // records dialled for the first time
	Reached     int64            `json:"reached"`    // records whose customer talked to an advisor for the first time
	Invalid     int64            `json:"invalid"`    // records whose number turned out not to exist
	Closed      int64            `json:"closed"`     // records that are done with
	Dialled     map[string]int64 `json:"dialled"`    // dials by result
	LeftAlone   int64            `json:"left_alone"` // people who answered when no advisor was free
	Checked     int64            `json:"checked"`    // dials, and those that were held back
	HeldBack    map[string]int64 `json:"held_back"`  // by what the dialler's own check says
	Wrong       map[string]int64 `json:"wrong"`      // dials that should not have been, by what the second check says
	Disagreed   int64            `json:"disagreed"`  // where the two checks do not say the same
	Codes       map[string]int64 `json:"codes"`      // how conversations were disposed of
	Oppositions int64            `json:"oppositions"`

	Numbers map[string]*NumberDay `json:"numbers"` // that its dials presented

	Promised        int64 `json:"promised"`         // to call again at a time
	PromisesTried   int64 `json:"promises_tried"`   // of those, on the day on which it was tried
	PromisesReached int64 `json:"promises_reached"` // and the customer was there
	PromisesBroken  int64 `json:"promises_broken"`  // given up: the customer was not there, or the record was closed

	OnIt int64 `json:"on_it_ms"` // time that advisors were there for it: ready, ringing, talking, writing
	Work
	Said
}

// NumberDay is one number of a campaign on one day.
type NumberDay struct {
	Dialled  int64 `json:"dialled"`
	Answered int64 `json:"answered"` // by a person
}

// LoadedList is a list that came.
type LoadedList struct {
	ID       string `json:"id"`
	Campaign string `json:"campaign"`
	At       int64  `json:"at"`
	Records  int64  `json:"records"`
}

// Dial is one record whose turn had come: a call, or one that the gate held back.
type Dial struct {
	ID        string        `json:"id"`
	Campaign  string        `json:"campaign"`
	Record    string        `json:"record"`
	Customer  string        `json:"customer"`
	Zone      string        `json:"zone,omitempty"`   // where the customer lives, when anybody knows
	At        int64         `json:"at"`               // of the result, or of the refusal
	Result    string        `json:"result,omitempty"` // none: held back
	Verdict   string        `json:"verdict"`
	Audit     string        `json:"audit"`
	LeftAlone bool          `json:"left_alone,omitempty"`
	Talk      *Conversation `json:"talk,omitempty"`
	Code      string        `json:"code,omitempty"`
	Sale      *Sale         `json:"sale,omitempty"`

	Evaluation *Evaluation `json:"evaluation,omitempty"`
	FollowUp   *Callback   `json:"follow_up,omitempty"` // promised in it

	began event.Millis
}

// startedAt is when the call is known to have begun: who dials it, knows from the start; otherwise it begins when somebody
// answers.
func (d *Dial) startedAt() event.Millis {
	if d.began != 0 {
		return d.began
	}
	return d.At
}

// campaign is the sums of a campaign today.
func (l *ledger) campaign(c *campaign) *CampaignDay { return l.day(l.s.clock.now).campaign(c.org.ID) }

func (d *Day) campaign(id string) *CampaignDay {
	c := d.Campaigns[id]
	if c == nil {
		c = &CampaignDay{Dialled: map[string]int64{}, HeldBack: map[string]int64{}, Wrong: map[string]int64{}, Codes: map[string]int64{},
			Numbers: map[string]*NumberDay{}, Work: newWork()}
		d.Campaigns[id] = c
	}
	return c
}

func (l *ledger) newDial(o *outcall, v checked) *Dial {
	t := &Dial{ID: o.id, Campaign: o.c.org.ID, Record: o.r.id, Customer: o.c.people.pool.hash(o.r.customer), At: l.s.clock.now,
		Verdict: v.verdict, Audit: v.audit}
	if lives := o.r.home.lives; len(lives) == 1 {
		t.Zone = lives[0].wall.loc.String()
	}
	if o.a != nil {
		t.began = l.s.clock.now
	}
	l.Dials = append(l.Dials, t)
	return t
}

func (l *ledger) heldBack(o *outcall) {
	c := l.campaign(o.c)
	c.Checked++
	c.HeldBack[o.truth.Verdict]++
	if o.truth.Verdict != o.truth.Audit {
		c.Disagreed++
	}
}

// dialled books the result of a dial: of the campaign and, when an advisor dialled, of the advisor and the team.
func (l *ledger) dialled(o *outcall) {
	t, c := o.truth, l.campaign(o.c)
	c.Dialled[t.Result]++
	n := c.Numbers[o.line]
	if n == nil {
		n = &NumberDay{}
		c.Numbers[o.line] = n
	}
	n.Dialled++
	if t.Result == event.ResultHuman {
		n.Answered++
	}
	c.Checked++
	if t.Verdict != t.Audit {
		c.Disagreed++
	}
	if t.Audit != event.VerdictOK {
		c.Wrong[t.Audit]++
	}
	if t.LeftAlone {
		c.LeftAlone++
	}
	if o.r.tries == 1 {
		c.Tried++
		if t.Result == event.ResultInvalid {
			c.Invalid++
		}
	}
	if o.a != nil {
		d := l.day(l.s.clock.now)
		person(d.Advisors, o.a.id).Dialled[t.Result]++
		person(d.Teams, o.a.team).Dialled[t.Result]++
	}
}

// outWork tells everybody whose work a call is: the campaign, the advisor and the team.
func (l *ledger) outWork(at event.Millis, o *outcall, do func(*Work)) {
	t := o.truth.Talk
	l.works(at, t.Advisor, t.Team, "", do)
	do(&l.day(at).campaign(o.c.org.ID).Work)
}

// ringWork is outWork before there is a conversation.
func (l *ledger) ringWork(o *outcall, a *advisor, do func(*Work)) {
	now := l.s.clock.now
	l.works(now, a.id, a.team, "", do)
	do(&l.day(now).campaign(o.c.org.ID).Work)
}

func (l *ledger) rings(o *outcall, a *advisor) {
	o.rangAt = l.s.clock.now
	l.ringWork(o, a, func(w *Work) { w.Rings++ })
}

func (l *ledger) rungOut(o *outcall, a *advisor, how string) {
	l.ringWork(o, a, func(w *Work) {
		w.RingTime += l.s.clock.now - o.rangAt
		if how == ringCut {
			w.RingsCut++
		}
	})
}

// talkedOut books a conversation whose work is done.
func (l *ledger) talkedOut(o *outcall) {
	t := o.truth.Talk
	l.outWork(t.DoneAt, o, func(w *Work) {
		w.Done++
		w.Talk += t.EndedAt - t.From
		w.AfterCall += t.DoneAt - t.EndedAt
		w.EndedBy[t.By]++
	})
}

func (l *ledger) disposed(o *outcall) {
	d, t := l.day(l.s.clock.now), o.truth
	d.campaign(o.c.org.ID).Codes[t.Code]++
	person(d.Advisors, t.Talk.Advisor).Codes[t.Code]++
	person(d.Teams, t.Talk.Team).Codes[t.Code]++
}

// outSaid books what came after a call, on the day on which it began.
func (l *ledger) outSaid(o *outcall, do func(*Said)) { l.laidOut(o.truth.startedAt(), o, do) }

// takenBack books what a cancelled sale was worth, on the day of the cancellation.
func (l *ledger) takenBack(o *outcall) {
	l.laidOut(l.s.clock.now, o, func(d *Said) { d.TakenBackFor += o.truth.Sale.Cents })
}

func (l *ledger) laidOut(at event.Millis, o *outcall, do func(*Said)) {
	d, t := l.day(at), o.truth.Talk
	do(&d.campaign(o.c.org.ID).Said)
	do(&person(d.Advisors, t.Advisor).Said)
	do(&person(d.Teams, t.Team).Said)
}

// production books time on a campaign: whoever is ready, rung, talking or writing is there for it.
func (d *Day) production(a *advisor, ms int64) {
	if a.campaign == nil || a.state == stateAway {
		return
	}
	id := a.campaign.org.ID
	d.campaign(id).OnIt += ms
	person(d.Advisors, a.id).OnCampaign[id] += ms
	person(d.Teams, a.team).OnCampaign[id] += ms
}
