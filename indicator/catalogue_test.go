// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"strings"
	"testing"
)

func loaded(t testing.TB) *Catalogue {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatalf("the built-in catalogue is wrong:\n%v", err)
	}
	return c
}

// parts is a numerator and a denominator, as published or worked elsewhere.
type parts struct{ num, den int64 }

func checkParts(t *testing.T, c *Catalogue, measures map[Measure]int64, want map[string]parts) {
	t.Helper()
	v := vector(measures)
	for id, w := range want {
		ind, ok := c.Lookup(id)
		if !ok {
			t.Errorf("the catalogue has no %s", id)
			continue
		}
		if got := ind.Eval(v); !got.Valid || got.Numerator != w.num || got.Denominator != w.den {
			t.Errorf("%s = %d / %d (valid %v), want %d / %d", id, got.Numerator, got.Denominator, got.Valid, w.num, w.den)
		}
	}
}

// Cisco's published table: 70 answered within T, 10 abandoned within T, 20 beyond
// it, give 77.8 % when abandons are ignored, 70 % when they count against and 80 %
// when they count in favour. The 20 are split 15 and 5 here, which changes nothing.
func TestCiscoServiceLevels(t *testing.T) {
	c := loaded(t)
	day := map[Measure]int64{Offered: 100, Answered: 85, AnsweredWithin: 70, Abandoned: 15, AbandonedWithin: 10, Crossed: 20}
	checkParts(t, c, day, map[string]parts{
		"sl_ign": {70, 90}, "sl_neg": {70, 100}, "sl_pos": {80, 100},
		"sl_live": {70, 100}, "sl_ans": {70, 85}, "sl_genesys": {70, 100}, "sl_amazon": {80, 100},
	})
	for id, want := range map[string]float64{"sl_ign": 70.0 / 90, "sl_neg": 0.7, "sl_pos": 0.8} {
		ind, _ := c.Lookup(id)
		if got, ok := ind.Eval(vector(day)).Float(); !ok || got != want {
			t.Errorf("%s = %v, want %v", id, got, want)
		}
	}
}

// The sums and results of a recorded day at an Asterisk switch, worked out from
// its log by a program that shares nothing with this one.
func TestRecordedDay(t *testing.T) {
	c := loaded(t)
	support := map[Measure]int64{Offered: 457, Answered: 269, Abandoned: 188, AbandonedShort: 64, AnsweredWithin: 128, AbandonedWithin: 99,
		WaitAnsweredMs: 5_515_000, WaitAbandonedMs: 2_566_000, TalkMs: 4_278_000, Handled: 269, Transferred: 28, Connected: 269,
		Missed: 46, OffersCancelled: 17, Offers: 332, Crossed: 230}
	checkParts(t, c, support, map[string]parts{
		"sl_neg": {128, 457}, "sl_ans": {128, 269}, "sl_pos": {227, 457}, "sl_ign": {128, 358}, "sl_short": {128, 393},
		"sl_neg_left": {128, 457}, "sl_live": {128, 457}, "answer_rate": {269, 457}, "abandon_rate": {188, 457},
		"abandon_rate_net": {124, 393}, "left_rate": {0, 457}, "missed_rate": {46, 315}, "asa": {5_515_000, 269},
		"avg_abandon_time": {2_566_000, 188}, "avg_talk": {4_278_000, 269},
	})
	ventes := map[Measure]int64{Offered: 302, Answered: 210, Abandoned: 76, AbandonedShort: 35, Left: 16, LeftTimeout: 16,
		AnsweredWithin: 115, AbandonedWithin: 53, WaitAnsweredMs: 1_824_000, WaitAbandonedMs: 466_000, WaitLeftMs: 402_000,
		TalkMs: 3_523_000, Handled: 210, Connected: 210, Missed: 29, OffersCancelled: 9, Offers: 248, Crossed: 134}
	checkParts(t, c, ventes, map[string]parts{
		"sl_neg": {115, 286}, "sl_ans": {115, 210}, "sl_pos": {168, 286}, "sl_ign": {115, 233}, "sl_short": {115, 251},
		"sl_neg_left": {115, 302}, "sl_live": {115, 302}, "answer_rate": {210, 302}, "abandon_rate": {76, 302},
		"abandon_rate_net": {41, 267}, "left_rate": {16, 302}, "missed_rate": {29, 239}, "asa": {1_824_000, 210},
		"avg_abandon_time": {466_000, 76}, "avg_talk": {3_523_000, 210},
	})
}

