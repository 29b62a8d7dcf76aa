// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// definitions are the formulas of the closed list, typed from the page that defines them and not from the catalogue. Terms are
// written out, switches are as delivered. What else the catalogue has are counts and gauges under their own names, percentiles, and
// waiting per advisor.
const definitions = `
answer_rate = answered / offered
answer_rate_settled = answered / (answered + abandoned + left + lost)
accessibility = answered / (offered + refused - refused_closed)
abandon_rate = abandoned / offered
abandon_rate_net = (abandoned - abandoned_short) / (offered - abandoned_short)
short_abandon_rate = abandoned_short / offered
left_rate = left / offered
ivr_abandon_rate = ivr_abandoned / ivr_entered
self_service_rate = ivr_served / ivr_entered
return_after_abandon = abandoned_returned_1h / abandoned
missed_rate = missed / (offers - offers_cancelled)

sl_neg = answered_within / (answered + abandoned)
sl_ign = answered_within / (answered + abandoned - abandoned_within)
sl_pos = (answered_within + abandoned_within) / (answered + abandoned)
sl_ans = answered_within / answered
sl_short = answered_within / (answered + abandoned - abandoned_short)
sl_live = answered_within / (answered_within + abandoned_within + crossed)
sl_neg_left = answered_within / (answered + abandoned + left - left_within + lost)
sl_amazon = (answered_within + abandoned_within + left_callback_within) / offered
sl_genesys = answered_within / (answered + abandoned)
sl_rona = answered_within / (answered + abandoned - offered_missed_within)
service_level = sl_met / sl_due

asa = wait_answered_ms / answered
avg_abandon_time = wait_abandoned_ms / abandoned
avg_wait_all = (wait_answered_ms + wait_abandoned_ms + wait_left_ms) / (answered + abandoned + left)
patience = (wait_answered_ms + wait_abandoned_ms) / (abandoned - abandoned_short)
avg_talk = talk_ms / handled
avg_hold = hold_ms / handled
avg_wrap = wrap_ms / handled
avg_hold_held = hold_ms / held
hold_rate = held / handled
aht = (talk_ms + hold_ms + wrap_ms) / handled
aht_contact = contact_handle_ms / contacts_closed
load_aht = load_ms / handled
avg_ring = ring_ms / offers
avg_customer_wait = customer_wait_ms / contacts_closed

contacts_per_hour = handled / hours(available_ms + ringing_ms + on_contact_ms + wrapping_ms + backoffice_ms)
occupancy = (available_ms + ringing_ms + on_contact_ms + wrapping_ms - available_ms) / (available_ms + ringing_ms + on_contact_ms + wrapping_ms)
slot_utilisation = slots_used_ms / slots_open_ms
utilisation = (available_ms + ringing_ms + on_contact_ms + wrapping_ms + backoffice_ms) / (logged_ms - lunch_ms)
availability = available_ms / logged_ms
adherence = adherent_ms / planned_ms
conformance = (available_ms + ringing_ms + on_contact_ms + wrapping_ms) / planned_productive_ms
shrinkage = 1 - (available_ms + ringing_ms + on_contact_ms + wrapping_ms + backoffice_ms) / paid_ms
absence_rate = (absent_planned_ms + absent_unplanned_ms) / paid_ms
pause_share = break_ms / logged_ms
short_gap_rate = short_gap / connected

transfer_rate = transferred / handled
bounce_rate = contacts_bounced / contacts_answered
fcr_declared = resolved / resolution_asked
fcr_3d = 1 - repeated_3d / repeat_base
fcr_7d = 1 - repeated_7d / repeat_base
fcr_14d = 1 - repeated_14d / repeat_base
fcr_30d = 1 - repeated_30d / repeat_base
repeat_rate_3d = repeats_3d / contacts_identified
repeat_rate_7d = repeats_7d / contacts_identified
repeat_rate_14d = repeats_14d / contacts_identified
repeat_rate_30d = repeats_30d / contacts_identified
identification = contacts_identified / contacts
complaint_rate = complaints / contacts
help_rate = assisted / handled
csat = csat_satisfied / csat_answers
csat_mean = csat_bp / csat_answers
nps = 100 * (nps_promoters - nps_detractors) / nps_answers
ces = ces_bp / ces_answers
ces_easy_rate = ces_easy / ces_answers
response_rate = survey_answered / survey_invited
quality_score = quality_bp / evaluations
critical_rate_customer = critical_customer / evaluations
critical_rate_business = critical_business / evaluations
critical_rate_compliance = critical_compliance / evaluations
recorded_share = recorded / handled

attempts = dialled
list_validity = 1 - records_invalid / records_tried
connect_rate = dial_human / dialled
contact_rate = records_reached / records_tried
pitch_rate = (pitched_won + pitched_lost) / useful_contacts
pitched_per_hour = (pitched_won + pitched_lost) / hours(production_ms)
conversion = pitched_won / (pitched_won + pitched_lost)
conversion_contacts = pitched_won / useful_contacts
conversion_records = pitched_won / records_closed
inbound_conversion = sales / handled
penetration = records_closed / records_loaded
revenue_gross = sale_cents
revenue_net = sale_cents - cancelled_cents
revenue_per_hour = (sale_cents - cancelled_cents) / hours(production_ms)
basket = sale_cents / sales
cancellation_rate = sales_cancelled / sales
dialler_abandon = dial_abandoned / dial_human

on_time = items_met / items_due
first_reply = reply_ms / items_first_replied
first_reply_business = reply_business_ms / items_first_replied
resolution = solve_ms / items_solved
resolution_business = solve_business_ms / items_solved
reopen_rate = items_reopened / items_solved
touches = replies / items_solved
backlog = items_open
days_of_stock = items_open / items_solved * 7
complaint_ack_rate = complaint_ack_met / complaint_ack_due
complaint_reply_rate = complaint_reply_met / complaint_reply_due
callback_kept_rate = callbacks_kept / callbacks_due
callback_delay = callback_delay_ms / callbacks_reached

staff_required = staff_required
staff_present = staff_present
staff_gap = staff_present - staff_required
`

// Every formula of the definitions is in the catalogue and is that formula: over random sums and gauges both have the same
// value, and the same numerator over the same denominator.
func TestFormulasAreThoseOfTheDefinitions(t *testing.T) {
	c := loaded(t)
	r := rand.New(rand.NewPCG(4, 12))
	checked := 0
	for line := range strings.Lines(definitions) {
		id, text, is := strings.Cut(strings.TrimSpace(line), " = ")
		if !is {
			continue
		}
		checked++
		ind, ok := c.Lookup(id)
		if !ok {
			t.Errorf("the catalogue has no %s", id)
			continue
		}
		want := alone(t, text)
		for range 20 {
			measures, gauges := make([]int64, NumMeasures), make([]int64, NumGauges)
			for i := range measures {
				measures[i] = r.Int64N(1_000_000_000)
			}
			for i := range gauges {
				gauges[i] = r.Int64N(1_000_000)
			}
			if got, should := ind.EvalNow(measures, gauges), want.EvalNow(measures, gauges); got != should {
				t.Errorf("%s = %s is %+v, by its definition %s it is %+v", id, ind.Formula, got, text, should)
				break
			}
		}
	}
	if checked != 11+11+14+11+25+17+13+3 { // by section, as on that page
		t.Errorf("%d definitions were read", checked)
	}
}
