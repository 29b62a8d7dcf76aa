// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/ingest"
	"github.com/vigie-kpi/vigie/store"
)

// story is the worked example of docs/incidents.md: Tuesdays of one queue, written by hand as sums, and what was said.
type story struct {
	t       *testing.T
	paris   *time.Location
	machine *aggregator.Machine
	builder *store.Builder
	offset  int64
	nowMs   int64 // when the word at hand is said
}

func newStory(t *testing.T) *story {
	paris, err := zone.Load("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, paris: paris, machine: aggregator.New(0), builder: store.NewBuilder()}
	end := s.at("2026-11-23 08:00:00")
	s.step(&event.Event{ID: "end", Source: "owner", Type: event.Tick, Time: end, Received: end})
	return s
}

// at is a time of the clock in Paris.
func (s *story) at(text string) int64 {
	s.t.Helper()
	at, err := time.ParseInLocation(time.DateTime, text, s.paris)
	if err != nil {
		s.t.Fatal(err)
	}
	return at.UnixMilli()
}

func (s *story) step(e *event.Event) {
	s.t.Helper()
	s.value(event.AppendJSON(nil, e))
}

func (s *story) value(record []byte) {
	s.t.Helper()
	s.machine.Step(s.offset, record)
	s.offset++
	ready := s.machine.Ready()
	if len(ready.DeadLetters) > 0 {
		s.t.Fatalf("refused: %+v", ready.DeadLetters)
	}
	if err := s.builder.AddFacts(ready.Facts, ready.Incs); err != nil {
		s.t.Fatal(err)
	}
	s.builder.AddRegister(ready.Register)
	s.builder.AddTransitions(ready.Transitions)
	s.machine.Clear()
}

// sums books sums of the queue at a time: names and numbers in turn.
func (s *story) sums(when string, namesAndNumbers ...any) {
	s.t.Helper()
	measures := map[string]int64{}
	for i := 0; i < len(namesAndNumbers); i += 2 {
		if n := int64(namesAndNumbers[i+1].(int)); n != 0 {
			measures[namesAndNumbers[i].(string)] = n
		}
	}
	data, err := json.Marshal(event.Correction{Measures: measures})
	if err != nil {
		s.t.Fatal(err)
	}
	s.step(&event.Event{ID: fmt.Sprint(s.offset), Source: "by hand", Type: event.CorrectionIssued, Centre: "rivage", Queue: "assistance",
		Time: s.at(when), Received: s.at("2026-11-23 07:00:00"), Data: data})
}

// Publish implements ingest.Publisher: what is said goes into the log.
func (s *story) Publish(_ context.Context, records []ingest.Record) error {
	for _, r := range records {
		s.value(r.Value)
	}
	return nil
}

// say says something ten seconds after it happened.
func (s *story) say(typ event.Type, w RegisterWord) RegisterSaid {
	s.t.Helper()
	s.nowMs = s.at(w.At+":00") + 10_000
	w.At = strings.Replace(w.At, " ", "T", 1)
	said, err := s.sayer().Say(s.t.Context(), typ, w)
	if err != nil {
		s.t.Fatal(err)
	}
	return said
}

func (s *story) sayer() *RegisterSayer {
	catalogue, err := indicator.Load()
	if err != nil {
		s.t.Fatal(err)
	}
	return &RegisterSayer{Publisher: s, Catalogue: catalogue, Find: func(context.Context, string) (string, *time.Location, int64, error) {
		return "rivage", s.paris, s.nowMs, nil
	}}
}

// tuesday books the quarters from 10:00 to 11:00 of a day, and the rest of it: offered, abandoned, met and due in each.
func (s *story) tuesday(day string, rest int, quarters [4][4]int) {
	s.t.Helper()
	for i, q := range quarters {
		s.sums(fmt.Sprintf("%s 10:%02d:30", day, 15*i+1), "offered", q[0], "abandoned", q[1], "sl_met", q[2], "sl_due", q[3])
	}
	s.sums(day+" 14:00:00", "offered", rest, "sl_met", rest*4/5, "sl_due", rest)
}

// tell books everything that the example says.
func (s *story) tell() {
	// 20 October is in summer time: ten o'clock is another hour of UTC there.
	s.tuesday("2026-11-10", 3000, [4][4]int{{78, 3, 63, 75}, {78, 3, 63, 75}, {78, 3, 63, 75}, {78, 3, 63, 75}})
	s.tuesday("2026-11-03", 2400, [4][4]int{{63, 3, 48, 60}, {63, 3, 48, 60}, {63, 3, 48, 60}, {63, 3, 48, 60}})
	s.tuesday("2026-10-27", 3750, [4][4]int{{98, 4, 72, 94}, {98, 4, 71, 94}, {97, 4, 71, 94}, {97, 3, 71, 93}})
	s.tuesday("2026-10-20", 3000, [4][4]int{{78, 6, 60, 75}, {77, 5, 60, 75}, {77, 5, 60, 75}, {77, 5, 60, 75}})
	for week, day := range []string{"2026-11-10", "2026-11-03", "2026-10-27", "2026-10-20"} {
		s.sums(day+" 10:05:00", "answered_within", 66, "crossed", 16+week%2) // 66 of 82 and 83: 264 of 330 in all
		s.sums(day+" 10:30:00", "answered_within", 120, "crossed", 30)       // 480 of 600 in all
	}
	s.sums("2026-11-16 14:00:00", "offered", 8500, "sl_met", 6800, "sl_due", 8500)
	s.sums("2026-11-18 14:00:00", "offered", 8500, "sl_met", 6800, "sl_due", 8500)

	s.sums("2026-11-17 14:00:00", "offered", 3000, "sl_met", 2400, "sl_due", 3000)
	s.sums("2026-11-17 10:01:00", "offered", 45) // before it began
	s.sums("2026-11-17 10:10:00", "offered", 135, "abandoned", 18, "sl_met", 45, "sl_due", 170, "answered_within", 30, "crossed", 170)
	s.sums("2026-11-17 10:20:00", "offered", 180, "abandoned", 21, "sl_met", 30, "sl_due", 170, "answered_within", 59, "crossed", 101)
	s.sums("2026-11-17 10:31:00", "offered", 150, "abandoned", 15, "sl_met", 30, "sl_due", 140, "answered_within", 40, "crossed", 100)
	s.sums("2026-11-17 10:46:59", "offered", 12)
	s.sums("2026-11-17 10:47:00", "offered", 18, "answered_within", 500, "crossed", 1) // after it was over, and after the action
	s.sums("2026-11-17 10:50:00", "offered", 90, "abandoned", 6, "sl_met", 45, "sl_due", 120)

	opened := s.say(event.IncidentOpened, RegisterWord{Scope: "queue:assistance", Title: "espace client indisponible", Alert: "service_level_live", By: "supervisor", At: "2026-11-17 10:02"})
	s.say(event.AlertAcknowledged, RegisterWord{Alert: "service_level_live", Scope: "queue:assistance", Cause: "tool", Incident: opened.ID, At: "2026-11-17 10:09"})
	action := s.say(event.ActionStarted, RegisterWord{Incident: opened.ID, Lever: "reinforcement", Title: "cinq de Tempo", Scope: "queue:assistance",
		Indicator: "sl_live", Expected: 20, By: "supervisor", At: "2026-11-17 10:18"})
	s.say(event.ActionEnded, RegisterWord{ID: action.ID, At: "2026-11-17 10:47"})
	s.say(event.IncidentClosed, RegisterWord{ID: opened.ID, Cause: "tool", At: "2026-11-17 10:47"})
}

// stored writes the story, as one block, and returns what answers questions about it.
func (s *story) stored() *Explainer {
	s.t.Helper()
	st, _ := openTestStore(s.t)
	w, err := st.OpenWriter(s.t.Context(), "story", 0, store.WriterOptions{})
	if err != nil {
		s.t.Fatal(err)
	}
	block := s.builder.Seal("story", 0, 0, s.offset-1, "test")
	block.ClockMs = s.machine.Clock()
	if err := w.Write(s.t.Context(), block); err != nil {
		s.t.Fatal(err)
	}
	catalogue, err := indicator.Load()
	if err != nil {
		s.t.Fatal(err)
	}
	return &Explainer{Store: st, Catalogue: catalogue, Configs: func(context.Context, string, []uint32) ([]*explain.Configuration, error) { return nil, nil }}
}

const storyIncident = "inc-20261117T0902Z-assistance"

// The worked example of docs/incidents.md, from words in the log to the sentences of a report: the figures were worked by hand, as
// the page shows.
func TestIncidentByHand(t *testing.T) {
	s := newStory(t)
	s.tell()
	x := s.stored()
	if told, err := x.Incident(t.Context(), RegisterOptions{ID: storyIncident}); err != nil || told.Zone != "UTC" {
		t.Errorf("nobody knows the zone: told in %q, %v", told.Zone, err)
	}
	centre, err := json.Marshal(event.DefaultCentreConfig("Europe/Paris"))
	if err != nil {
		t.Fatal(err)
	}
	for version, object := range []string{`{"zone":"Asia/Tokyo"}`, string(centre)} { // the newest counts
		v := &store.ConfigVersion{Centre: "rivage", Version: version + 1, AppliedAtMs: int64(version + 1), Objects: []store.ConfigObject{{Type: "config.centre", JSON: object}}}
		if err := x.Store.WriteConfig(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	told, err := x.Incident(t.Context(), RegisterOptions{ID: storyIncident}) // the zone is that of the configuration in the store
	if err != nil {
		t.Fatal(err)
	}
	m := told.Impact
	if m == nil {
		t.Fatal(told.NoImpact)
	}
	if m.Contacts != 477 || m.Minutes != 45 || m.Offered != 630 || m.Abandoned != 60 || !slices.Equal(m.Back, []int{1, 2, 3, 4}) {
		t.Errorf("contacts %d, minutes %d, offered %d, abandoned %d, weeks %v", m.Contacts, m.Minutes, m.Offered, m.Abandoned, m.Back)
	}
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.0005 {
			t.Errorf("%s: %.4f, want %.4f", what, got, want)
		}
	}
	near("expected offered", m.ExpectedOffered, 312)
	near("expected abandons", m.ExpectedAbandoned, 15)
	near("of the first quarter", m.Quarters[0].ExpectedAbandoned, 3.9875)
	near("beyond", *m.Beyond, 45)
	near("low", m.BeyondInterval.Low, 45-15.0935)
	near("high", m.BeyondInterval.High, 45+15.0935)
	near("day with", *m.Day.With, 2550.0/3600)
	near("day without", *m.Day.Without, 0.8)
	near("points of the day", *m.Day.Points, 9.1667)
	near("low of the day", m.Day.Interval.Low, 9.1667-1.0563)
	near("points of the week", *m.Week.Points, 1.6019)
	near("high of the week", m.Week.Interval.High, 1.6019+0.1717)
	e := told.Actions[0].Effect
	near("measured", *e.Measured, 18)
	near("low of the effect", e.Interval.Low, 8.8017)
	near("high of the effect", e.Interval.High, 26.8815)
	for lang, file := range map[string]string{"en": "incident-en", "fr": "incident-fr"} {
		told, err := x.Incident(t.Context(), RegisterOptions{ID: storyIncident, Language: lang})
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := told.WriteText(&text); err != nil {
			t.Fatal(err)
		}
		if want := pageBlock(t, file); text.String() != want {
			t.Errorf("docs/incidents.md shows\n%s\nthe command says\n%s", want, text.String())
		}
	}
	answer, err := json.Marshal(told)
	if err != nil {
		t.Fatal(err)
	}
	documented(t, "Told", answer)
	registerRefuses(t, x)
}

// pageBlock is the block of docs/incidents.md behind a mark.
func pageBlock(t *testing.T, mark string) string {
	t.Helper()
	page, err := os.ReadFile("../docs/incidents.md")
	if err != nil {
		t.Fatal(err)
	}
	_, after, found := strings.Cut(string(page), "<!-- "+mark+" -->\n```text\n")
	block, _, closed := strings.Cut(after, "```\n")
	if !found || !closed {
		t.Fatalf("docs/incidents.md has no block %s", mark)
	}
	return block
}

// registerRefuses: what makes no sense is refused with what to do.
func registerRefuses(t *testing.T, x *Explainer) {
	f := func(o RegisterOptions, want string) {
		t.Helper()
		_, err := x.Incident(t.Context(), o)
		var wrong *AskError
		if !errors.As(err, &wrong) || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
	f(RegisterOptions{ID: "inc-9"}, "vigie incident list shows")
	f(RegisterOptions{ID: storyIncident, Level: "offered"}, "choose a share whose parts add up")
	f(RegisterOptions{ID: storyIncident, Window: time.Second}, "choose 5m to 4h")
}
