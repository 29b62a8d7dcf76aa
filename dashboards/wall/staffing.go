// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

const (
	// staffingMs is how far ahead the need is looked at.
	staffingMs = 2 * QuarterMs
	// usualPatienceMs is how long a customer waits before giving up where too few gave up today to tell.
	usualPatienceMs = 180_000
	// staffingMinN is the least number of calls whose handling tells how long the next ones take.
	staffingMinN = 30
	// maxOccupancyBp is how busy people may be: nobody is planned beyond it, whatever the service level.
	maxOccupancyBp = 8800
	// shortBp and shortPeople are how many may be missing before it is time to act: 5 %, and one in any case.
	shortBp     = 500
	shortPeople = 1
)

// pool is who answers for the queues of a team, with whom it shares them, and how many it takes.
type pool struct {
	present, required int64
}

// pool finds the staffing groups of the team's queues. There is no need per team where several share a queue, nor per queue
// where people have several: so it is that of whole groups. ok is false where it cannot be told: without past weeks, with
// too few calls today, and for chats, of which one person has several.
func (e *evaluation) pool() (pool, bool) {
	var p pool
	var all []string
	for _, queues := range e.staffingGroups() {
		n, ok := e.required(queues)
		if !ok {
			return pool{}, false
		}
		p.required += n
		all = append(all, queues...)
	}
	p.present = e.onQueue(scopesNamed(indicator.ScopeQueue, all))
	return p, len(all) > 0
}

// staffingGroups are the queues of each group that one of the team's queues belongs to.
func (e *evaluation) staffingGroups() [][]string {
	group := func(id string) string { return nameOr(e.Config.Queue(id, e.Reading.AsOfMs).StaffingGroup, "queue "+id) }
	var groups [][]string
	var seen []string
	for _, mine := range e.queues {
		name := group(mine)
		if slices.Contains(seen, name) {
			continue
		}
		seen = append(seen, name)
		queues := []string{}
		for _, id := range e.Config.Queues() {
			if group(id) == name {
				queues = append(queues, id)
			}
		}
		groups = append(groups, queues)
	}
	return groups
}

// required is how many people the next half-hour of a group takes, by Erlang A: as many calls as on the usual day, or as in
// the last half-hour if these were more.
func (e *evaluation) required(queues []string) (int64, bool) {
	scopes := scopesNamed(indicator.ScopeQueue, queues)
	if e.Day == nil || len(queues) == 0 || !e.hasUsual(scopes) {
		return 0, false
	}
	aht, known := e.value("aht", Today, scopes)
	handleMs, ok := aht.Float()
	if !known || !ok || aht.Sample < staffingMinN {
		return 0, false
	}
	ring, _ := e.value("avg_ring", Today, scopes)
	ringMs, _ := ring.Float()
	patienceMs := float64(usualPatienceMs)
	if patience, _ := e.value("patience", Today, scopes); patience.Sample >= staffingMinN {
		patienceMs, _ = patience.Float()
	}
	withinMs := e.thresholdMs(scopes[0])
	for _, s := range scopes {
		q := e.Config.Queue(s.ID, e.Reading.AsOfMs)
		if q.Channel != "" && q.Channel != event.ChannelVoice {
			return 0, false
		}
		withinMs = min(withinMs, q.ThresholdMs)
	}
	traffic := indicator.Traffic{Contacts: e.callsToCome(scopes), IntervalMs: staffingMs, HandleMs: int64(handleMs + ringMs),
		PatienceMs: int64(patienceMs), WithinMs: max(withinMs-int64(ringMs), 0)}
	targetBp := dayService.Limits.OK
	if t, ok := e.commonTarget(&dayService, &figure{scopes: scopes}); ok {
		targetBp = t.Value
	}
	n, ok := traffic.Required(targetBp, maxOccupancyBp)
	return int64(n), ok
}

// callsToCome is what the usual day has in the next half-hour, or what came in the last one if that is more.
func (e *evaluation) callsToCome(scopes []Scope) int64 {
	offered, _ := e.Catalogue.Lookup("offered")
	var usual []*WindowSums
	from := e.Reading.AsOfMs - e.Reading.AsOfMs%QuarterMs
	for _, s := range scopes {
		for _, q := range e.Day.Usual[s] {
			if q.StartMs >= from && q.StartMs < from+staffingMs {
				usual = append(usual, q.Sums)
			}
		}
	}
	last, _ := e.value("offered", Last30m, scopes)
	days := e.Day.UsualDays
	return max((Eval(offered.Form, usual...).Numerator+days-1)/days, last.Numerator)
}

// staff turns the tile of who is present into that of the pool, where the need is known.
func (e *evaluation) staff(t *Tile, f *figure) {
	if t.State != StateInfo {
		return
	}
	p, ok := e.pool()
	if !ok {
		t.Notes = append(t.Notes, e.say(wordRequired))
		return
	}
	own := f.gauge
	f.gauge, f.raw = p.present, float64(p.present)
	w := write(e.Lang, f.format, f.raw)
	t.Value, t.Text, t.Raw = w.number, w.text(e.Lang), &f.raw
	t.State = staffState(p.present, p.required)
	t.Gap = signed(e.Lang, float64(p.present-p.required), 0)
	t.Target = e.say(wordRequiredIs, decimal(e.Lang, float64(p.required), 0))
	t.Notes = append([]string{t.Target, e.say(wordOfThese, e.info.Title, decimal(e.Lang, float64(own), 0))}, t.Notes...)
}

// staffState judges who is there against who is needed.
func staffState(present, required int64) State {
	missing := required - present
	switch {
	case missing <= 0:
		return StateOK
	case missing <= shortPeople || missing*fullBp <= shortBp*required:
		return StateWatch
	}
	return StateAct
}
