// SPDX-License-Identifier: Apache-2.0

package live

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/dashboards/wall"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// A centre's own indicators are shown as soon as its configuration has them, and told once. One that cannot be compiled takes
// none of the others away.
func TestOwnIndicatorsOfAVersion(t *testing.T) {
	c := capRivage(t)
	var told []ConfigChange
	c.board.OnConfig(func(change ConfigChange) { told = append(told, change) })
	c.until(paris(9, 0, 0))
	own := event.IndicatorConfig{ID: "twice", Kind: "additive", Formula: "2 * offered", Unit: "count", Better: "none", Controllable: "centre", Scopes: []string{"queue"},
		Name: map[string]string{"en": "Twice", "fr": "Deux fois"}, Doc: map[string]string{"en": "Twice the calls.", "fr": "Deux fois les appels."}}
	apply := func(version int, formula string) *Centre {
		t.Helper()
		own.Formula = formula
		data, err := json.Marshal(own)
		if err != nil {
			t.Fatal(err)
		}
		at := c.machine.Clock()
		for _, e := range organisation.Records("cap-rivage", version, at, []event.ConfigObject{{Type: event.ConfigIndicator, Data: data}}) {
			e.Received = at
			c.step(&e)
		}
		c.board.parts[0].next = c.board.parts[0].moved // read again at once
		c.observe()
		centre, _ := c.board.Find("cap-rivage")
		return centre
	}
	help := wall.Scope{Kind: indicator.ScopeQueue, ID: "assistance"}
	value := func(centre *Centre, id string) (float64, bool) {
		ind, ok := centre.Catalogue.Lookup(id)
		if !ok {
			return 0, false
		}
		v, _ := centre.Value(ind, wall.Today, help)
		return v.Float()
	}
	centre := apply(2, "2 * offered")
	offered, _ := value(centre, "offered")
	if twice, ok := value(centre, "twice"); !ok || twice != 2*offered || offered == 0 {
		t.Errorf("twice %v calls is %v, %v", offered, twice, ok)
	}
	if got, err := len(told), c.board.knows("cap-rivage", "twice"); got != 2 || told[1].Version != 2 || told[1].Problem != nil || err != nil {
		t.Errorf("%d changes were told, the last %+v; %v", got, told[got-1], err)
	}
	// The same version again is another configuration, for example after a log was lost.
	if twice, ok := value(apply(2, "3 * offered"), "twice"); !ok || twice != 3*offered {
		t.Errorf("after the change it is %v, %v", twice, ok)
	}
	centre = apply(3, "sms_offered")
	if again, ok := value(centre, "offered"); !ok || again != offered || centre.Problem == nil || !strings.Contains(centre.Problem.Error(), `nothing named "sms_offered"`) {
		t.Errorf("with one that does not compile: %v, %v, %v", again, ok, centre.Problem)
	}
	if err := c.board.knows("cap-rivage", "twice"); err == nil {
		t.Error("one that does not compile is known all the same")
	}
}
