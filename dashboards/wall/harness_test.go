// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
)

// world is a small centre made by hand: two voice queues with different thresholds, one of messages, and three teams.
type world struct {
	t       testing.TB
	objects []event.ConfigObject
	reading *Reading
	inputs  Inputs
}

// noon is Tuesday 17 November 2026, 12:00 in Paris.
var noon = time.Date(2026, 11, 17, 11, 0, 0, 0, time.UTC).UnixMilli()

func newWorld(t testing.TB) *world {
	t.Helper()
	catalogue, err := indicator.Load()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, reading: &Reading{Centre: "c", AsOfMs: noon, Offset: 41, Scopes: map[Scope]*Sums{},
		Gauges: map[string]bool{"waiting": true, "longest_wait_ms": true, "advisors_logged": true, "items_open": true, "items_due_today": true,
			"oldest_unanswered_ms": true, "help_requests": true, GaugeHelpMs: true, GaugeBreakMs: true, GaugePlannedNow: true, GaugePlannedSoon: true,
			"complaints_ack_soon": true, "complaints_ack_late": true}}}
	w.inputs = Inputs{Catalogue: catalogue, Reading: w.reading, Board: "north", Lang: English}
	w.object(event.ConfigCentre, event.CentreConfig{Name: "Centre", Zone: "Europe/Paris", ThresholdMs: 20_000, ShortAbandonMs: 5_000, Variant: "sl_neg"})
	w.object(event.ConfigCalendar, event.CalendarConfig{Calendar: "office", Hours: map[string]string{"tuesday": "08:00-20:00", "wednesday": "08:00-20:00"}})
	w.object(event.ConfigQueue, event.QueueConfig{Queue: "help", Name: "Help", Channel: event.ChannelVoice, Calendar: "office"})
	w.object(event.ConfigQueue, event.QueueConfig{Queue: "urgent", Name: "Urgent", Channel: event.ChannelVoice, ThresholdMs: 10_000})
	w.object(event.ConfigQueue, event.QueueConfig{Queue: "mail", Name: "Mail", Channel: event.ChannelEmail})
	w.object(event.ConfigTeam, event.TeamConfig{Team: "north", Name: "North"})
	w.object(event.ConfigTeam, event.TeamConfig{Team: "south", Kind: "backoffice"})
	w.object(event.ConfigTeam, event.TeamConfig{Team: "sales", Kind: "outbound"})
	for _, a := range []string{"a", "b", "c"} {
		w.object(event.ConfigAdvisor, event.AdvisorConfig{Advisor: a, Team: "north"})
		w.object(event.ConfigSkill, event.SkillConfig{Advisor: a, Queue: "help"})
	}
	w.object(event.ConfigAdvisor, event.AdvisorConfig{Advisor: "d", Team: "south"})
	w.object(event.ConfigSkill, event.SkillConfig{Advisor: "d", Queue: "mail"})
	return w
}

func (w *world) object(typ event.Type, payload any) {
	w.t.Helper()
	data, err := json.Marshal(payload)
	if err != nil {
		w.t.Fatal(err)
	}
	w.objects = append(w.objects, event.ConfigObject{Type: typ, Data: data})
}

func (w *world) sums(s Scope) *Sums {
	if w.reading.Scopes[s] == nil {
		w.reading.Scopes[s] = &Sums{Gauges: map[string]int64{}, Windows: map[Window]*WindowSums{}}
	}
	return w.reading.Scopes[s]
}

// count books measures of a scope in a window.
func (w *world) count(s Scope, window Window, measures map[indicator.Measure]int64) {
	sums := w.sums(s)
	if sums.Windows[window] == nil {
		all := make([]int64, indicator.NumMeasures)
		sums.Windows[window] = &WindowSums{Panes: all, Minutes: all}
	}
	for m, n := range measures {
		sums.Windows[window].Panes[m] = n
	}
}

// bins books a histogram of a scope in a window.
func (w *world) bins(s Scope, window Window, family indicator.BinFamily, bins []uint16, counts []int64) {
	w.count(s, window, nil)
	w.sums(s).Windows[window].Bins[family] = Bins{bins, counts}
}

func (w *world) gauge(s Scope, name string, n int64) {
	w.reading.Gauges[name] = true
	w.sums(s).Gauges[name] = n
}

func (w *world) board() *Board {
	w.t.Helper()
	config, err := NewConfig(1, w.objects)
	if err != nil {
		w.t.Fatal(err)
	}
	w.inputs.Config, w.inputs.Roster = config, config.RosterAt(w.reading.AsOfMs)
	b, ok := Evaluate(&w.inputs)
	if !ok {
		w.t.Fatalf("no board %s", w.inputs.Board)
	}
	return b
}

func (w *world) tile(id string) Tile {
	w.t.Helper()
	for _, row := range w.board().Rows {
		for _, t := range row.Tiles {
			if t.ID == id {
				return t
			}
		}
	}
	w.t.Fatalf("no tile %s", id)
	return Tile{}
}

// quarter is a quarter of an hour that starts at an instant.
func quarter(startMs int64, m measures) Quarter {
	sums := make([]int64, indicator.NumMeasures)
	for measure, n := range m {
		sums[measure] = n
	}
	return Quarter{StartMs: startMs, Sums: &WindowSums{Panes: sums, Minutes: sums}}
}

// past gives a scope sums of the days before today.
func (w *world) past(window Window, s Scope, m measures) {
	if w.inputs.Day == nil {
		w.inputs.Day = &Day{StartMs: noon - 7*4*QuarterMs, EndMs: noon + 17*4*QuarterMs, Long: map[Window]map[Scope]*WindowSums{}, Usual: map[Scope][]Quarter{}}
	}
	if w.inputs.Day.Long[window] == nil {
		w.inputs.Day.Long[window] = map[Scope]*WindowSums{}
	}
	w.inputs.Day.Long[window][s] = quarter(0, m).Sums
}

var (
	mail   = Scope{indicator.ScopeQueue, "mail"}
	help   = Scope{indicator.ScopeQueue, "help"}
	urgent = Scope{indicator.ScopeQueue, "urgent"}
	north  = Scope{indicator.ScopeTeam, "north"}
)
