// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
)

// demand is an indicator of the centre's own: twice the calls that came.
func demand() event.IndicatorConfig {
	return event.IndicatorConfig{ID: "demand", Kind: "additive", Formula: "2 * offered", Unit: "count", Better: "none", Controllable: "centre",
		Scopes: []string{"queue"}, Name: map[string]string{"en": "Demand", "fr": "Demande"}, Doc: map[string]string{"en": "Calls, twice.", "fr": "Les appels, deux fois."}}
}

// demandRule fires when the centre's own indicator says so.
func demandRule() event.RuleConfig {
	r := queueRule()
	r.When, r.Show = "demand >= 4", "demand"
	return r
}

// call lets a customer enter queue q.
func (r *run) call(contact string, at int64) {
	r.put(event.Event{ID: contact, Source: "pbx", Type: event.QueueEntered, Centre: centreID, Contact: contact, Queue: "q", Time: at}, at)
}

// A rule reads an indicator that the centre defines itself, of the version in force, also after a restart.
func TestARuleOnAnOwnIndicator(t *testing.T) {
	r := newRun(t)
	list := transitionsOf(r)
	r.tick = 10 * second
	own := func(formula string) event.IndicatorConfig {
		i := demand()
		i.Formula = formula
		return i
	}
	r.apply(monday, demandRule(), own("2 * offered")) // in whatever order
	r.call("a", monday+minute)
	r.ticks(monday + 2*minute)
	r.restart = 1
	r.call("b", monday+2*minute)
	r.restart = 0
	r.ticks(monday + 3*minute)
	// Two calls, so 4.00; the numerator is what was counted.
	fires := fmt.Sprintf("%d calls queue q firing true {Valid:true Numerator:2 Denominator:1 Hundredths:400}", monday+2*minute+10*second)
	if !slices.Equal(*list, []string{fires}) {
		t.Fatalf("got %q, want %q", *list, fires)
	}
	// The next version means half of it, so the alert is over at once.
	r.apply(monday+3*minute, own("1 * offered"), demandRule())
	r.ticks(monday + 4*minute)
	if n := len(*list); n != 2 || !strings.Contains((*list)[n-1], "calls queue q resolved false") {
		t.Errorf("got %q, want the alert resolved by the new formula", *list)
	}
}

// An indicator of the centre's own that this version cannot compile is left out with the rules that name it, which a dead letter
// says. The rest applies, also after a restart: what is counted does not depend on it.
func TestAnOwnIndicatorOfANewerVersion(t *testing.T) {
	r := newRun(t)
	list := transitionsOf(r)
	r.tick = 10 * second
	newer, plain := demand(), queueRule()
	newer.Formula = "sms_offered"
	plain.Rule = "plain"
	r.apply(monday, newer, demandRule(), plain)
	if r.dead[aggregator.ReasonBadConfig] != 1 || r.m.Worlds()[0].ConfigVersion() == 0 {
		t.Errorf("dead letters %v, version %d; want one, and the version applied", r.dead, r.m.Worlds()[0].ConfigVersion())
	}
	r.restart = 1
	r.call("a", monday+minute)
	r.call("b", monday+minute)
	r.ticks(monday + 2*minute)
	if want := fmt.Sprintf("%d plain queue q firing", monday+minute+10*second); len(*list) != 1 || !strings.HasPrefix((*list)[0], want) {
		t.Errorf("got %q, want %s...", *list, want)
	}
}
