// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"testing"

	"github.com/vigie-kpi/vigie/indicator"
)

// TestGaugesHaveTheNamesOfFormulas: what the machine samples is what formulas can name, in
// the scopes that they say.
func TestGaugesHaveTheNamesOfFormulas(t *testing.T) {
	for kind := range NumGauges {
		g, ok := indicator.ParseGauge(kind.String())
		if !ok {
			t.Errorf("no formula can name the gauge %s: add it to the list of indicator", kind)
			continue
		}
		if g.Info().LiveOnly { // Erlang's word on a staffing group, which each of its queues has
			if g.Info().Scopes != indicator.ScopesOf(indicator.ScopeQueue) {
				t.Errorf("%s is sampled of queues, and its description says otherwise: %+v", kind, g.Info())
			}
			continue
		}
		if !g.Info().Scopes.Has(indicator.ScopeCentre) {
			t.Errorf("%s is sampled of every centre, and its description says otherwise: %+v", kind, g.Info())
		}
	}
}
