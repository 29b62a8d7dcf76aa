// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// Inputs are all that a board is made of.
type Inputs struct {
	Catalogue *indicator.Catalogue
	Reading   *Reading
	Config    *Config
	Roster    *Roster // at the reading's clock
	Day       *Day    // nil when nothing of the day's course is known
	Board     string  // see Boards
	Lang      Lang
	Limits    map[string]Limits // by the id of a tile: a site's own borders between the words
	Stale     bool              // the reading is older than it may be
}

// Info names a board.
type Info struct {
	ID    string `json:"id"`
	Kind  Kind   `json:"kind"`
	Title string `json:"title"`
}

// OverviewID is the board of the whole centre.
const OverviewID = "centre"

// teamPrefix makes the id of a team whose own id is taken.
const teamPrefix = "team:"

// Boards lists the boards of a centre: the overview, then one for each team.
func Boards(c *Config, l Lang) []Info {
	list := []Info{{OverviewID, KindCentre, l.of(wordOverview)}}
	for _, t := range c.teams {
		id := t.Team
		if id == OverviewID {
			id = teamPrefix + id
		}
		list = append(list, Info{id, KindOf(t.Kind), nameOr(t.Name, t.Team)})
	}
	return list
}

func nameOr(name, id string) string {
	if name != "" {
		return name
	}
	return id
}

// evaluation is one board in the making.
type evaluation struct {
	*Inputs
	info      Info
	team      string // "" on the overview
	now       time.Time
	queues    []string // those in which customers wait
	deferred  []string
	campaigns []string
}

// Evaluate makes a board. It returns false when the centre has no such board.
func Evaluate(in *Inputs) (*Board, bool) {
	boards := Boards(in.Config, in.Lang)
	i := slices.IndexFunc(boards, func(b Info) bool { return b.ID == in.Board || teamPrefix+b.ID == in.Board && b.ID != OverviewID })
	if i < 0 {
		return nil, false
	}
	e := &evaluation{Inputs: in, info: boards[i], now: time.UnixMilli(in.Reading.AsOfMs).In(in.Config.Location)}
	if e.info.Kind != KindCentre {
		e.team = strings.TrimPrefix(e.info.ID, teamPrefix)
	}
	e.findScopes()
	return e.board(SpecOf(e.info.Kind)), true
}

// findScopes lists the queues of the board: those that the team serves, or all there are.
func (e *evaluation) findScopes() {
	ids := e.Roster.Served(e.team)
	if e.info.Kind == KindCentre {
		ids = e.Config.Queues()
		for _, s := range e.scopesOf(indicator.ScopeQueue) {
			ids = append(ids, s.ID)
		}
		slices.Sort(ids)
		ids = slices.Compact(ids)
	}
	for _, id := range ids {
		if slices.Contains(event.DeferredChannels, e.Config.Queue(id, e.Reading.AsOfMs).Channel) {
			e.deferred = append(e.deferred, id)
		} else {
			e.queues = append(e.queues, id)
		}
	}
	for _, c := range e.Config.campaigns {
		e.campaigns = append(e.campaigns, c.Campaign)
	}
}

// scopesOf lists the scopes of a kind that the reading has.
func (e *evaluation) scopesOf(kind indicator.ScopeKind) []Scope {
	var list []Scope
	//deterministic: sorted below.
	for s := range e.Reading.Scopes {
		if s.Kind == kind {
			list = append(list, s)
		}
	}
	slices.SortFunc(list, compareScopes)
	return list
}

// scopes resolves a rule.
func (e *evaluation) scopes(rule ScopeRule) []Scope {
	switch rule {
	case OwnTeam:
		if e.team == "" {
			return []Scope{{Kind: indicator.ScopeCentre}}
		}
		return []Scope{{indicator.ScopeTeam, e.team}}
	case ServedDeferred:
		return scopesNamed(indicator.ScopeQueue, e.deferred)
	case AllCampaigns:
		return scopesNamed(indicator.ScopeCampaign, e.campaigns)
	case ServedChat:
		var chats []string
		for _, id := range e.queues {
			if e.Config.Queue(id, e.Reading.AsOfMs).Channel == event.ChannelChat {
				chats = append(chats, id)
			}
		}
		return scopesNamed(indicator.ScopeQueue, chats)
	}
	return scopesNamed(indicator.ScopeQueue, e.queues)
}

