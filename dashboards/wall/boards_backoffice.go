// SPDX-License-Identifier: Apache-2.0

package wall

var (
	chatService = TileSpec{ID: "chat_service", Title: Text{En: "Chat, live SL", Fr: "NS chat en direct"}, Indicator: "sl_live", Window: Last30m,
		Scope: ServedChat, OnlyWith: ServedChat, Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 8000, Watch: 7000}, MinN: 20,
		Details: []Detail{{Label: Text{En: "%s waiting", Fr: "%s en attente"}, Gauge: "waiting", Window: Now}}}
	chatSlots = TileSpec{ID: "slots", Title: Text{En: "Slots used", Fr: "Places occupées"}, Indicator: "slot_utilisation", Window: Last30m,
		Scope: OwnTeam, OnlyWith: ServedChat, Format: FormatPercent, Judge: JudgeLower, Limits: Limits{OK: 8500, Watch: 9500}}
)

// overdueItems are the messages past their time; a centre without such work has no use for it.
var overdueItems = TileSpec{ID: "overdue", Title: Text{En: "Overdue", Fr: "En retard"}, Gauge: "items_overdue", Window: Now, Scope: ServedDeferred, OnlyWith: ServedDeferred,
	Judge: JudgeLower, Limits: Limits{OK: 0, Watch: 5}, Details: []Detail{{Label: Text{En: "of %s open", Fr: "sur %s en stock"}, Gauge: gaugeOpen}}}

// backOffice is the board of a team whose work waits for hours or days.
var backOffice = Spec{Kind: KindBackOffice,
	Curve: CurveSpec{Title: Text{En: "Work due today, burning down", Fr: "À finir aujourd'hui, heure par heure"}, Scope: ServedDeferred,
		Bars: Text{En: "still due today", Fr: "reste dû aujourd'hui"},
		Burn: &BurnSpec{Done: "items_solved", Arrived: "items_created",
			Capacity: Text{En: "what can still be done at the usual pace", Fr: "ce qui peut encore être fait au rythme habituel"}}},
	Rows: []RowSpec{
		{Size: "giant", Tiles: []TileSpec{
			{ID: "stock", Title: Text{En: "Backlog", Fr: "Stock"}, Gauge: gaugeOpen, Window: Now, Scope: ServedDeferred, Extra: ExtraStock,
				Limits: Limits{OK: 10_000, Watch: 15_000}},
			overdueItems,
			{ID: "oldest", Title: Text{En: "Oldest", Fr: "Plus ancien"}, Gauge: gaugeUnanswered, Window: Now, Scope: ServedDeferred, Format: FormatHours,
				Extra: ExtraOldest, Limits: Limits{OK: 6000, Watch: 10_000}},
			{ID: "due_today", Title: Text{En: "To finish today", Fr: "À finir aujourd'hui"}, Gauge: gaugeDueToday, Window: Now, Scope: ServedDeferred,
				Extra: ExtraDueToday, Details: []Detail{{Label: Text{En: "%s done today", Fr: "%s traités ce jour"}, Indicator: "items_solved", Window: Today}}},
		}},
		{Size: "large", Tiles: []TileSpec{
			{ID: "on_time", Title: Text{En: "On-time rate", Fr: "Respect du délai"}, Indicator: "on_time", Window: Today, Scope: ServedDeferred,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 9500, Watch: 9000}, MinN: 20},
			{ID: "in_out", Title: Text{En: "Out, in", Fr: "Sorties, entrées"}, Indicator: "items_solved", Window: Today, Scope: ServedDeferred,
				Judge: JudgeAgainst, Of: "items_created", Limits: Limits{OK: 10_000, Watch: 9000}},
			{ID: "first_reply", Title: Text{En: "First reply, 9 in 10", Fr: "1re réponse, 9 sur 10"}, Indicator: "first_reply_p90", Window: Today, Scope: ServedDeferred,
				Format: FormatHours, Extra: ExtraReply, Limits: Limits{OK: 10_000, Watch: 12_000}, MinN: 20},
			chatService, chatSlots,
		}},
		{Size: "large", Tiles: []TileSpec{states,
			{ID: "complaint_ack", Title: Text{En: "Complaints: ack.", Fr: "Récl. : accusés"}, Gauge: "complaints_ack_soon", Window: Now, Scope: ServedDeferred,
				Judge: JudgePromise, Late: "complaints_ack_late", AddLate: true, About: Text{En: "due within 2 d", Fr: "à moins de 2 j"},
				Aside:   &Detail{Label: Text{En: "28 d %s", Fr: "28 j %s"}, Indicator: "complaint_ack_rate", Window: FourWeeks, Format: FormatPercent},
				Details: []Detail{{Label: Text{En: "%s too late", Fr: "%s en retard"}, Gauge: "complaints_ack_late", HideZero: true}}},
			{ID: "complaint_reply", Title: Text{En: "Complaints: answer", Fr: "Récl. : réponses"}, Gauge: "complaints_reply_soon", Window: Now, Scope: ServedDeferred,
				Judge: JudgePromise, Late: "complaints_reply_late", AddLate: true, About: Text{En: "due within 10 d", Fr: "à moins de 10 j"},
				Aside:   &Detail{Label: Text{En: "28 d %s", Fr: "28 j %s"}, Indicator: "complaint_reply_rate", Window: FourWeeks, Format: FormatPercent},
				Details: []Detail{{Label: Text{En: "%s too late", Fr: "%s en retard"}, Gauge: "complaints_reply_late", HideZero: true}}},
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
