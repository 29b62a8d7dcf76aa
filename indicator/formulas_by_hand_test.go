// SPDX-License-Identifier: Apache-2.0

package indicator

import "testing"

// Formulas worked by hand from the definitions, on days whose sums are all different, so that
// one measure taken for another shows.

func TestTimeOfPeopleByHand(t *testing.T) {
	checkParts(t, loaded(t), map[Measure]int64{
		AvailableMs: 1_000_000, RingingMs: 200_000, OnContactMs: 4_000_000, WrappingMs: 800_000, // 6,000,000 on queue
		BackofficeMs: 1_500_000, BreakMs: 600_000, LunchMs: 2_000_000, LoggedMs: 12_000_000, // 7,500,000 productive
		SlotsUsedMs: 9_000_000, SlotsOpenMs: 18_000_000, PlannedMs: 11_000_000, PlannedProductiveMs: 6_400_000,
		AdherentMs: 10_100_000, PaidMs: 13_000_000, AbsentPlannedMs: 700_000, AbsentUnplannedMs: 50_000,
		Handled: 25, Connected: 30, ShortGap: 4, ProductionMs: 3_600_000,
	}, map[string]parts{
		"occupancy":         {5_000_000, 6_000_000},
		"contacts_per_hour": {25, 7_500_000}, // times 3,600,000: 12 an hour
		"slot_utilisation":  {9_000_000, 18_000_000},
		"utilisation":       {7_500_000, 10_000_000},
		"availability":      {1_000_000, 12_000_000},
		"adherence":         {10_100_000, 11_000_000},
		"conformance":       {6_000_000, 6_400_000},
		"shrinkage":         {5_500_000, 13_000_000}, // 1 - 7.5/13
		"absence_rate":      {750_000, 13_000_000},
		"pause_share":       {600_000, 12_000_000},
		"short_gap_rate":    {4, 30},
	})
	rate, _ := loaded(t).Lookup("contacts_per_hour")
	v := rate.Eval(vector(map[Measure]int64{OnContactMs: 6_000_000, BackofficeMs: 1_500_000, Handled: 25}))
	if got, ok := v.Float(); !ok || got != 12 {
		t.Errorf("25 contacts in 2 h 5 min are %v an hour, want 12", got)
	}
}

func TestResolutionAndQualityByHand(t *testing.T) {
	checkParts(t, loaded(t), map[Measure]int64{
		Transferred: 11, Handled: 101, ContactsBounced: 3, ContactsAnswered: 97, Resolved: 61, ResolutionAsked: 83,
		RepeatBase: 200, Repeated3d: 10, Repeated7d: 18, Repeated14d: 27, Repeated30d: 44,
		Repeats3d: 9, Repeats7d: 17, Repeats14d: 26, Repeats30d: 43, ContactsIdentified: 150, Contacts: 180, Complaints: 7, Assisted: 5,
		CsatAnswers: 40, CsatSatisfied: 33, CsatBp: 310_000, NpsAnswers: 50, NpsPromoters: 25, NpsDetractors: 12,
		CesAnswers: 35, CesBp: 260_000, CesEasy: 28, SurveyInvited: 120, SurveyAnswered: 41,
		Evaluations: 16, QualityBp: 138_000, CriticalCustomer: 2, CriticalBusiness: 1, CriticalCompliance: 4, Recorded: 90,
	}, map[string]parts{
		"transfer_rate": {11, 101}, "bounce_rate": {3, 97}, "fcr_declared": {61, 83}, "help_rate": {5, 101},
		"fcr_3d": {190, 200}, "fcr_7d": {182, 200}, "fcr_14d": {173, 200}, "fcr_30d": {156, 200},
		"repeat_rate_3d": {9, 150}, "repeat_rate_7d": {17, 150}, "repeat_rate_14d": {26, 150}, "repeat_rate_30d": {43, 150},
		"identification": {150, 180}, "complaint_rate": {7, 180},
		"csat": {33, 40}, "csat_mean": {310_000, 40}, "nps": {13, 50}, "ces": {260_000, 35}, "ces_easy_rate": {28, 35},
		"response_rate": {41, 120}, "quality_score": {138_000, 16}, "critical_rate_customer": {2, 16},
		"critical_rate_business": {1, 16}, "critical_rate_compliance": {4, 16}, "compliant_rate": {12, 16}, "recorded_share": {90, 101},
	})
}

