// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds/simulator"
	"github.com/vigie-kpi/vigie/store"
)

// simulatedHours stores a morning of the demo centre, out of order and twice, with what is said of its calls, and returns what
// answers questions about it. The configuration is the centre's own.
func simulatedHours(t *testing.T) *Explainer {
	t.Helper()
	st, _ := openTestStore(t)
	o, err := organisation.Read(os.DirFS("../seeds/cap-rivage"), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a := newAgreement(t)
	stored := &storing{agreement: a, builder: store.NewBuilder()}
	if stored.writer, err = st.OpenWriter(t.Context(), "truth", 0, store.WriterOptions{}); err != nil {
		t.Fatal(err)
	}
	a.hand = func(ready aggregator.Ready) { stored.take(ready) }
	a.configure(o, "2026-11-17")
	if _, err := simulator.Run(simulator.CapRivage(o), &simulator.Options{From: "2026-11-17", To: "2026-11-18", Seed: simulator.CapRivageSeed,
		Delivery: simulator.Delivery{DelayMs: 200, DisorderMs: 60_000, Duplicates: 0.02}, AfterMs: afterMs}, a); err != nil {
		t.Fatal(err)
	}
	a.tickUntil(a.ticked + 30*60*60_000)
	stored.flush()
	if _, err := st.RunDaily(t.Context(), store.DailyOptions{Centre: "cap-rivage", Kind: store.DailyFull}); err != nil {
		t.Fatal(err)
	}
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	config, err := explain.ReadConfiguration(1, o.Objects())
	if err != nil {
		t.Fatal(err)
	}
	return &Explainer{Store: st, Catalogue: catalogue,
		Configs: func(context.Context, string, []uint32) ([]*explain.Configuration, error) {
			return []*explain.Configuration{config}, nil
		}}
}

// explained are indicators of every grain and every form, of the machine's facts and of the daily job's.
var explained = []string{"sl_live", "sl_ign", "service_level", "wait_p90", "aht", "contacts_per_hour", "occupancy", "transfer_rate", "csat", "nps",
	"on_time", "revenue_net", "fcr_7d", "return_after_abandon", "contact_rate", "offered"}

// The law of explanations, on an hour of the demo centre that is stored in ClickHouse: what the entries give is the numerator
// and the denominator of the sums, to the last unit. That it holds of every indicator, explain's own test shows without a store.
func TestExplanationsFromClickHouseAddUp(t *testing.T) {
	x := simulatedHours(t)
	scopes := busiestScopes(t, x)
	entries, nonzero := 0, 0
	for i, id := range explained {
		ind, ok := x.Catalogue.Lookup(id)
		if !ok {
			t.Fatalf("no indicator %s", id)
		}
		kind := indicator.ScopeKind(i % indicator.NumScopeKinds)
		if !ind.Scopes.Has(kind) {
			kind = indicator.ScopeCentre
		}
		e := checkParts(t, x, id, kind, scopes[kind])
		entries += len(e.Entries)
		if e.Numerator != 0 {
			nonzero++
		}
	}
	t.Logf("%d explanations, %d of them not zero, %d entries", len(explained), nonzero, entries)
	if nonzero < len(explained)/2 {
		t.Errorf("only %d of %d explanations are not zero", nonzero, len(explained))
	}
	t.Run("a business day", func(t *testing.T) { dayAgreesWithTheViews(t, x) })
	t.Run("hostile", func(t *testing.T) { hostileQuestions(t, x) })
	t.Run("http", func(t *testing.T) { explainOverHTTP(t, x) })
	t.Run("abandoned", func(t *testing.T) { abandonedOfTheHour(t, x) })
}

// A business day is that of the views: the same sums, of every queue.
func dayAgreesWithTheViews(t *testing.T, x *Explainer) {
	rows, err := x.Store.DaySums(t.Context(), "cap-rivage", indicator.ScopeQueue)
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, row := range rows {
		if row.Day != dayNumber(t, "2026-11-17") || row.Measures[indicator.Offered] == 0 {
			continue
		}
		for _, id := range []string{"sl_neg_left", "csat"} {
			e, err := x.Explain(t.Context(), ExplainOptions{Indicator: id, Scope: indicator.ScopeQueue, ID: row.ID, Day: "2026-11-17"})
			if err != nil {
				t.Fatal(err)
			}
			ind, _ := x.Catalogue.Lookup(id)
			want := ind.Eval(row.Measures)
			if e.Numerator != want.Numerator || e.Denominator != want.Denominator || e.Numerator > 0 && e.Entries == nil {
				t.Errorf("%s of %s: %d over %d, the view has %d over %d", id, row.ID, e.Numerator, e.Denominator, want.Numerator, want.Denominator)
			}
			compared++
		}
	}
	if compared < 6 {
		t.Errorf("only %d were compared", compared)
	}
}

const (
	hourFrom = "2026-11-17T10:00"
	hourTo   = "2026-11-17T11:00"
)

// busiestScopes picks a scope of each kind that has facts.
func busiestScopes(t *testing.T, x *Explainer) map[indicator.ScopeKind]string {
	t.Helper()
	scopes := map[indicator.ScopeKind]string{indicator.ScopeCentre: ""}
	for kind := indicator.ScopeProgramme; int(kind) < indicator.NumScopeKinds; kind++ {
		names, err := x.Store.ScopeIDs(t.Context(), "cap-rivage", kind)
		if err != nil {
			t.Fatal(err)
		}
		if len(names) == 0 {
			t.Fatalf("no %s", kind)
		}
		scopes[kind] = names[len(names)/2]
	}
	return scopes
}

// checkParts explains an indicator, all pages, and compares the parts with the formula over the sums that another query adds up.
func checkParts(t *testing.T, x *Explainer, id string, kind indicator.ScopeKind, scope string) *explain.Explanation {
	t.Helper()
	o := ExplainOptions{Indicator: id, Scope: kind, ID: scope, From: hourFrom, To: hourTo, Timezone: "Europe/Paris", Size: MaxExplainSize, Advisors: true}
	e, err := x.Explain(t.Context(), o)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	var numerator, denominator int64
	counted, not := 0, 0
	for _, entry := range e.Entries {
		numerator, denominator = numerator+entry.Numerator, denominator+entry.Denominator
		if entry.Counted {
			counted++
		} else {
			not++
		}
	}
	if len(e.Entries) == MaxExplainSize {
		t.Fatalf("%s of %s %s: the hour has more than a page", id, kind, scope)
	}
	if counted != e.Counted || not != e.NotCounted {
		t.Errorf("%s of %s %s: %d and %d entries, the store counts %d and %d", id, kind, scope, counted, not, e.Counted, e.NotCounted)
	}
	switch {
	case len(e.Bins) > 0:
		if numerator != e.N {
			t.Errorf("%s of %s %s: the entries have %d waits of %d", id, kind, scope, numerator, e.N)
		}
	case numerator != e.Numerator && e.Unit != "" && len(e.Terms) > 0, e.Ratio && denominator != e.Denominator:
		t.Errorf("%s of %s %s: the entries add up to %d over %d, it is %d over %d", id, kind, scope, numerator, denominator, e.Numerator, e.Denominator)
	}
	return e
}

// Words of a question never become SQL: they find nothing, or are refused, and the tables are there afterwards.
func hostileQuestions(t *testing.T, x *Explainer) {
	for _, word := range []string{"' OR 1 = 1 --", `\' OR 1 = 1 --`, "x'; DROP TABLE vigie.facts; --", "{id:String}", "?", "%s", "\x00", "é’`\"", strings.Repeat("a", 5000)} {
		e, err := x.Explain(t.Context(), ExplainOptions{Indicator: "offered", Scope: indicator.ScopeQueue, ID: word, From: hourFrom, To: hourTo})
		if err != nil {
			t.Fatalf("queue %.20q: %v", word, err)
		}
		if e.Numerator != 0 || len(e.Entries) != 0 || !strings.Contains(e.Why, "nothing was ever counted of queue") {
			t.Errorf("queue %.20q: %d, %s", word, e.Numerator, e.Why)
		}
		for _, o := range []ExplainOptions{{Indicator: word, Day: "2026-11-17"}, {Indicator: "offered", Centre: word, Day: "2026-11-17"},
			{Indicator: "offered", Day: word}, {Indicator: "offered", From: word, To: hourTo}, {Indicator: "offered", Day: "2026-11-17", Timezone: word},
			{Indicator: "offered", Day: "2026-11-17", Only: word}, {Indicator: "offered", Day: "2026-11-17", Language: word}} {
			var wrong *AskError
			if _, err := x.Explain(t.Context(), o); !errors.As(err, &wrong) {
				t.Errorf("%.100v: %v", o, err)
			}
		}
		list, err := x.Abandoned(t.Context(), ExplainOptions{Scope: indicator.ScopeQueue, ID: word, Day: "2026-11-17"})
		if err != nil || list.Total != 0 {
			t.Errorf("abandons of queue %.20q: %v, %v", word, list, err)
		}
	}
	if e := checkParts(t, x, "offered", indicator.ScopeCentre, ""); e.Numerator == 0 {
		t.Error("the facts are gone")
	}
}

// explainOverHTTP asks as a browser does.
func explainOverHTTP(t *testing.T, x *Explainer) {
	h := &explainHTTP{catalogue: x.Catalogue, configs: x.Configs, open: func(context.Context) (*store.Store, error) { return x.Store, nil }}
	get := func(handler http.HandlerFunc, query url.Values) (int, string) {
		t.Helper()
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/explain?"+query.Encode(), nil)
		w := httptest.NewRecorder()
		handler(w, r)
		return w.Code, w.Body.String()
	}
	query := url.Values{"indicator": {"sl_live"}, "from": {hourFrom}, "to": {hourTo}, "timezone": {"Europe/Paris"}, "limit": {"3"}, "only": {"counted"}}
	code, body := get(h.explain(), query)
	var e explain.Explanation
	if err := json.Unmarshal([]byte(body), &e); err != nil || code != http.StatusOK {
		t.Fatalf("%d %v: %s", code, err, body)
	}
	if e.Value == nil || len(e.Entries) != 3 || e.Counted < 10 || len(e.Rules) == 0 || strings.Contains(body, `"advisor"`) {
		t.Errorf("%s", body)
	}
	query.Set("format", "csv")
	if code, body = get(h.explain(), query); code != http.StatusOK || !strings.HasPrefix(body, "contact,counted,why,") || strings.Count(body, "\n") < 4 {
		t.Errorf("csv: %d %s", code, body)
	}
	for want, change := range map[string][2]string{"there is no parameter": {"queu", "x"}, "did you mean": {"indicator", "sl_liv"}, "not counted per team": {"team", "x"},
		"closed here": {"advisor", "x"}, "give a whole number": {"page", "-1"}, "choose json, csv or text": {"format", "xml"}, "choose 1 to 1000": {"limit", "9999"}} {
		wrong := url.Values{"indicator": {"sl_live"}, "day": {"2026-11-17"}}
		if change[0] == "advisor" {
			wrong.Set("indicator", "aht")
		}
		wrong.Set(change[0], change[1])
		if code, body := get(h.explain(), wrong); code != http.StatusBadRequest || !strings.Contains(body, want) {
			t.Errorf("%v: %d %s, want %q", change, code, body, want)
		}
	}
	if code, body := get((&explainHTTP{catalogue: x.Catalogue}).explain(), query); code != http.StatusBadRequest || !strings.Contains(body, "--clickhouse") {
		t.Errorf("without ClickHouse: %d %s", code, body)
	}
}

// abandonedOfTheHour compares the list with the contacts, one by one, and with the indicator.
func abandonedOfTheHour(t *testing.T, x *Explainer) {
	o := ExplainOptions{Day: "2026-11-17", Timezone: "Europe/Paris", Size: MaxExplainSize}
	list, err := x.Abandoned(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	back := 0
	for i := range list.List {
		if list.List[i].ReturnedMs != 0 {
			back++
			if list.List[i].ReturnedMs <= list.List[i].AtMs {
				t.Errorf("%+v", list.List[i])
			}
		}
	}
	if list.Total < 20 || back == 0 || back == list.Total {
		t.Errorf("%d abandons, %d came back", list.Total, back)
	}
	o.Only = OnlyToCall
	toCall, err := x.Abandoned(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	answered := 0
	for i := range list.List {
		if list.List[i].CameBack() {
			answered++
		}
	}
	if toCall.Total != list.Total-answered || answered == 0 {
		t.Errorf("%d to call of %d, %d were answered", toCall.Total, list.Total, answered)
	}
	var b bytes.Buffer
	if err := toCall.WriteCSV(&b); err != nil || strings.Count(b.String(), "\n") != toCall.Total+1 {
		t.Errorf("csv: %v, %d lines", err, strings.Count(b.String(), "\n"))
	}
}
