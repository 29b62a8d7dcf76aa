// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/vigie-kpi/vigie/event"
)

// folder makes a folder from its files: "name.yaml" and text in turn.
func folder(parts ...string) fstest.MapFS {
	dir := fstest.MapFS{}
	for i := 0; i < len(parts); i += 2 {
		dir[parts[i]] = &fstest.MapFile{Data: []byte(parts[i+1])}
	}
	return dir
}

// catalogue is a few indicators, as a caller would give them.
var catalogue = []Indicator{
	{ID: "answer_rate", Unit: "percent", Scopes: []string{"centre", "queue"}},
	{ID: "aht", Unit: "ms", Scopes: []string{"centre", "team", "advisor"}, ByAdvisor: true, HandleTime: true},
	{ID: "quality_score", Unit: "percent", Scopes: []string{"centre", "team", "advisor"}, ByAdvisor: true, Quality: true},
	{ID: "occupancy", Unit: "percent", Scopes: []string{"centre", "team", "advisor"}},
	{ID: "sales", Unit: "count", Scopes: []string{"centre", "campaign"}},
	{ID: "basket", Unit: "cents", Scopes: []string{"centre"}},
}

func TestReadOfNothingIsTheDefault(t *testing.T) {
	o, err := Read(folder("centre.yaml", "# nobody has written anything yet\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(event.DefaultCentreConfig("UTC"), o.Centre); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if n := len(o.Objects()); n != 1 {
		t.Errorf("%d objects, want the centre's alone", n)
	}
}

// A change of T keeps what it does not mention. The business day 2026-11-18 begins at 05:00 in Paris, in winter 04:00 UTC:
// 2026-11-18T00:00Z is 1794960000 s, and four hours more are 1794974400 s.
func TestALaterEntryOfAQueueSaysOnlyWhatChanges(t *testing.T) {
	o, err := Read(folder("centre.yaml", "timezone: Europe/Paris\nday_starts: \"05:00\"\nthreshold: 3s",
		"queues.yaml", "- {queue: b}\n- {queue: a, from: 2026-11-18, threshold: 40s}\n- {queue: a, name: Été, channel: voice, threshold: 30s, short_abandon: 5s}"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []event.QueueConfig
	for _, q := range o.Queues {
		got = append(got, q.QueueConfig)
	}
	want := []event.QueueConfig{
		{Queue: "a", Name: "Été", Channel: "voice", ThresholdMs: 30_000, ShortAbandonMs: 5000},
		{Queue: "a", From: 1794974400_000, Name: "Été", Channel: "voice", ThresholdMs: 40_000, ShortAbandonMs: 5000},
		{Queue: "b"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	if o.Centre.ShortAbandonMs != 3000 {
		t.Errorf("nobody chose S, T is 3 s: S is %d ms, want T", o.Centre.ShortAbandonMs)
	}
}

// A loan cuts the membership that it lies in, and the skills follow. Times are Paris winter times: 15:30 is 14:30 UTC.
// 2026-11-17T00:00Z is 1794873600 s; 14:30 is 52200 s later, 16:30 is 59400 s later.
func TestALoanCutsTheMembership(t *testing.T) {
	o, err := Read(folder("centre.yaml", "timezone: Europe/Paris",
		"teams.yaml", "- {team: garance, site: angers}\n- {team: indigo, site: lyon}",
		"queues.yaml", "- {queue: phone}\n- {queue: mail}",
		"advisors.yaml", "- advisor: 0042\n  team: garance\n  contract: 35h\n  loans:\n  - {team: indigo, from: 2026-11-17 15:30, to: 2026-11-17T16:30:00Z}",
		"skills.yaml", "- {queues: phone, teams: garance}\n- {queues: [mail], teams: [indigo, garance]}"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	const lent, back = 1794925800_000, 1794933000_000
	want := []event.AdvisorConfig{
		{Advisor: "0042", To: lent, Team: "garance", Site: "angers", ContractMinutesPerWeek: 2100},
		{Advisor: "0042", From: lent, To: back, Team: "indigo", HomeTeam: "garance", Site: "angers", ContractMinutesPerWeek: 2100},
		{Advisor: "0042", From: back, Team: "garance", Site: "angers", ContractMinutesPerWeek: 2100},
	}
	memberships := o.Memberships()
	if diff := cmp.Diff(want, memberships); diff != "" {
		t.Errorf("memberships: want (-), got (+):\n%s", diff)
	}
	skills := []event.SkillConfig{
		{Advisor: "0042", Queue: "mail"}, // both teams serve it, so without a break
		{Advisor: "0042", Queue: "phone", To: lent},
		{Advisor: "0042", Queue: "phone", From: back},
	}
	if diff := cmp.Diff(skills, o.skills(memberships)); diff != "" {
		t.Errorf("skills: want (-), got (+):\n%s", diff)
	}
}

func TestCalendarsOpenHolidaysClose(t *testing.T) {
	o, err := Read(folder("holidays.yaml", "fr:\n  2026-12-25: Noël\n  2026-11-11: Armistice",
		"calendars.yaml", `- calendar: shop
  hours: {mon: "09:00-12:30", tue: ["09:00-12:30", "14:00-24:00"], wed: closed, thu: closed, fri: closed, sat: closed, sun: closed}
  holidays: fr
  closed: [2026-12-26]
  exceptional: {2026-12-25: "10:00-12:00", 2026-12-31: closed}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := &event.CalendarConfig{Calendar: "shop", Hours: map[string]string{"monday": "09:00-12:30", "tuesday": "09:00-12:30,14:00-24:00"},
		Closed:      []string{"2026-11-11", "2026-12-25", "2026-12-26", "2026-12-31"},
		Exceptional: map[string]string{"2026-12-25": "10:00-12:00"}}
	if diff := cmp.Diff(want, o.Calendars[0].config()); diff != "" {
		t.Errorf("want (-), got (+):\n%s", diff)
	}
	for _, c := range []struct {
		date Date
		day  int
		want int
	}{{"2026-11-10", 2, 2}, {"2026-11-11", 3, 0}, {"2026-12-25", 5, 1}, {"2026-12-31", 4, 0}, {"2026-12-21", 1, 1}} {
		if got := o.Calendars[0].Open(c.date, time.Weekday(c.day)); len(got) != c.want {
			t.Errorf("%s: open %v, want %d stretches", c.date, got, c.want)
		}
	}
}

func TestTargetsInTheirUnits(t *testing.T) {
	o, err := Read(folder("targets.yaml", `- {indicator: answer_rate, value: 92.5 %, stage: draft}
- {indicator: occupancy, value: 70% to 85 %, stage: draft}
- {indicator: aht, value: 6m40s, guard: quality_score, stage: draft}
- {indicator: sales, value: 20, stage: draft}
- {indicator: basket, value: "49,9 EUR", stage: draft}`), Options{Indicators: catalogue})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][2]int64{"answer_rate": {9250, 0}, "occupancy": {7000, 8500}, "aht": {400_000, 0}, "sales": {20, 0}, "basket": {4990, 0}}
	for _, target := range o.Targets {
		if got := [2]int64{target.Value, target.ValueTo}; got != want[target.Indicator] {
			t.Errorf("%s: %v, want %v", target.Indicator, got, want[target.Indicator])
		}
	}
}

// Objects have an order of their own: that of the files, and of the lines in them, changes nothing.
func TestObjectsDoNotDependOnTheOrderOfLines(t *testing.T) {
	one, err := Read(folder("queues.yaml", "- {queue: b}\n- {queue: a}", "states.yaml", "lunch: [x, y]\nbreak: [z]",
		"advisors.yaml", "- {advisor: n, team: t}\n- {advisor: m, team: t}", "skills.yaml", "- {queues: a, advisors: [n, m]}"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	other, err := Read(folder("queues.yaml", "- {queue: a}\n- {queue: b}", "states.yaml", "break: [z]\nlunch: [y, x]",
		"advisors.yaml", "- {advisor: m, team: t}\n- {advisor: n, team: t}", "skills.yaml", "- {queues: [a], advisors: m}\n- {queues: a, advisors: n}"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if event.ConfigHash(one.Objects()) != event.ConfigHash(other.Objects()) {
		t.Errorf("the same organisation, written differently, has another hash:\n%s", cmp.Diff(one.Objects(), other.Objects()))
	}
}

func TestEverythingWrongIsSaidAtOnceInOrder(t *testing.T) {
	_, err := Read(folder("queues.yaml", "- queue: q\n  treshold: 20s\n- queue: p\n  channel: fax", "centre.yaml", "timezone: Paris\nthreshold: 20",
		"states.yaml", "lunch: [a, a]"), Options{Name: "hq"})
	want := []string{"hq/centre.yaml:1:11: ", "hq/centre.yaml:2:12: ", "hq/queues.yaml:2:3: ", "hq/queues.yaml:4:12: ", "hq/states.yaml:1:12: "}
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	for i := range max(len(lines), len(want)) {
		if i >= len(lines) || i >= len(want) || !strings.HasPrefix(lines[i], want[i]) {
			t.Fatalf("got\n%s\nwant lines beginning with\n%s", err, strings.Join(want, "\n"))
		}
	}
}
