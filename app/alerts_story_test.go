// SPDX-License-Identifier: Apache-2.0

package app

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/event/zone"
	"github.com/vigie-kpi/vigie/seeds/simulator"
)

// learnt is a player that knows the four Tuesdays before the day of the story, and the state of its machine.
var learnt = sync.OnceValues(func() (*rulePlayer, []byte) {
	org, err := ReadOrganisation(os.DirFS("../seeds/cap-rivage"), "cap-rivage")
	if err != nil {
		panic(err)
	}
	p := newRulePlayer(org, "cap-rivage", func(aggregator.Ready) {})
	if err := p.learn(simulator.CapRivageDay, simulator.CapRivageSeed); err != nil {
		panic(err)
	}
	return p, p.machine.Snapshot()
})

// alertStory lets the demo centre live on the day of the story with its starter rules, after four Tuesdays, and lists what began
// to fire and what was over: "10:09 service_level_live assistance firing".
func alertStory(t *testing.T, restart bool) ([]string, *simulator.Truth) {
	t.Helper()
	before, state := learnt()
	paris, err := zone.Load("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	var story []string
	restarts := 0
	var p *rulePlayer
	p, err = before.resume(state, func(r aggregator.Ready) {
		for _, x := range r.Transitions {
			if to := x.To.String(); to == "firing" || to == "resolved" {
				story = append(story, fmt.Sprintf("%s %s %s %s %d", time.UnixMilli(x.At).In(paris).Format("15:04"), x.Rule, x.Scope, to, x.Shown.Hundredths))
			}
		}
		pending := slices.ContainsFunc(r.Transitions, func(x aggregator.Transition) bool { return x.To.String() == "pending" })
		if restart && (pending || len(r.Alerts()) > 0) && restarts < 20 {
			restarts++
			m, err := aggregator.Restore(p.machine.Snapshot())
			if err != nil {
				t.Fatal(err)
			}
			p.machine = m
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	options := &simulator.Options{From: simulator.CapRivageDay, To: "2026-11-18", Seed: simulator.CapRivageSeed}
	truth, err := simulator.Run(simulator.CapRivage(p.organisation), options, p)
	if err != nil {
		t.Fatal(err)
	}
	if restart && restarts < 20 {
		t.Errorf("only %d restarts", restarts)
	}
	return story, truth
}

// lostFor is the minute, in Paris, from which on a queue could not have a share of its calls answered within T any more, even if
// all who came later had been: by the simulator's own truth, of those who were picked up or gave up.
func lostFor(truth *simulator.Truth, queue string, thresholdMs int64, wanted float64) string {
	var waits []*simulator.Wait
	for _, c := range truth.Calls {
		for _, w := range c.Waits {
			if w.Queue == queue && (w.Ended == "picked_up" || w.Ended == "hung_up") {
				waits = append(waits, w)
			}
		}
	}
	slices.SortFunc(waits, func(a, b *simulator.Wait) int { return cmp.Compare(a.From, b.From) })
	missed := 0
	for _, w := range waits {
		if w.Ended == "hung_up" || w.To-w.From > thresholdMs {
			missed++
		}
		if float64(missed) > (1-wanted)*float64(len(waits)) {
			return time.UnixMilli(w.From).UTC().Add(time.Hour).Format("15:04")
		}
	}
	return "never"
}

// The incidents of the demo day's story, at the minutes that the story says: an alert that nobody gets in time is none.
func TestTheStoryGivesItsAlerts(t *testing.T) {
	story, truth := alertStory(t, false)
	first := func(what, since string) string {
		for _, line := range story {
			if strings.Contains(line, what) && line >= since {
				return line[:5]
			}
		}
		return "never"
	}
	for _, c := range []struct{ what, from, to, why string }{ // the first of the day
		{"service_level_ahead assistance firing", "10:05", "10:05", "the incident of 10:02: the predictive alert, four minutes before the live one"},
		{"service_level_live assistance firing", "10:09", "10:09", "the incident of 10:02: the live service-level alert"},
		{"day_out_of_reach assistance firing", "15:50", "16:20", "the incident and the slow tools have cost the day's 80 %"},
		{"source_silent courrier firing", "14:15", "14:17", "the letters of 14:00 are late: a silent source, and not zero letters"},
		{"offers_missed eclosion firing", "09:10", "09:30", "three headsets miss offers from 09:10 on"},
		{"talks_cut_short alize firing", "11:31", "11:37", "the trunk fault at Saint-Denis, 11:30 to 11:42"},
		{"line_cut_short saint-denis-sip firing", "11:31", "11:37", "the same, which names the trunk"},
		{"workstation_missed poste-", "09:10", "09:25", "the headsets of 09:10, one by one"},
		{"longest_wait orvalie firing", "12:15", "12:45", "the lunches stacked on orvalie at 12:15: who waits long has the patience for it"},
		{"too_few_available orvalie firing", "12:15", "12:45", "the same"},
	} {
		if got := first(c.what, ""); got < c.from || got > c.to {
			t.Errorf("%s: %q at %s, want %s to %s", c.why, c.what, got, c.from, c.to)
		}
	}
	if got := first("service_level_ahead orvalie firing", "12:00"); got > "12:25" { // before they begin: they are planned
		t.Errorf("the lunches of orvalie were foreseen at %s", got)
	}
	for _, line := range story {
		for _, never := range []string{"feed_silent", "dial_illegal", "dialler_abandon", "balance_not_zero", "dead_letters"} {
			if strings.Contains(line, never) {
				t.Errorf("%s: no source fell silent and the gate refused what the law forbids", line)
			}
		}
		if strings.Contains(line, "talks_cut_short") && !strings.Contains(line, "alize") {
			t.Errorf("%s: the fault was at Saint-Denis", line)
		}
		if strings.Contains(line, "line_cut_short") && !strings.Contains(line, "saint-denis-sip") {
			t.Errorf("%s: the fault was of the trunk of Saint-Denis", line)
		}
	}
	lost, _ := time.ParseInLocation("15:04", lostFor(truth, "assistance", 20_000, 0.8), time.UTC)
	told, _ := time.ParseInLocation("15:04", first("day_out_of_reach assistance firing", ""), time.UTC)
	if late := told.Sub(lost); late < -15*time.Minute || late > 15*time.Minute {
		t.Errorf("the day's service level was declared out of reach at %s; by the truth it was from %s on", told.Format("15:04"), lost.Format("15:04"))
	}
	t.Logf("%d transitions; 80 %% was lost at %s\n%s", len(story), lost.Format("15:04"), strings.Join(story, "\n"))
}

// A machine that is taken down and up again while alerts are pending and while they fire tells each of them once, and at the
// same minute.
func TestRestartsRepeatNoAlert(t *testing.T) {
	steady, _ := alertStory(t, false)
	if got, _ := alertStory(t, true); !slices.Equal(got, steady) {
		t.Errorf("with restarts:\n%s\nwithout:\n%s", strings.Join(got, "\n"), strings.Join(steady, "\n"))
	}
}

// The starter rules' own tests pass, and one whose expectation is wrong does not.
func TestTheStarterRules(t *testing.T) {
	results, err := RunRuleTests("../seeds/cap-rivage/tests/rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		for _, failure := range r.Failures {
			t.Errorf("%s: %s", r.Name, failure)
		}
	}
	if len(results) < 23 {
		t.Errorf("%d tests, and there are 23 rules", len(results))
	}
	folder := t.TempDir()
	demo, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	wrong := folder + "/wrong.yaml"
	text := "organisation: " + demo + "/../seeds/cap-rivage\ntests:\n- name: wrong\n  start: 2026-11-17 15:00\n  rules: [help_requested]\n" +
		"  series: [{team: alize, gauge: help_requests, values: 1x9}]\n  expect: [{at: '15:05'}]\n"
	if err := os.WriteFile(wrong, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	results, err = RunRuleTests(wrong)
	want := "15:05: fires and should not: help_requested/alize"
	if err != nil || len(results) != 1 || !slices.Equal(results[0].Failures, []string{want}) {
		t.Errorf("got %v, %v, want %q", results, err, want)
	}
}

// helpFolder writes an organisation, a recording and a test of it into a folder: an advisor asks for help at 10:00:05, a supervisor
// comes at 10:03.
func helpFolder(t *testing.T) (folder string, events []event.Event) {
	t.Helper()
	folder = t.TempDir()
	files := map[string]string{
		"org/centre.yaml": "id: c\ntimezone: Europe/Paris\n",
		"org/rules.yaml": "- {rule: help, scope: team, when: help_requests > 0, for: 1m, keep_firing_for: 10s, severity: info, audience: wall, " +
			"summary_en: help, summary_fr: aide}\n",
		"tests.yaml": "organisation: org\ntests:\n- name: help\n  start: 2026-11-17 10:00\n  recording: day.ndjson\n  expect:\n" +
			"  - {at: '10:01:00'}\n  - {at: '10:01:10', firing: [help/t]}\n  - {at: '10:03:10', firing: [help/t]}\n  - {at: '10:03:20'}\n",
	}
	at := time.Date(2026, 11, 17, 9, 0, 0, 0, time.UTC).UnixMilli() // 10:00 in Paris
	var recording []byte
	for i, e := range []event.Event{
		{Type: event.QueueEntered, Queue: "q"},
		{Type: event.AdvisorConnected, Queue: "q", Advisor: "a", Team: "t"},
		{Type: event.AdvisorAssistanceRequested, Advisor: "a", Team: "t"},
		{Type: event.SupervisorJoined, Advisor: "a", Team: "t", Target: "s", Kind: event.KindWhisper},
		{Type: event.AdvisorReleased, Queue: "q", Advisor: "a", Team: "t"},
	} {
		e.ID, e.Source, e.Centre, e.Contact = fmt.Sprint(i), "pbx", "c", "k"
		e.Time = at + []int64{1_000, 3_000, 5_000, 180_000, 240_000}[i]
		recording = append(event.AppendJSON(recording, &e), '\n')
		e.Received = e.Time
		events = append(events, e)
	}
	files["day.ndjson"] = string(recording)
	if err := os.Mkdir(folder+"/org", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(folder+"/"+name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder, events
}

// A recording runs through the machine.
func TestARecordingGivesItsAlerts(t *testing.T) {
	folder, _ := helpFolder(t)
	results, err := RunRuleTests(folder + "/tests.yaml")
	if err != nil || len(results) != 1 || len(results[0].Failures) > 0 {
		t.Errorf("got %v, %v", results, err)
	}
}
