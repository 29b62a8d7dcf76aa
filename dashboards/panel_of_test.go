// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// A link leads to a board that is there, and chooses the scope in a variable that it has.
func TestPanelOf(t *testing.T) {
	boards := all(t)
	for _, l := range []indicator.Language{indicator.English, indicator.French} {
		for _, kind := range event.RuleScopes {
			address := PanelOf("https://grafana.example/g/", l)("cap-rivage", kind, "a & b")
			u, err := url.Parse(address)
			if err != nil || !strings.HasPrefix(address, "https://grafana.example/g/d/cap-rivage-") {
				t.Fatalf("%s: %s, %v", kind, address, err)
			}
			i := slices.IndexFunc(boards, func(b written) bool { return "/g/d/"+b.UID == u.Path })
			if i < 0 {
				t.Errorf("%s: no board is at %s", kind, address)
				continue
			}
			for name, values := range u.Query() {
				has := slices.ContainsFunc(boards[i].Templating.List, func(v struct {
					Name, Label, Type string
					Refresh           int
				}) bool {
					return "var-"+v.Name == name
				})
				if !has || values[0] != "a & b" {
					t.Errorf("%s: %s has no variable %s, or another value in %s", kind, boards[i].UID, name, address)
				}
			}
		}
	}
	if got, want := PanelOf("http://g", indicator.French)("lyon", "queue", "support"), "http://g/d/lyon-queue-fr?var-queue=support"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