// A day worked by hand for what the recording cannot show.
func TestOtherFormulasByHand(t *testing.T) {
	checkParts(t, loaded(t), map[Measure]int64{
		Offered: 100, Answered: 70, Abandoned: 15, AbandonedShort: 5, Left: 10, LeftWithin: 4, LeftCallbackWithin: 2, Lost: 3,
		AnsweredWithin: 60, AbandonedWithin: 8, OfferedMissedWithin: 6, Refused: 20, RefusedClosed: 12, SlMet: 61, SlDue: 95,
		WaitAnsweredMs: 700_000, WaitAbandonedMs: 150_000, WaitLeftMs: 100_000,
		Handled: 80, TalkMs: 1_600_000, HoldMs: 160_000, WrapMs: 240_000, Held: 16, LoadMs: 1_200_000, RingMs: 400_000, Offers: 90,
		ContactsClosed: 65, ContactHandleMs: 1_950_000, CustomerWaitMs: 1_300_000,
		IvrEntered: 150, IvrAbandoned: 20, IvrServed: 25, AbandonedReturned1h: 6,
		AvailableMs: 600_000, RingingMs: 200_000, OnContactMs: 1_800_000, WrappingMs: 400_000, BreakMs: 900_000,
	}, map[string]parts{
		"answer_rate_settled":  {70, 98},  // 70 + 15 + 10 + 3
		"accessibility":        {70, 108}, // 100 + 20 - 12
		"short_abandon_rate":   {5, 100},
		"ivr_abandon_rate":     {20, 150},
		"self_service_rate":    {25, 150},
		"return_after_abandon": {6, 15},
		"sl_neg_left":          {60, 94},  // 70 + 15 + 10 - 4 + 3
		"sl_amazon":            {70, 100}, // 60 + 8 + 2
		"sl_genesys":           {60, 85},  // 70 + 15
		"sl_rona":              {60, 79},  // 85 - 6
		"service_level":        {61, 95},
		"avg_wait_all":         {950_000, 95},   // 70 + 15 + 10
		"patience":             {850_000, 10},   // 15 - 5
		"aht":                  {2_000_000, 80}, // 1600 + 160 + 240 s
		"aht_contact":          {1_950_000, 65},
		"load_aht":             {1_200_000, 80},
		"avg_hold":             {160_000, 80},
		"avg_hold_held":        {160_000, 16},
		"hold_rate":            {16, 80},
		"avg_wrap":             {240_000, 80},
		"avg_ring":             {400_000, 90},
		"avg_customer_wait":    {1_300_000, 65},
		"occupancy":            {2_400_000, 3_000_000}, // all but 10 of 50 minutes, breaks aside
	})
}