func scopesNamed(kind indicator.ScopeKind, ids []string) []Scope {
	list := make([]Scope, len(ids))
	for i, id := range ids {
		list[i] = Scope{kind, id}
	}
	return list
}

// opening is that of the queues or campaigns behind a tile; a team keeps the hours of what it serves.
func (e *evaluation) opening(rule ScopeRule) opening {
	at := e.Reading.AsOfMs
	ids := slices.Concat(e.queues, e.deferred)
	switch {
	case rule == AllCampaigns || rule == OwnTeam && e.info.Kind == KindOutbound:
		var calendars []string
		for _, c := range e.Config.campaigns {
			calendars = append(calendars, c.Calendar)
		}
		return e.Config.openingOf(calendars, at)
	case rule != OwnTeam:
		ids = nil
		for _, s := range e.scopes(rule) {
			ids = append(ids, s.ID)
		}
	}
	calendars := make([]string, len(ids))
	for i, id := range ids {
		calendars[i] = e.calendarOf(Scope{indicator.ScopeQueue, id})
	}
	return e.Config.openingOf(calendars, at)
}

// calendarOf names the calendar of a queue or a campaign.
func (e *evaluation) calendarOf(s Scope) string {
	if s.Kind == indicator.ScopeQueue {
		return e.Config.Queue(s.ID, e.Reading.AsOfMs).Calendar
	}
	for _, c := range e.Config.campaigns {
		if s.Kind == indicator.ScopeCampaign && c.Campaign == s.ID {
			return c.Calendar
		}
	}
	return ""
}

func (e *evaluation) say(t Text, with ...any) string {
	if len(with) == 0 {
		return e.Lang.of(t)
	}
	return fmt.Sprintf(e.Lang.of(t), with...)
}

func (e *evaluation) board(spec *Spec) *Board {
	r := e.Reading
	_, offsetSeconds := e.now.Zone()
	b := &Board{ID: e.info.ID, Kind: e.info.Kind, Lang: e.Lang, Title: e.info.Title, Centre: nameOr(e.Config.Centre.Name, r.Centre),
		AsOfMs: r.AsOfMs, Partition: r.Partition, Offset: r.Offset, OffsetMinutes: offsetSeconds / 60,
		AsOf: e.say(wordAsOf, e.now.Format(time.TimeOnly)), Date: longDate(e.Lang, e.now), Stale: e.Stale,
		Strip: e.strip(), Hint: e.say(wordQuiet)}
	if e.team != "" {
		b.Subtitle = e.subtitle()
	}
	for i := range spec.Rows {
		b.Rows = append(b.Rows, e.row(&spec.Rows[i]))
		if i == 0 && spec.PerQueue {
			b.Rows = append(b.Rows, e.perQueueRow())
		}
	}
	b.Curve = e.curve(&spec.Curve)
	return b
}

// sizeNormal is the size of the row with the curve.
const sizeNormal = "normal"

// maxBesideCurve is how many of its tiles a board has beside the curve: the first that the team has use for. Those that the centre
// adds stand there as well.
const maxBesideCurve = 1

func (e *evaluation) row(spec *RowSpec) Row {
	row := Row{Size: spec.Size, Tiles: []Tile{}}
	for i := range spec.Tiles {
		tile := &spec.Tiles[i]
		if !e.applies(tile) || spec.Size == sizeNormal && len(row.Tiles) == maxBesideCurve {
			continue
		}
		row.Tiles = append(row.Tiles, e.tile(tile))
	}
	if spec.Size == sizeNormal {
		row.Tiles = append(e.ownTiles(), row.Tiles...)
	}
	return row
}

// applies tells whether a tile says anything to the team of this board: one without chats has no use for those of chats.
func (e *evaluation) applies(spec *TileSpec) bool {
	if spec.Extra == ExtraChallenge {
		_, _, has := e.challengeOf()
		return has
	}
	return spec.OnlyWith == ServedQueues || len(e.scopes(spec.OnlyWith)) > 0
}

