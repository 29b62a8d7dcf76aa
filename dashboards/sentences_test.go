// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/vigie-kpi/vigie/indicator"
)

// What is promised of every board, a test for each sentence, over all boards in both languages.

// eachPanel runs f over the panels of all boards of the demo centre, in both languages.
func eachPanel(t *testing.T, f func(where string, m *maker, b *board, p *panel)) {
	t.Helper()
	for _, l := range []indicator.Language{indicator.English, indicator.French} {
		m, err := newMaker(demoOptions(t), l)
		if err != nil {
			t.Fatal(err)
		}
		boards := m.boards()
		if err := m.err(); err != nil {
			t.Fatal(err)
		}
		for i := range boards {
			for _, r := range boards[i].rows {
				for k := range r.panels {
					p := &r.panels[k]
					f(fmt.Sprintf("%s-%s, panel %d %q", boards[i].id, m.words.tag, p.id, p.title), m, &boards[i], p)
				}
			}
		}
	}
}

// TestOneQuestion: each board asks one question.
func TestOneQuestion(t *testing.T) {
	for _, b := range all(t) {
		if strings.Count(b.Description, "?") != 1 || !strings.HasSuffix(b.Description, "?") || utf8.RuneCountInString(b.Description) > 120 {
			t.Errorf("%s asks %q", b.UID, b.Description)
		}
	}
}

// TestEveryBoardIsReached: one comes from some board to each other one of the same language, and in few steps from a wall.
func TestEveryBoardIsReached(t *testing.T) {
	boards := all(t)
	leads := map[string][]string{}
	for _, b := range boards {
		for _, l := range b.Links {
			leads[b.UID] = append(leads[b.UID], strings.TrimPrefix(l.URL, "/d/"))
		}
	}
	for _, language := range []string{"en", "fr"} {
		reached := []string{"cap-rivage-wall-inbound-" + language, "cap-rivage-wall-backoffice-" + language, "cap-rivage-wall-outbound-" + language}
		for i := 0; i < len(reached); i++ {
			for _, next := range leads[reached[i]] {
				if !strings.HasSuffix(next, "-"+language) {
					t.Errorf("%s leads to another language: %s", reached[i], next)
				}
				if !slices.Contains(reached, next) {
					reached = append(reached, next)
				}
			}
		}
		for _, b := range boards {
			own := strings.Contains(b.UID, "urgence") // a board of one's own is found in its folder
			if strings.HasSuffix(b.UID, "-"+language) && !own && !slices.Contains(reached, b.UID) {
				t.Errorf("nothing leads to %s", b.UID)
			}
		}
	}
}

var goalInTitle = regexp.MustCompile(`[≥≤=] ?[0-9a-zé]|[0-9]–[0-9]`)

// TestTargetIsSaid: a value that has a colour says what is wanted in its title, with its unit, and words beside the colour.
func TestTargetIsSaid(t *testing.T) {
	eachPanel(t, func(where string, m *maker, _ *board, p *panel) {
		if p.kind != kindTile || !p.levels.judges() || p.title == m.words.freshness || p.prom != nil {
			return
		}
		if !goalInTitle.MatchString(p.title) {
			t.Errorf("%s is judged and does not say by what", where)
		}
		if !strings.Contains(p.sql, m.words.states[stateOK]) || !strings.Contains(p.sql, "AS status") {
			t.Errorf("%s has a colour without a word", where)
		}
		if p.unit.unit == "percentunit" && !strings.Contains(p.title, "%") {
			t.Errorf("%s: a target without its unit", where)
		}
	})
}

