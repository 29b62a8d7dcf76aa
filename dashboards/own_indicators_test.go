// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"bytes"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// TestOwnIndicatorsOfEveryKind: whatever an installation adds is on the boards of its kind of scope and on no other, whether it is counted, known after
// days, or a state; and the tables that show it run.
func TestOwnIndicatorsOfEveryKind(t *testing.T) {
	entry := func(id, kind, formula, unit, scopes string) string {
		return "- id: " + id + "\n  kind: " + kind + "\n  name: {en: X " + id + ", fr: X " + id + "}\n  formula: " + formula + "\n  unit: " + unit +
			"\n  better: none\n  scopes: [" + scopes + "]\n  controllable: centre\n  doc: {en: \"For a test of boards.\", fr: \"Pour un essai des tableaux.\"}\n"
	}
	boardsOf := map[string]string{ // the boards that show each, by hand
		"own_queue": "queue backlog", "own_team": "team", "own_campaign": "campaign", "own_advisor": "advisor", "own_centre": "queue", "own_programme": "queue", "own_channel": "queue",
		"own_late": "quality", "own_state": "queue backlog", "own_team_state": "team",
	}
	text := entry("own_queue", "additive", "(abandoned + lost) / offered", "percent", "queue") + entry("own_team", "additive", "missed / offers", "percent", "team") +
		entry("own_campaign", "additive", "refusals / useful_contacts", "percent", "campaign") + entry("own_advisor", "additive", "held * 2 / handled", "percent", "advisor") +
		entry("own_centre", "additive", "offered * 2 / answered", "percent", "centre, programme") + entry("own_programme", "additive", "offered * 3 / answered", "percent", "programme") +
		entry("own_channel", "additive", "offered * 4 / answered", "percent", "channel") + entry("own_late", "daily", "repeated_3d * 2 / repeat_base", "percent", "queue") +
		entry("own_state", "sampled", "waiting * 2", "count", "queue") + entry("own_team_state", "sampled", "advisors_paused * 2", "count", "team")
	catalogue, err := indicator.Load(indicator.Source{Name: "own.yaml", YAML: []byte(text)})
	if err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), store.Options{Addr: "http://" + engineAddr(t)})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.RefreshViews(t.Context(), catalogue); err != nil {
		t.Fatal(err)
	}
	o := demoOptions(t, indicator.English)
	o.Catalogue = catalogue
	set, err := Generate(o)
	if err != nil {
		t.Fatal(err)
	}
	for id, boards := range boardsOf {
		for _, d := range set.Dashboards {
			board := strings.TrimSuffix(strings.TrimPrefix(d.UID, "cap-rivage-"), "-en")
			if has, want := bytes.Contains(d.JSON, []byte("**X "+id+"**")), strings.Contains(" "+boards+" ", " "+board+" "); has != want {
				t.Errorf("%s on board %s: %t, want %t", id, board, has, want)
			}
		}
	}
	m, err := newMaker(o, indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	for _, b := range m.boards() {
		for _, r := range b.rows {
			for _, p := range r.panels {
				if !strings.Contains(p.doc, "**X own_") {
					continue
				}
				asked++
				sql, err := expand(p.sql, demoView(o, &b))
				if err != nil {
					t.Fatal(err)
				}
				if problem := p.check(must(t, sql)); problem != "" {
					t.Errorf("%s, %s: %s\n%s", b.id, p.title, problem, sql)
				}
			}
		}
	}
	if asked != 12 { // queue: counted, state, centre, programme, channel; backlog: counted, state; team: both; quality, campaign, advisor
		t.Errorf("%d tables", asked)
	}
}
