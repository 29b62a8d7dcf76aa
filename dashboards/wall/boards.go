// SPDX-License-Identifier: Apache-2.0

package wall

// SpecOf returns the board of a kind.
func SpecOf(kind Kind) *Spec {
	switch kind {
	case KindBackOffice:
		return &backOffice
	case KindOutbound:
		return &outbound
	case KindCentre:
		return &overview
	}
	return &inbound
}

// people is the bar of advisors by what they do.
var people = []PartSpec{
	{"on_contact", Text{En: "on a contact", Fr: "en ligne"}, []string{"on_contact"}},
	{"available", Text{En: "available", Fr: "disponibles"}, []string{"available"}},
	{"ringing", Text{En: "ringing", Fr: "sonnerie"}, []string{"ringing"}},
	{"wrapping", Text{En: "wrap-up", Fr: "post-appel"}, []string{"wrapping"}},
	{"backoffice", Text{En: "back office", Fr: "différé"}, []string{"backoffice"}},
	{"break", Text{En: "break", Fr: "pause"}, []string{"break", "lunch"}},
	{"meeting", Text{En: "meeting, training", Fr: "réunion, formation"}, []string{"meeting", "training", "coaching", "monitor"}},
	{"technical", Text{En: "technical", Fr: "technique"}, []string{"technical"}},
	{"other", Text{En: "other", Fr: "autre"}, []string{"other"}},
}

// The tiles that several boards have.
var (
	waiting = TileSpec{ID: "waiting", Title: Text{En: "Waiting", Fr: "En attente"}, Gauge: "waiting", Window: Now,
		Judge: JudgeWaiting, Limits: Limits{OK: 1000, Watch: 2000}}
	longest = TileSpec{ID: "longest_wait", Title: Text{En: "Longest wait", Fr: "Attente la plus longue"}, Gauge: "longest_wait_ms", Window: Now,
		Format: FormatDuration, Judge: JudgeLongest, Limits: Limits{OK: 1, Watch: 3}}
	liveService = TileSpec{ID: "service_live", Title: Text{En: "Live service level", Fr: "NS en direct"}, Indicator: "sl_live", Window: Last30m,
		Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 8000, Watch: 7000}, MinN: 20}
	dayService = TileSpec{ID: "service_day", Title: Text{En: "Service level", Fr: "NS du jour"}, Indicator: "service_level", Window: Today,
		Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 8000, Watch: 7500}, MinN: 20}
	answerRate = TileSpec{ID: "answer_rate", Title: Text{En: "Answer rate", Fr: "Taux de décroché"}, Indicator: "answer_rate_settled", Window: Today,
		Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 9200, Watch: 8800}, MinN: 20}
	netAbandons = TileSpec{ID: "abandons", Title: Text{En: "Net abandons", Fr: "Abandons nets"}, Indicator: "abandon_rate_net", Window: Last30m,
		Format: FormatPercent, Judge: JudgeLower, Limits: Limits{OK: 500, Watch: 800}, MinN: 30}
	answerSpeed = TileSpec{ID: "asa", Title: Text{En: "Answer speed", Fr: "Délai de réponse"}, Indicator: "asa", Window: Last30m,
		Format: FormatDuration, Judge: JudgeLower, Limits: Limits{OK: 25_000, Watch: 45_000},
		Details: []Detail{{Label: Text{En: "90%% in %s", Fr: "90\u202f%% en %s"}, Indicator: "wait_p90", Format: FormatDuration}}}
	refused = TileSpec{ID: "refused", Title: Text{En: "Refused", Fr: "Refusés, dissuadés"}, Indicator: "refused", Window: Today,
		Judge: JudgeShare, Of: "offered", Except: "refused_closed", Limits: Limits{Watch: 200},
		Details: []Detail{{Label: Text{En: "%s outside hours", Fr: "dont %s hors horaires"}, Indicator: "refused_closed", HideZero: true}}}
	states = TileSpec{ID: "people", Title: Text{En: "Advisors by state", Fr: "Conseillers par état"}, Gauge: "advisors_logged", Window: Now,
		Scope: OwnTeam, Bar: people}
	present = TileSpec{ID: "present", Title: Text{En: "Present", Fr: "Présents"}, Gauge: "advisors_on_queue", Window: Now, Scope: OwnTeam, Staff: true,
		Details: []Detail{{Label: Text{En: "logged in: %s", Fr: "connectés : %s"}, Gauge: "advisors_logged"}}}
	handleTime = TileSpec{ID: "aht", Title: Text{En: "Handle time", Fr: "DMT"}, Indicator: "aht", Window: Last30m, Scope: OwnTeam,
		Format: FormatDuration, Judge: JudgeReference, Limits: Limits{OK: 1000, Watch: 2000}, MinN: 30}
	occupancy = TileSpec{ID: "occupancy", Title: Text{En: "Occupancy", Fr: "Occupation"}, Indicator: "occupancy", Window: LastHour, Scope: OwnTeam,
		Format: FormatPercent, Judge: JudgeBand, Limits: Limits{Low: 7000, OK: 8500, Watch: 8800}}
	callbacks = TileSpec{ID: "callbacks", Title: Text{En: "Callbacks due", Fr: "Rappels à faire"}, Gauge: "callbacks_overdue", Window: Now,
		Judge: JudgeLower, Limits: Limits{},
		Details: []Detail{{Label: Text{En: "%s asked today", Fr: "%s demandés ce jour"}, Indicator: "left_callback", Window: Today}}}
	helpRequests = TileSpec{ID: "help", Title: Text{En: "Help requests", Fr: "Demandes d'aide"}, Gauge: "help_requests", Window: Now, Scope: OwnTeam,
		Judge: JudgeLower, Limits: Limits{OK: 0, Watch: 3}}
	satisfaction = TileSpec{ID: "csat", Title: Text{En: "Satisfaction", Fr: "Satisfaction"}, Indicator: "csat", Window: LastWeek,
		Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 8500, Watch: 8000}, MinN: 30}
)

