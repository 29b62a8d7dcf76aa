// SPDX-License-Identifier: Apache-2.0

package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/register"
)

// said is a block with words of the register; each is said ten seconds after it happened unless told.
func said(t testing.TB, first, last int64, rows ...aggregator.RegisterRow) *Block {
	t.Helper()
	b, w := NewBuilder(), newWorld("lyon", "")
	for i, r := range rows {
		r.Offset, r.Source = first+int64(i), "vigie"
		if r.ID == 0 {
			r.ID = uint64(r.Offset)
		}
		if r.SaidAt == 0 {
			r.SaidAt = r.At + 10_000
		}
		r.Day = int32(r.At / (daySeconds * 1000))
		b.addRegister(w, &r)
	}
	return b.Seal("e1", 0, first, last, "test")
}

// TestRegisterIsStoredOnce: words are there once, whatever was sent twice, and views put them together: of beginnings the earliest
// counts, of ends the latest, of texts the latest; the expectation is the one that was written first.
func TestRegisterIsStoredOnce(t *testing.T) {
	s := openMigrated(t)
	ten := at(t, "2026-11-17T09:00:00Z")
	minute := func(n int64) int64 { return ten + n*60_000 }
	queue := func(r aggregator.RegisterRow) aggregator.RegisterRow {
		r.ScopeKind, r.Scope = "queue", "assistance"
		return r
	}
	words := func() *Block {
		return said(t, 10, 99,
			queue(aggregator.RegisterRow{Type: event.IncidentOpened, Object: "inc-1", At: minute(5), Title: "portal", Rule: "sl_low", By: "supervisor"}),
			aggregator.RegisterRow{Type: event.IncidentOpened, Object: "inc-1", At: minute(2), Title: "espace client indisponible"}, // by the source, later told
			aggregator.RegisterRow{Type: event.IncidentClosed, Object: "inc-1", At: minute(40), ID: 77},
			aggregator.RegisterRow{Type: event.IncidentClosed, Object: "inc-1", At: minute(47), Cause: "tool"},
			aggregator.RegisterRow{Type: event.IncidentClosed, Object: "inc-1", At: minute(40), ID: 77}, // redelivered
			queue(aggregator.RegisterRow{Type: event.IncidentOpened, Object: "inc-2", At: minute(60)}),
			aggregator.RegisterRow{Type: event.IncidentClosed, Object: "inc-2", At: minute(60), Void: true},
			aggregator.RegisterRow{Type: event.IncidentOpened, Object: "inc-3", At: minute(70), ScopeKind: "centre"},
			aggregator.RegisterRow{Type: event.IncidentClosed, Object: "inc-3", At: minute(69)},
			queue(aggregator.RegisterRow{Type: event.ActionStarted, Object: "act-1", At: minute(18), Lever: "reinforcement", Incident: "inc-1", Indicator: "sl_live", Expected: 2000, By: "supervisor"}),
			queue(aggregator.RegisterRow{Type: event.ActionStarted, Object: "act-1", At: minute(18), SaidAt: minute(50), Lever: "reinforcement", Incident: "inc-1", Indicator: "sl_live", Expected: 1800, By: "supervisor"}),
			aggregator.RegisterRow{Type: event.ActionEnded, Object: "act-1", At: minute(70)},
			queue(aggregator.RegisterRow{Type: event.AlertAcknowledged, At: minute(9), Rule: "sl_low", Cause: "tool", Incident: "inc-1"}),
		)
	}
	b := words()
	if err := s.insert(t.Context(), "register", token("register", b), columns([]piece{{b, &b.register}}, registerFields[:])); err != nil {
		t.Fatal(err)
	}
	execute(t, s, "ALTER TABLE {db}.register MODIFY SETTING non_replicated_deduplication_window = 0") // forgets the token
	execute(t, s, "ALTER TABLE {db}.register MODIFY SETTING non_replicated_deduplication_window = 20000")
	write(t, openWriter(t, s, 0, nil), words())
	if n := scalar[uint64](t, s, "SELECT count() FROM {db}.register FINAL"); n != 12 {
		t.Errorf("%d words, want 12", n)
	}
	assistance := register.Place{Kind: indicator.ScopeQueue, ID: "assistance"}
	day := int32(ten / (daySeconds * 1000))
	q := RegisterQuery{Centre: "lyon"}
	incidents, err := s.Incidents(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	want := []register.Incident{
		{Centre: "lyon", ID: "inc-1", Place: assistance, Placed: true, Rule: "sl_low", Title: "portal", Cause: "tool", By: "supervisor", OpenedMs: minute(2), ClosedMs: minute(47), Day: day, LastDay: day},
		{Centre: "lyon", ID: "inc-3", Placed: true, OpenedMs: minute(70), Day: day, LastDay: day},
	}
	if diff := cmp.Diff(want, incidents); diff != "" {
		t.Errorf("incidents (-want +got):\n%s", diff)
	}
	q.Incident = "inc-1"
	actions, err := s.Actions(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	wantActions := []register.Action{{Centre: "lyon", ID: "act-1", Incident: "inc-1", Place: assistance, Lever: "reinforcement", By: "supervisor", Indicator: "sl_live",
		Expected: 2000, WrittenMs: minute(18) + 10_000, StartedMs: minute(18), EndedMs: minute(70), Day: day}}
	if diff := cmp.Diff(wantActions, actions); diff != "" {
		t.Errorf("actions (-want +got):\n%s", diff)
	}
	acks, err := s.Acknowledgements(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]register.Acknowledgement{{Rule: "sl_low", Place: assistance, Cause: "tool", Incident: "inc-1", AtMs: minute(9)}}, acks); diff != "" {
		t.Errorf("acknowledgements (-want +got):\n%s", diff)
	}
}

// TestFirings: each alert that fired is there with its end.
func TestFirings(t *testing.T) {
	s := openMigrated(t)
	write(t, openWriter(t, s, 0, nil), lifeOfAnAlert(t))
	fired, err := s.Firings(t.Context(), RegisterQuery{Centre: "lyon"})
	if err != nil {
		t.Fatal(err)
	}
	want := []register.Firing{{Rule: "service_level_live", Severity: "critical", Audience: "page", Place: register.Place{Kind: indicator.ScopeQueue, ID: "support"},
		AtMs: at(t, "2026-03-02T10:01:10Z"), ResolvedMs: at(t, "2026-03-02T10:07:00Z")}}
	if diff := cmp.Diff(want, fired); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestHashHasTheRegister: a word of the register is part of what a block holds.
func TestHashHasTheRegister(t *testing.T) {
	none := NewBuilder().Seal("e1", 0, 0, 9, "test").Hash
	one := said(t, 0, 9, aggregator.RegisterRow{Type: event.IncidentOpened, Object: "inc-1"}).Hash
	other := said(t, 0, 9, aggregator.RegisterRow{Type: event.IncidentOpened, Object: "inc-2"}).Hash
	if none == one || one == other {
		t.Errorf("hashes %x, %x, %x", none, one, other)
	}
}
