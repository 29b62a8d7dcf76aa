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
	present    = TileSpec{ID: "present", Title: Text{En: "Present, required", Fr: "Présents, requis"}, Gauge: gaugeOnQueue, Window: Now, Scope: OwnTeam, Extra: ExtraStaff}
	handleTime = TileSpec{ID: "aht", Title: Text{En: "Handle time", Fr: "DMT"}, Indicator: "aht", Window: Last30m, Scope: OwnTeam,
		Format: FormatDuration, Judge: JudgeReference, Limits: Limits{OK: 1000, Watch: 2000}, MinN: 30}
	occupancy = TileSpec{ID: "occupancy", Title: Text{En: "Occupancy", Fr: "Occupation"}, Indicator: "occupancy", Window: LastHour, Scope: OwnTeam,
		Format: FormatPercent, Judge: JudgeBand, Limits: Limits{Low: 7000, OK: 8500, Watch: 8800}}
	callbacks = TileSpec{ID: "callbacks", Title: Text{En: "Callbacks due", Fr: "Rappels à faire"}, Gauge: "callbacks_pending", Window: Now,
		Judge: JudgePromise, Some: "callbacks_unassigned", Late: "callbacks_overdue",
		Details: []Detail{{Label: Text{En: "%s nobody has", Fr: "%s sans conseiller"}, Gauge: "callbacks_unassigned", HideZero: true},
			{Label: Text{En: "%s too late", Fr: "%s en retard"}, Gauge: "callbacks_overdue", HideZero: true},
			{Label: Text{En: "%s asked", Fr: "%s demandés"}, Indicator: "callbacks_asked", Window: Today, HideZero: true},
			{Label: Text{En: "%s kept", Fr: "%s tenus"}, Indicator: "callback_kept_rate", Window: Today, Format: FormatPercent}}}
	helpRequests = TileSpec{ID: "help", Title: Text{En: "Help requests", Fr: "Demandes d'aide"}, Gauge: "help_requests", Window: Now, Scope: OwnTeam,
		Judge: JudgeHelp, Limits: Limits{Watch: 60_000},
		Details: []Detail{{Label: Text{En: "for %s", Fr: "depuis %s"}, Gauge: GaugeHelpMs, Format: FormatDuration, HideZero: true}}}
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
	{Size: "large", Tiles: []TileSpec{states, answerRate, netAbandons, answerSpeed, overdueItems}},
	{Size: "normal", Tiles: []TileSpec{satisfaction}},
}}

// perQueue is the tile of one queue on the overview.
var perQueue = TileSpec{Indicator: "sl_live", Window: Last30m, Format: FormatPercent, Judge: JudgeHigher,
	Limits: Limits{OK: 8000, Watch: 7000}, MinN: 20, Brief: true,
	Details: []Detail{{Label: Text{En: "%s waiting", Fr: "%s en attente"}, Gauge: "waiting", Window: Now},
		{Label: Text{En: "day %s", Fr: "jour %s"}, Indicator: "service_level", Window: Today, Format: FormatPercent}}}
