// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/indicator"
)

// enterByHand enters figures of the recorded day while the pipeline runs: the newest of each counts, a 0 is a figure, what
// is withdrawn is gone, and no other view has any of it.
func enterByHand(t *testing.T, ctx context.Context, d *demo) {
	t.Helper()
	before := one(t, d, ctx, "SELECT csat_answers, offered FROM vigie.v_centre_day")
	day := one(t, d, ctx, "SELECT day FROM vigie.v_centre_day")
	for _, f := range []Figure{
		{Indicator: "csat", Scope: "queue:support", Value: "50 %", N: "10"},
		{Indicator: "csat", Scope: "queue:support", Value: "82 %", N: "120"}, // 98.4 of 120
		{Indicator: "offered", Value: "7"},
		{Indicator: "offered", Value: "0"},
		{Indicator: "abandoned", Value: "3"},
		{Indicator: "abandoned", Value: "withdrawn"},
	} {
		f.Day = day
		if _, err := Record(ctx, eventlog.Options{Brokers: []string{d.broker.Addr()}, Partitions: demoPartitions, Replication: 1}, recordedCentre, []Figure{f}, d.clock.now, slog.New(slog.DiscardHandler)); err != nil {
			t.Fatal(err)
		}
	}
	const want = "centre\t\toffered\t0;queue\tsupport\tcsat_answers\t120;queue\tsupport\tcsat_satisfied\t98"
	for got := ""; got != want; {
		got = strings.ReplaceAll(one(t, d, ctx, "SELECT scope_kind, scope, measure, value FROM vigie.entered_figures WHERE centre = '"+recordedCentre+"' AND day = '"+day+"' ORDER BY ALL"), "\n", ";")
		if err := sleepFor(ctx, 100*time.Millisecond); err != nil {
			t.Fatalf("entered_figures shows %q, want %q", got, want)
		}
	}
	if after := one(t, d, ctx, "SELECT csat_answers, offered FROM vigie.v_centre_day"); after != before {
		t.Errorf("the day was %s before figures were entered, and is %s", before, after)
	}
}

// Everything that is wrong with figures is said at once, with where it stands.
func TestWrongFigures(t *testing.T) {
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	const day = "2026-11-17"
	_, err = understand(catalogue, []Figure{
		{Where: "row 2: ", Day: "17/11/2026", Indicator: "offered", Value: "3"},
		{Where: "row 3: ", Day: day, Scope: "assistance", Indicator: "offered", Value: "3"},
		{Where: "row 4: ", Day: day, Indicator: "csaat", Value: "3"},
		{Where: "row 5: ", Day: day, Indicator: "csat", Value: "82", N: "120"},
		{Where: "row 6: ", Day: day, Indicator: "csat", Value: "82 %"},
		{Where: "row 7: ", Day: day, Indicator: "offered", Value: "3.5"},
		{Where: "row 8: ", Day: day, Indicator: "occupancy", Value: "82 %", N: "5"},
		{Where: "row 9: ", Day: day, Scope: "advisor:a1", Indicator: "abandoned", Value: "5"},
		{Where: "row 10: ", Day: day, Indicator: "csat", Value: "82 %", N: "120"},
	})
	want := []string{
		`row 2: day: found "17/11/2026", write a date such as 2026-11-17`,
		`row 3: scope: found "assistance", write centre, or a kind and a name such as queue:assistance or team:mistral`,
		`row 4: indicator: there is no indicator or measure "csaat"; did you mean "csat"?`,
		`row 5: value: found "82", a share is from 0 % to 100 %; write it with its sign, such as 82 %`,
		`row 6: n: found ""; csat is csat_satisfied / csat_answers, so write the number of cases (csat_answers), for example 120`,
		`row 7: value: found 3.5, offered is a whole number`,
		`row 8: indicator: occupancy is (on_queue_ms - available_ms) / on_queue_ms, which one figure does not give; enter the measures of that formula, one row each`,
		`row 9: scope: abandoned is not counted by advisor`,
	}
	if err == nil || !slices.Equal(strings.Split(err.Error(), "\n"), want) {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
}

// A filled-in row is read back with the number of its row; the template's example is refused as long as it is there.
func TestFiguresTemplate(t *testing.T) {
	path := filepath.Join(t.TempDir(), "figures.xlsx")
	if err := WriteFiguresTemplate(path); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ReadFigures(path); err == nil || !strings.Contains(err.Error(), path+", row 2: this is the template's example; delete the row") {
		t.Errorf("the template as it is: %v", err)
	}
	for cell, row := range map[string][]any{"A2": {"2026-11-17", "queue:assistance", "csat", "81 %", "120"}, "A6": {"2026-11-18", "team:mistral", "quality_score", 8200, 30}} {
		if err := f.SetSheetRow(sheetName, cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	figures, err := ReadFigures(path)
	if err != nil {
		t.Fatal(err)
	}
	want := []Figure{{path + ", row 2: ", "2026-11-17", "queue:assistance", "csat", "81 %", "120"}, {path + ", row 6: ", "2026-11-18", "team:mistral", "quality_score", "8200", "30"}}
	if !slices.Equal(figures, want) {
		t.Errorf("got %s", fmt.Sprint(figures))
	}
	if _, err := ReadFigures("record.go"); err == nil || !strings.Contains(err.Error(), "vigie record template FILE.xlsx writes one") {
		t.Errorf("a file that is no workbook: %v", err)
	}
}
