// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"encoding/json"

	"github.com/vigie-kpi/vigie/event"
)

// genMeasures are some measures of each grain, with signs that no source would give.
var genMeasures = [][]string{
	{"offered", "answered", "abandoned", "wait_answered_ms", "sl_due", "refused_full"},
	{"contacts", "queue_contacts", "complaints"},
	{"handled", "talk_ms", "assisted", "load_ms"},
	{"available_ms", "logged_ms", "adherent_ms", "short_gap"},
	{"evaluations", "quality_bp"},
	{"sales", "sale_cents", "production_ms"},
	{"dials_checked"},
	{"callbacks_kept", "callback_delay_ms"},
}

// corrections amends what was counted, or what never was: just now, today, last week, last year.
func (g *generator) corrections(n int) {
	for range n {
		c := event.Correction{Measures: map[string]int64{}, Note: g.sometimes(2, "outage")}
		measures := pick(g, genMeasures)
		for range 1 + g.IntN(3) {
			c.Measures[pick(g, measures)] = 1 + g.Int64N(5000) - 10_000*g.Int64N(2)
		}
		data, err := json.Marshal(c)
		if err != nil {
			panic("BUG: " + err.Error())
		}
		g.add(event.Event{Type: event.CorrectionIssued, Time: g.instant() - pick(g, []int64{0, 0, minute, hour, 30 * hour, 9 * 24 * hour, 399 * 24 * hour}),
			Contact: g.sometimes(2, "c1"), Queue: g.sometimes(2, pick(g, genQueues)), Advisor: g.sometimes(2, pick(g, genAdvisors)), Data: data})
	}
}