func TestOutboundByHand(t *testing.T) {
	checkParts(t, loaded(t), map[Measure]int64{
		DialsChecked: 955, DialsNoBasis: 1, DialsOutOfWindow: 2, DialsOverCap: 4, DialsInRefusal: 8, DialsCliRefused: 16, DialsUnverifiable: 32,
		Dialled: 900, DialHuman: 310, DialAbandoned: 6, RecordsLoaded: 1000, RecordsTried: 640, RecordsReached: 205, RecordsInvalid: 32,
		RecordsClosed: 410, UsefulContacts: 180, PitchedWon: 45, PitchedLost: 75, ProductionMs: 21_600_000,
		Sales: 47, Handled: 320, SaleCents: 940_000, SalesCancelled: 5, CancelledCents: 88_000, CancelledBookedCents: 77_000,
	}, map[string]parts{
		"attempts": {900, 1}, "list_validity": {608, 640}, "connect_rate": {310, 900}, "contact_rate": {205, 640},
		"pitch_rate": {120, 180}, "pitched_per_hour": {120, 21_600_000}, "conversion": {45, 120}, "conversion_contacts": {45, 180},
		"conversion_records": {45, 410}, "inbound_conversion": {47, 320}, "penetration": {410, 1000},
		"revenue_gross": {940_000, 1}, "revenue_net": {852_000, 1}, "revenue_per_hour": {852_000, 21_600_000}, "basket": {940_000, 47},
		"cancellation_rate": {5, 47}, "dialler_abandon": {6, 310}, "production_ms": {21_600_000, 1},
		"dials_unlawful": {31, 1}, "dials_held_back": {55, 1},
	})
}

func TestDeferredByHand(t *testing.T) {
	c := loaded(t)
	measures := map[Measure]int64{
		ItemsOpening: 90, ItemsCreated: 70, ItemsReopened: 4, ItemsSolved: 56, ItemsDropped: 3, ItemsDue: 52, ItemsMet: 39,
		ItemsFirstReplied: 50, ReplyMs: 7_000_000, ReplyBusinessMs: 3_000_000, SolveMs: 9_000_000, SolveBusinessMs: 4_000_000, Replies: 88,
		ComplaintAckDue: 12, ComplaintAckMet: 11, ComplaintReplyDue: 9, ComplaintReplyMet: 8,
		CallbacksDue: 21, CallbacksKept: 17, CallbacksReached: 19, CallbackDelayMs: 38_000_000,
	}
	checkParts(t, c, measures, map[string]parts{
		"on_time": {39, 52}, "first_reply": {7_000_000, 50}, "first_reply_business": {3_000_000, 50},
		"resolution": {9_000_000, 56}, "resolution_business": {4_000_000, 56}, "reopen_rate": {4, 56}, "touches": {88, 56},
		"complaint_ack_rate": {11, 12}, "complaint_reply_rate": {8, 9}, "callback_kept_rate": {17, 21}, "callback_delay": {38_000_000, 19},
	})
	// 90 + 70 + 4 - 56 - 3 = 105 open; at 56 in seven days, 8 a day, that is 13.125 days.
	moved, ok := GaugeItemsOpen.Flow(vector(measures))
	if !ok || moved != 105 {
		t.Errorf("the stock moves by %d, want 105", moved)
	}
	if _, ok := GaugeWaiting.Flow(vector(measures)); ok || GaugeWaiting.FlowSQL(Measure.String) != "" {
		t.Error("those who wait have a flow")
	}
	gauges := make([]int64, NumGauges)
	gauges[GaugeItemsOpen], gauges[GaugeStaffPresent], gauges[GaugeStaffRequired], gauges[GaugeWaiting], gauges[GaugeAdvisorsLogged] = moved, 17, 19, 9, 6
	for id, want := range map[string]float64{"backlog": 105, "days_of_stock": 13.125, "staff_gap": -2, "waiting": 9, "waiting_per_advisor": 1.5} {
		ind, _ := c.Lookup(id)
		if got, ok := ind.EvalNow(vector(measures), gauges).Float(); !ok || got != want {
			t.Errorf("%s = %v, want %v", id, got, want)
		}
	}
}
