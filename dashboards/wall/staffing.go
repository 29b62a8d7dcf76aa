// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"math"
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

// pool is who answers for the queues of a team, with whom it shares them, and how many it takes: now and half an hour ahead.
type pool struct {
	present, required         int64
	presentSoon, requiredSoon int64
	soon                      bool // somebody is planned, so that who will be there can be told
}

// pool finds the staffing groups of the team's queues. There is no need per team where several share a queue, nor per queue
// where people have several: so it is that of whole groups. ok is false where it cannot be told: without past weeks, with
// too few calls today, and for chats, of which one person has several.
func (e *evaluation) pool() (pool, bool) {
	var p pool
	var all []string
	groups := e.staffingGroups()
	for _, queues := range groups {
		present, required, told := e.staffNow(queues)
		now, ok := e.required(queues, 0)
		later, okLater := e.required(queues, SoonMs)
		switch {
		case told && ok && okLater:
			later = max(required+later-now, 0)
		case told:
			later = required
		case ok && okLater:
			required, present = now, e.presentOf(queues)
		default:
			return pool{}, false
		}
		p.present, p.required, p.requiredSoon = present, p.required+required, p.requiredSoon+later
		all = append(all, queues...)
	}
	if len(groups) > 1 { // whoever serves two groups is one person
		p.present = e.presentOf(all)
	}
	var planned, plannedSoon int64
	for _, team := range e.teamsOf(all) {
		now, _ := e.Reading.Gauge(GaugePlannedNow, team)
		later, _ := e.Reading.Gauge(GaugePlannedSoon, team)
		planned, plannedSoon = planned+now, plannedSoon+later
	}
	onQueue := p.present + e.breaks(all) // the schedules say of whoever is on queue now whether they are in half an hour
	p.presentSoon, p.soon = max(onQueue+plannedSoon-planned, 0), planned+plannedSoon > 0
	return p, len(all) > 0
}

// presentOf is who serves one of some queues over the next quarter of an hour: on queue, minus planned breaks.
func (e *evaluation) presentOf(queues []string) int64 {
	return max(e.onQueue(scopesNamed(indicator.ScopeQueue, queues))-e.breaks(queues), 0)
}

// breaks is how many of those on queue planned breaks take away in the next quarter of an hour, less those whom they give back.
func (e *evaluation) breaks(queues []string) int64 {
	var ms int64
	for _, team := range e.teamsOf(queues) {
		n, _ := e.Reading.Gauge(GaugeBreakMs, team)
		ms += n
	}
	return int64(math.Round(float64(ms) / float64(QuarterMs)))
}

// staffNow is who is there for a group and who is required, as the machine tells it to rules, the API and the store; false where
// it does not.
func (e *evaluation) staffNow(queues []string) (present, required int64, told bool) {
	for _, s := range scopesNamed(indicator.ScopeQueue, queues) {
		here, _ := e.Reading.Gauge(gaugeStaffPresent, s)
		needed, _ := e.Reading.Gauge(gaugeStaffRequired, s)
		present, required = max(present, here), max(required, needed)
	}
	return present, required, required > 0
}

// teamsOf lists the teams that serve one of some queues.
func (e *evaluation) teamsOf(queues []string) []Scope {
	var teams []Scope
	for _, t := range e.Config.teams {
		if slices.ContainsFunc(e.Roster.Served(t.Team), func(q string) bool { return slices.Contains(queues, q) }) {
			teams = append(teams, Scope{indicator.ScopeTeam, t.Team})
		}
	}
	return teams
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

// required is how many people a half-hour of a group takes that begins so far ahead, by Erlang A.
func (e *evaluation) required(queues []string, aheadMs int64) (int64, bool) {
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
	traffic := indicator.Traffic{Contacts: e.callsToCome(scopes, aheadMs), IntervalMs: staffingMs, HandleMs: int64(handleMs + ringMs),
		PatienceMs: int64(patienceMs), WithinMs: max(withinMs-int64(ringMs), 0)}
	targetBp := dayService.Limits.OK
	if t, ok := e.commonTarget(&dayService, &figure{scopes: scopes}); ok {
		targetBp = t.Value
	}
	n, ok := traffic.Required(targetBp, maxOccupancyBp)
	return int64(n), ok
}

// callsToCome is what the usual day has in the half-hour that begins so far ahead. If more came in the last half-hour than
// usually do, the next one is taken to bring as many again, and a later one as much more than usual.
func (e *evaluation) callsToCome(scopes []Scope, aheadMs int64) int64 {
	from := e.Reading.AsOfMs - e.Reading.AsOfMs%QuarterMs
	usual := e.usualCalls(scopes, from+aheadMs)
	last, _ := e.value("offered", Last30m, scopes)
	if aheadMs == 0 {
		return max(usual, last.Numerator)
	}
	if before := e.usualCalls(scopes, from-staffingMs); before > 0 && last.Numerator > before {
		return (usual*last.Numerator + before - 1) / before
	}
	return usual
}

// usualCalls is what the usual day has in the half-hour from an instant on, rounded up.
func (e *evaluation) usualCalls(scopes []Scope, from int64) int64 {
	offered, _ := e.Catalogue.Lookup("offered")
	var usual []*WindowSums
	for _, s := range scopes {
		for _, q := range e.Day.Usual[s] {
			if q.StartMs >= from && q.StartMs < from+staffingMs {
				usual = append(usual, q.Sums)
			}
		}
	}
	days := e.Day.UsualDays
	return (Eval(offered.Form, usual...).Numerator + days - 1) / days
}

// staff turns the tile of who is present into that of the pool, where the need is known, now and in half an hour; the worse of
// both speaks.
func (e *evaluation) staff(t *Tile, f *figure) {
	if t.State != StateInfo {
		return
	}
	p, ok := e.pool()
	if !ok {
		t.Notes = append(t.Notes, e.say(wordRequired))
		return
	}
	number := func(n int64) string { return decimal(e.Lang, float64(n), 0) }
	own := f.gauge
	f.gauge, f.raw = p.present, float64(p.present)
	e.setFigure(t, f.format, f.raw)
	t.Unit = "/" + narrowSpace + number(p.required)
	t.Text = t.Value + narrowSpace + t.Unit
	t.State = staffState(p.present, p.required)
	t.Gap = signed(e.Lang, float64(p.present-p.required), 0)
	t.Target = e.say(wordRequiredIs, number(p.required))
	later := e.say(wordNeedSoon, number(p.requiredSoon))
	if p.soon {
		later = e.say(wordInHalfHour, number(p.presentSoon), number(p.requiredSoon))
		t.State = worse(t.State, staffState(p.presentSoon, p.requiredSoon))
	}
	mine := ""
	if e.team != "" {
		mine = e.say(wordOfThese, e.info.Title, number(own))
	}
	t.addFirst(later, mine)
}

// worse is the worse of two verdicts.
func worse(a, b State) State {
	order := []State{StateOK, StateWatch, StateAct}
	return order[max(slices.Index(order, a), slices.Index(order, b), 0)]
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