// The names of all formulas, copied by hand from the definitions.
func TestCatalogueIsComplete(t *testing.T) {
	c := loaded(t)
	for _, id := range strings.Fields(`
		answer_rate answer_rate_settled accessibility abandon_rate abandon_rate_net short_abandon_rate left_rate
		ivr_abandon_rate self_service_rate return_after_abandon missed_rate
		offered answered abandoned abandoned_short left lost refused contacts queue_contacts handled offers missed
		sl_neg sl_ign sl_pos sl_ans sl_short sl_live sl_neg_left sl_amazon sl_genesys sl_rona service_level
		asa avg_abandon_time avg_wait_all patience avg_talk avg_hold avg_wrap avg_hold_held hold_rate aht aht_contact
		load_aht avg_ring avg_customer_wait wait_p50 wait_p90 wait_p95 wait_max abandon_wait_p50 abandon_wait_max
		contacts_per_hour occupancy slot_utilisation utilisation availability adherence conformance shrinkage absence_rate
		pause_share short_gap_rate
		transfer_rate bounce_rate fcr_declared fcr_3d fcr_7d fcr_14d fcr_30d repeat_rate_3d repeat_rate_7d repeat_rate_14d
		repeat_rate_30d identification complaint_rate help_rate csat csat_mean nps ces ces_easy_rate response_rate
		quality_score critical_rate_customer critical_rate_business critical_rate_compliance recorded_share
		attempts list_validity connect_rate contact_rate pitch_rate pitched_per_hour conversion conversion_contacts
		conversion_records inbound_conversion penetration revenue_gross revenue_net revenue_per_hour basket
		cancellation_rate dialler_abandon
		dials_checked dials_no_basis dials_out_of_window dials_over_cap dials_in_refusal dials_cli_refused
		dials_unverifiable dial_check_disagreed
		on_time first_reply first_reply_business first_reply_p50 first_reply_p90 resolution resolution_business reopen_rate touches backlog days_of_stock
		complaint_ack_rate complaint_reply_rate callback_kept_rate callback_delay
		waiting longest_wait advisors_logged advisors_available advisors_ringing advisors_on_contact advisors_wrapping
		advisors_paused slots_free
		staff_required staff_present staff_gap predicted_service_level`) {
		if _, ok := c.Lookup(id); !ok {
			t.Errorf("the catalogue has no %s", id)
		}
	}
	if _, ok := c.Lookup("on_queue_ms"); ok {
		t.Error("a term shows up as an indicator")
	}
	if got := c.Suggest("answer_rat"); got != `did you mean "answer_rate"?` {
		t.Errorf("Suggest = %q", got)
	}
}

func TestTextsAreWritten(t *testing.T) {
	for _, ind := range loaded(t).Indicators() {
		for _, text := range []Text{ind.Name, ind.Doc, ind.Traps, ind.Readable} {
			if text.En == text.Fr {
				t.Errorf("%s has one text for two languages: %q", ind.ID, text.En)
			}
		}
		for _, text := range []string{ind.Doc.En, ind.Doc.Fr, ind.Traps.En, ind.Traps.Fr} {
			if len(text) < 20 || !strings.HasSuffix(text, ".") || strings.Contains(text, "  ") ||
				strings.EqualFold(strings.TrimSuffix(text, "."), ind.Name.En) || strings.EqualFold(strings.TrimSuffix(text, "."), ind.Name.Fr) {
				t.Errorf("%s: %q does not explain", ind.ID, text)
			}
		}
	}
	for m := range Measure(NumMeasures) {
		if m.Label().En == "" || m.Label().Fr == "" {
			t.Errorf("%s has no words for a readable formula", m)
		}
	}
	for g := range Gauge(NumGauges) {
		if g.Label().En == "" || g.Label().Fr == "" || g.Info().Doc == "" {
			t.Errorf("%s has no words", g)
		}
	}
}

func TestWhatIndicatorsTell(t *testing.T) {
	c := loaded(t)
	for id, want := range map[string]bool{"occupancy": true, "load_aht": true, "asa": false, "sl_live": false, "wait_p90": false} {
		if ind, _ := c.Lookup(id); ind.TouchesTime() != want {
			t.Errorf("%s touches time: %v, want %v", id, ind.TouchesTime(), want)
		}
	}
	missed, _ := c.Lookup("missed_rate")
	if got := missed.Measures(); len(got) != 3 || got[0] != Offers || got[1] != OffersCancelled || got[2] != Missed {
		t.Errorf("missed_rate reads %v", got)
	}
	occupancy, _ := c.Lookup("occupancy")
	if occupancy.Band != (Band{7500, 8800}) || occupancy.Better != DirectionBand || occupancy.Unit != UnitPercent {
		t.Errorf("occupancy: %v %v %v, want percent within 75 %% and 88 %%", occupancy.Unit, occupancy.Better, occupancy.Band)
	}
	if got := occupancy.Scopes.String(); got != "centre, team, advisor" {
		t.Errorf("occupancy is shown for %q", got)
	}
}
