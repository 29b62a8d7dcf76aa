// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
)

// base is a small centre; tests change one file of it.
var base = []string{
	"centre.yaml", "timezone: Europe/Paris\nday_starts: \"05:00\"",
	"queues.yaml", "- {queue: orvalie, channel: voice, threshold: 30s}",
	"teams.yaml", "- {team: garance}\n- {team: indigo}",
	"advisors.yaml", "- {advisor: a1, team: garance, contract: 35h}\n- {advisor: a2, team: indigo}",
	"targets.yaml", "- {indicator: answer_rate, value: 92 %, stage: draft}",
	"states.yaml", "lunch: [repas]",
	"calendars.yaml", "- {calendar: c, hours: {mon: \"08:00-20:00\", tue: closed, wed: closed, thu: closed, fri: closed, sat: closed, sun: closed}, closed: [2026-12-25]}",
}

func objectsOf(t *testing.T, parts []string) []event.ConfigObject {
	t.Helper()
	o, err := Read(folder(parts...), Options{Indicators: catalogue})
	if err != nil {
		t.Fatal(err)
	}
	return o.Objects()
}

// changed is base with another text in one file.
func changed(name, text string) []string { return append(append([]string{}, base...), name, text) }

func TestDiffInWords(t *testing.T) {
	diff := func(name, text string, wants ...string) {
		t.Helper()
		var got []string
		for _, c := range Diff(objectsOf(t, base), objectsOf(t, changed(name, text)), catalogue) {
			got = append(got, c.String())
		}
		if strings.Join(got, "\n") != strings.Join(wants, "\n") {
			t.Errorf("%s:\n got %s\nwant %s", text, strings.Join(got, "\n     "), strings.Join(wants, "\n     "))
		}
	}
	diff("queues.yaml", base[3]) // nothing
	diff("queues.yaml", "- {queue: orvalie, channel: voice, threshold: 30s}\n- {queue: orvalie, from: 2026-11-18, threshold: 40s}",
		"queue orvalie: T 30 s -> 40 s from 2026-11-18")
	diff("queues.yaml", "- {queue: orvalie, threshold: 1m30s, short_abandon: 3s}",
		"queue orvalie: S none -> 3 s, T 30 s -> 1 min 30 s, channel voice -> none")
	diff("queues.yaml", base[3]+"\n- {queue: urgence, channel: voice, threshold: 10s}", "queue urgence: added: T 10 s, channel voice")
	diff("queues.yaml", "- {queue: autre}", "queue autre: added", "queue orvalie: removed")
	diff("centre.yaml", "timezone: Europe/Paris\nday_starts: \"05:00\"\nname: Cap Rivage\nthreshold: 25s", "centre: T 20 s -> 25 s, name none -> Cap Rivage")
	diff("teams.yaml", "- {team: garance, name: Garance}\n- {team: indigo}", "team garance: name none -> Garance")
	diff("advisors.yaml", "- {advisor: a1, team: garance, contract: 35h, loans: [{team: indigo, from: 2026-11-17 15:30, to: 2026-11-17 17:30}]}\n- {advisor: a2, team: indigo}",
		"advisor a1: home team none -> garance, team garance -> indigo from 2026-11-17 15:30 to 2026-11-17 17:30")
	diff("advisors.yaml", "- {advisor: a1, team: garance, contract: 35h, to: 2026-11-15}\n- {advisor: a1, team: indigo, from: 2026-12-01}\n- {advisor: a2, team: indigo, contract: 28h}",
		"advisor a1: no longer contract 35 h, team garance from 2026-11-16 to 2026-11-30",
		"advisor a1: team garance -> indigo from 2026-12-01",
		"advisor a2: contract none -> 28 h")
	diff("advisors.yaml", base[7]+"\n- {advisor: a3, team: indigo, from: 2026-12-01}", "advisor a3: added: team indigo from 2026-12-01")
	diff("targets.yaml", "- {indicator: answer_rate, value: 93.5 %, stage: draft}\n- {indicator: occupancy, value: 70 % to 85 %, stage: draft}",
		"target answer_rate: value 92 % -> 93.5 %", "target occupancy: added: stage draft, value 70 % to 85 %")
	diff("states.yaml", "lunch: [midi]\nbreak: [repas]", "states: midi none -> lunch, repas lunch -> break")
	diff("calendars.yaml", strings.Replace(strings.Replace(base[13], "tue: closed", `tue: "09:00-12:00"`, 1), "2026-12-25", "2026-12-26", 1),
		"calendar c: closed on 2026-12-26 added, tuesday none -> 09:00-12:00, closed on 2026-12-25 removed")
	diff("skills.yaml", "- {queues: orvalie, advisors: a1}", "skill a1 orvalie: added")
}

// A change of a change is told against what would have held, not against what holds today.
func TestDiffOfDatedChanges(t *testing.T) {
	before := objectsOf(t, changed("queues.yaml", "- {queue: orvalie, threshold: 30s}\n- {queue: orvalie, from: 2026-11-18, threshold: 40s}"))
	diff := func(text, want string) {
		t.Helper()
		var got []string
		for _, c := range Diff(before, objectsOf(t, changed("queues.yaml", text)), nil) {
			got = append(got, c.String())
		}
		if strings.Join(got, "; ") != want {
			t.Errorf("%s:\n got %s\nwant %s", text, got, want)
		}
	}
	diff("- {queue: orvalie, threshold: 30s}", "queue orvalie: T 40 s -> 30 s from 2026-11-18")
	diff("- {queue: orvalie, threshold: 30s}\n- {queue: orvalie, from: 2026-11-20, threshold: 40s}", "queue orvalie: T 40 s -> 30 s from 2026-11-18 to 2026-11-19")
	diff("- {queue: orvalie, threshold: 25s}\n- {queue: orvalie, from: 2026-11-18, threshold: 40s}", "queue orvalie: T 30 s -> 25 s to 2026-11-17")
}
