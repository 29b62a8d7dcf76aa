// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"testing"

	"github.com/vigie-kpi/vigie/indicator"
)

// TestRegisterOnCurves: the incident of the demo day and what was done against it are flags on Grafana's curves, from begin to end, in the
// language of the board.
func TestRegisterOnCurves(t *testing.T) {
	m, err := newMaker(demoOptions(t), indicator.French)
	if err != nil {
		t.Fatal(err)
	}
	boards := m.boards()
	sql, err := expand(m.registerSQL(), demoView(m.o, &boards[0]))
	if err != nil {
		t.Fatal(err)
	}
	got := must(t, "SELECT toString(time), toString(timeEnd), title, text, tags FROM ("+sql+") ORDER BY time")
	want := [][]any{
		{"2026-11-17 09:02:00.000", "2026-11-17 09:47:00.000", "Incident", "espace client indisponible assistance", "incident"},
		{"2026-11-17 09:18:00.000", "2026-11-17 10:10:00.000", "Renfort", "message et cinq de Tempo assistance", "action"},
	}
	if len(got.Data) != len(want) {
		t.Fatalf("%v", got.Data)
	}
	for i := range want {
		for k := range want[i] {
			if got.Data[i][k] != want[i][k] {
				t.Errorf("row %d: %v, want %v", i, got.Data[i], want[i])
			}
		}
	}
}