func (e *evaluation) subtitle() string {
	var names []string
	for _, id := range slices.Concat(e.queues, e.deferred) {
		names = append(names, e.Config.queueName(id, e.Reading.AsOfMs))
	}
	if e.info.Kind == KindOutbound {
		for _, id := range e.campaigns {
			names = append(names, e.Config.campaignName(id))
		}
	}
	return strings.Join(names, " · ")
}

// maxQueueTiles bounds the row of queues: more cannot be read from afar. The busiest are shown.
const maxQueueTiles = 6

func (e *evaluation) perQueueRow() Row {
	ids := slices.Clone(e.queues)
	if len(ids) > maxQueueTiles {
		demand := func(id string) int64 {
			v, _ := e.value("offered", Today, []Scope{{indicator.ScopeQueue, id}})
			return v.Numerator
		}
		slices.SortStableFunc(ids, func(a, b string) int { return int(demand(b) - demand(a)) })
		ids = ids[:maxQueueTiles]
	}
	row := Row{Size: "large", Tiles: []Tile{}}
	for _, id := range ids {
		one := *e
		one.queues, one.deferred = []string{id}, nil
		spec := perQueue
		spec.ID = "queue_" + id
		name := e.Config.queueName(id, e.Reading.AsOfMs)
		spec.Title = Text{En: name, Fr: name}
		row.Tiles = append(row.Tiles, one.tile(&spec))
	}
	return row
}

// value evaluates an indicator; false when this version does not compute it for such scopes.
func (e *evaluation) value(id string, w Window, scopes []Scope) (indicator.Value, bool) {
	ind, known := e.Catalogue.Lookup(id)
	switch {
	case !known || len(scopes) == 0 || !ind.Scopes.Has(scopes[0].Kind):
		return indicator.Value{}, false
	case w == Now:
		return e.valueNow(ind, scopes)
	case !ind.FromSums():
		return indicator.Value{}, false
	}
	if w.Days() > 0 {
		return e.longValue(ind, w, scopes)
	}
	v, _ := e.Reading.Value(ind, w, scopes...)
	return v, ind.Live()
}

// longValue adds today's live sums to those of the days before, from the store.
func (e *evaluation) longValue(ind *indicator.Indicator, w Window, scopes []Scope) (indicator.Value, bool) {
	parts, known := e.past(w, scopes)
	if !known {
		return indicator.Value{}, false
	}
	for _, s := range scopes {
		if live := e.Reading.Scopes[s]; live != nil && live.Windows[Today] != nil {
			parts = append(parts, live.Windows[Today])
		}
	}
	return Eval(ind.Form, parts...), true
}

// past lists the sums of the days before today; false without a store.
func (e *evaluation) past(w Window, scopes []Scope) ([]*WindowSums, bool) {
	if e.Day == nil || e.Day.Long[w] == nil {
		return nil, false
	}
	var parts []*WindowSums
	for _, s := range scopes {
		if past := e.Day.Long[w][s]; past != nil {
			parts = append(parts, past)
		}
	}
	return parts, true
}

// pastValue evaluates an indicator over the days before today; false when the store does not tell.
func (e *evaluation) pastValue(id string, w Window, scopes []Scope) (indicator.Value, bool) {
	ind, known := e.Catalogue.Lookup(id)
	parts, stored := e.past(w, scopes)
	if !known || !stored {
		return indicator.Value{}, false
	}
	return Eval(ind.Form, parts...), true
}

// onQueue is how many advisors answer for some queues now. Some sources say who is in which queue: then, of queues that share
// people, the one with the most. Others say who works: then the teams that serve one of the queues, each once.
func (e *evaluation) onQueue(scopes []Scope) int64 {
	var inQueue, inTeams int64
	var queues []string
	for _, s := range scopes {
		n, _ := e.Reading.Gauge(gaugeOnQueue, s)
		inQueue = max(inQueue, n)
		queues = append(queues, s.ID)
	}
	for _, team := range e.teamsOf(queues) {
		n, _ := e.Reading.Gauge(gaugeOnQueue, team)
		inTeams += n
	}
	return max(inQueue, inTeams)
}