var dayCurve = CurveSpec{Title: Text{En: "The day by quarters of an hour", Fr: "La journée par quart d'heure"},
	Bars: Text{En: "calls offered", Fr: "appels reçus"}, Line: Text{En: "live service level", Fr: "NS en direct"},
	Count: "offered", Rate: "sl_live", Target: 8000}

// inbound is the board of a team that answers customers who wait.
var inbound = Spec{Kind: KindInbound, Curve: dayCurve, Rows: []RowSpec{
	{Size: "giant", Tiles: []TileSpec{waiting, longest, liveService, present}},
	{Size: "large", Tiles: []TileSpec{dayService, answerRate, netAbandons, answerSpeed, refused}},
	{Size: "large", Tiles: []TileSpec{states, handleTime, occupancy, callbacks, helpRequests}},
	{Size: "normal", Tiles: []TileSpec{satisfaction}},
}}

// overview is the centre's: all queues in which customers wait, and everybody who works.
var overview = Spec{Kind: KindCentre, Curve: dayCurve, PerQueue: true, Rows: []RowSpec{
	{Size: "giant", Tiles: []TileSpec{waiting, longest, liveService, dayService}},
	{Size: "large", Tiles: []TileSpec{states, answerRate, netAbandons, answerSpeed}},
	{Size: "normal", Tiles: []TileSpec{satisfaction}},
}}

// perQueue is the tile of one queue on the overview.
var perQueue = TileSpec{Indicator: "sl_live", Window: Last30m, Format: FormatPercent, Judge: JudgeHigher,
	Limits: Limits{OK: 8000, Watch: 7000}, MinN: 20, Brief: true,
	Details: []Detail{{Label: Text{En: "%s waiting", Fr: "%s en attente"}, Gauge: "waiting", Window: Now},
		{Label: Text{En: "day %s", Fr: "jour %s"}, Indicator: "service_level", Window: Today, Format: FormatPercent}}}