// TestCasesAreSaid: where a value rests on cases, their number is shown, and a value on too few of them is not.
func TestCasesAreSaid(t *testing.T) {
	eachPanel(t, func(where string, m *maker, _ *board, p *panel) {
		counted := slices.ContainsFunc(p.columns, func(c column) bool { return c.ind.FromSums() && c.countsCases() })
		switch {
		case !counted:
		case p.kind == kindTile && !strings.Contains(p.sql, "toString(cases)"):
			t.Errorf("%s does not say on how many cases it rests", where)
		case p.kind == kindTable && !regexp.MustCompile("AS (`n [^`]+`|n\\b)").MatchString(p.sql) && !strings.Contains(p.sql, "toInt64(n) AS n"):
			t.Errorf("%s is a table of shares without a number of cases", where)
		}
		for _, c := range p.columns {
			if c.ind.FromSums() && c.minimum() > 0 && (p.kind == kindTile || p.kind == kindTable) && !strings.Contains(p.sql, fmt.Sprintf("< %d", c.minimum())) {
				t.Errorf("%s shows %s below its %d cases", where, c.ind.ID, c.minimum())
			}
		}
	})
}

// TestDescribedByTheCatalogue: a panel explains each of its indicators in the catalogue's own words, in the language of the board.
func TestDescribedByTheCatalogue(t *testing.T) {
	eachPanel(t, func(where string, m *maker, _ *board, p *panel) {
		for _, c := range p.columns {
			if !strings.Contains(p.doc, m.say(c.ind.Doc)) || !strings.Contains(p.doc, m.say(c.ind.Readable)) {
				t.Errorf("%s does not explain %s", where, c.ind.ID)
			}
		}
	})
}

// TestNoDataIsNoZero: what stands where there is nothing has no digit, and is no value that the panel could have.
func TestNoDataIsNoZero(t *testing.T) {
	for _, b := range all(t) {
		for _, p := range b.Panels {
			if said := p.FieldConfig.Defaults.NoValue; p.Type != "text" && (!strings.ContainsFunc(said, unicode.IsLetter) || strings.ContainsAny(said, "0123456789")) {
				t.Errorf("%s, %s: where there is nothing stands %q", b.UID, p.Title, said)
			}
		}
	}
}

// knownUnits are the units that boards use, each one that Grafana knows by this id.
var knownUnits = []string{"none", "string", "percentunit", "s"}

// TestSourcesAndUnits: of the rules of Grafana's dashboard-linter, those that remain: the queries of a panel ask its own source, a unit is one that
// Grafana knows, and a variable that asks the store does so again when the range changes.
func TestSourcesAndUnits(t *testing.T) {
	sources := []string{DefaultClickHouse, DefaultPeople, DefaultPrometheus}
	for _, b := range all(t) {
		for _, p := range b.Panels {
			where := fmt.Sprintf("%s, %s", b.UID, p.Title)
			for _, target := range p.Targets {
				if target.Datasource.UID != p.Datasource.UID || !slices.Contains(sources, p.Datasource.UID) {
					t.Errorf("%s: the panel asks %q, its query %q", where, p.Datasource.UID, target.Datasource.UID)
				}
			}
			if unit := p.FieldConfig.Defaults.Unit; unit != "" && !strings.HasPrefix(unit, "suffix:") && !slices.Contains(knownUnits, unit) {
				t.Errorf("%s: Grafana may not know the unit %q", where, unit)
			}
		}
		for _, v := range b.Templating.List {
			const onRangeChange = 2
			if v.Label == "" || v.Type == "query" && v.Refresh != onRangeChange {
				t.Errorf("%s: variable %+v", b.UID, v)
			}
		}
	}
}

// TestTextFits: the words of a text panel fit into it, at 1920 pixels: 14 px type is 7.3 px a letter and 21 px a line; the panel's header takes 40 px.
func TestTextFits(t *testing.T) {
	eachPanel(t, func(where string, _ *maker, b *board, p *panel) {
		if p.kind != kindText {
			return
		}
		height := 0
		for _, r := range b.rows {
			if slices.ContainsFunc(r.panels, func(other panel) bool { return other.id == p.id }) {
				height = r.height
			}
		}
		letters := (float64(p.width)*79 - 40) / 7.3
		needed := int(float64(utf8.RuneCountInString(p.text))/letters) + 1
		if room := (height*38 - 8 - 40) / 21; needed > room {
			t.Errorf("%s needs %d lines of %d", where, needed, room)
		}
	})
}