// backOffice is the board of a team whose work waits for hours or days.
var backOffice = Spec{Kind: KindBackOffice,
	Curve: CurveSpec{Title: Text{En: "In and out by quarters of an hour", Fr: "Entrées et sorties par quart d'heure"}, Scope: ServedDeferred,
		Bars: Text{En: "came in", Fr: "entrées"}, Line: Text{En: "on time", Fr: "dans les délais"}, Count: "items_created", Rate: "on_time", Target: 9500},
	Rows: []RowSpec{
		{Size: "giant", Tiles: []TileSpec{
			{ID: "stock", Title: Text{En: "Backlog", Fr: "Stock"}, Gauge: "items_open", Window: Now, Scope: ServedDeferred},
			{ID: "overdue", Title: Text{En: "Overdue", Fr: "En retard"}, Gauge: "items_overdue", Window: Now, Scope: ServedDeferred, Judge: JudgeLower, Limits: Limits{OK: 0, Watch: 5}},
			{ID: "oldest", Title: Text{En: "Oldest", Fr: "Plus ancien"}, Gauge: "oldest_item_ms", Window: Now, Scope: ServedDeferred, Format: FormatHours},
			{ID: "on_time", Title: Text{En: "On-time rate", Fr: "Respect du délai"}, Indicator: "on_time", Window: Today, Scope: ServedDeferred,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 9500, Watch: 9000}, MinN: 20},
		}},
		{Size: "large", Tiles: []TileSpec{
			{ID: "due_today", Title: Text{En: "Deadlines today", Fr: "Échéances du jour"}, Indicator: "items_due", Window: Today, Scope: ServedDeferred},
			{ID: "in_out", Title: Text{En: "Closed today", Fr: "Sorties"}, Indicator: "items_solved", Window: Today, Scope: ServedDeferred,
				Details: []Detail{{Label: Text{En: "%s came in", Fr: "%s entrées"}, Indicator: "items_created"}}},
			{ID: "first_reply", Title: Text{En: "First reply", Fr: "1re réponse"}, Indicator: "first_reply_business", Window: Today, Scope: ServedDeferred, Format: FormatHours},
			{ID: "chat_service", Title: Text{En: "Chat, live SL", Fr: "NS chat en direct"}, Indicator: "sl_live", Window: Last30m, Scope: ServedChat,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 8000, Watch: 7000}, MinN: 20,
				Details: []Detail{{Label: Text{En: "%s waiting", Fr: "%s en attente"}, Gauge: "waiting", Window: Now}}},
			{ID: "slots", Title: Text{En: "Slots used", Fr: "Places occupées"}, Indicator: "slot_utilisation", Window: Last30m, Scope: OwnTeam,
				Format: FormatPercent, Judge: JudgeLower, Limits: Limits{OK: 8500, Watch: 9500}},
		}},
		{Size: "large", Tiles: []TileSpec{states,
			{ID: "complaint_ack", Title: Text{En: "Complaints: ack.", Fr: "Récl. : accusés"}, Indicator: "complaint_ack_rate", Window: FourWeeks, Scope: ServedDeferred,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 10000, Watch: 9500}},
			{ID: "complaint_reply", Title: Text{En: "Complaints: reply", Fr: "Récl. : réponses"}, Indicator: "complaint_reply_rate", Window: FourWeeks, Scope: ServedDeferred,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 10000, Watch: 9500}},
			{ID: "parked", Title: Text{En: "Waiting for customer", Fr: "En attente client"}, Gauge: "items_parked", Window: Now, Scope: ServedDeferred},
			{ID: "reopened", Title: Text{En: "Reopened", Fr: "Réouvertures"}, Indicator: "reopen_rate", Window: LastWeek, Scope: ServedDeferred,
				Format: FormatPercent, Judge: JudgeLower, Limits: Limits{OK: 600, Watch: 800}, MinN: 30},
		}},
		{Size: "normal", Tiles: []TileSpec{satisfactionOf(ServedDeferred)}},
	}}

// satisfactionOf is the tile of another scope.
func satisfactionOf(scope ScopeRule) TileSpec {
	tile := satisfaction
	tile.Scope = scope
	return tile
}
