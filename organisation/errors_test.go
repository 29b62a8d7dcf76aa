// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"strings"
	"testing"
)

// wantErrors reads a folder and compares every problem, word by word.
func wantErrors(t *testing.T, parts []string, wants ...string) {
	t.Helper()
	_, err := Read(folder(parts...), Options{Indicators: catalogue})
	got := "no error"
	if err != nil {
		got = err.Error()
	}
	if want := strings.Join(wants, "\n"); got != want {
		t.Errorf("%q\n got %s\nwant %s", parts, got, want)
	}
}

func TestTheFormOfFiles(t *testing.T) {
	file := func(name, text string, wants ...string) {
		t.Helper()
		wantErrors(t, []string{name, text}, wants...)
	}
	file("centre.yaml", "id: x\ntimezon: UTC",
		`centre.yaml:2:1: there is no key "timezon" here; did you mean "timezone"?; it can be id, name, timezone, day_starts, threshold, short_abandon, service_level, unknown_queues, unknown_advisors, wall`)
	file("centre.yaml", "id: a\nid: b", `centre.yaml:2:1: id: given twice; give it once`)
	file("centre.yaml", "id:", `centre.yaml:1:1: id: empty; leave the key out to have the default`)
	file("centre.yaml", "id: ''", `centre.yaml:1:5: id: empty; leave the key out to have the default`)
	file("centre.yaml", "id: [a]", `centre.yaml:1:5: id: must be a single value`)
	file("centre.yaml", "- id", `centre.yaml:1:1: this must hold keys; write for example "id: ..."`)
	file("centre.yaml", "id: a\n  b: c", `centre.yaml:2:1: this is not YAML: mapping values are not allowed in this context; check the indentation and the quotes around here`)
	file("centre.yaml", "id: a\n---\nid: b", `centre.yaml:2:1: a second document (after ---): put everything into one`)
	file("queues.yaml", "queue: q", `queues.yaml:1:1: this must be a list; begin each item with "- queue:"`)
	file("queues.yaml", "- threshold: 10s", `queues.yaml:1:3: queue: missing; give it a name`)
	file("queues.yaml", "- queue: \"a\\0\"", `queues.yaml:1:10: queue: bad_character at byte 1 of "a\x00"; neither control characters nor broken UTF-8 are allowed`)
	file("states.yaml", "lunch: {a: b}", `states.yaml:1:8: lunch: must be a list, for example [a, b]`)
	file("states.yaml", "lunch: [a, [b]]", `states.yaml:1:12: lunch: each item must be a single value`)
	file("states.yaml", "lunch: [repas]\nbreak:\n- café\n- repas", `states.yaml:1:9: reason "repas" is already in line 4; give it once`)
	file("dispositions.yaml", "pitched: [vente]",
		`dispositions.yaml:1:1: there is no key "pitched" here; it can be pitched_won, pitched_lost, not_pitched, follow_up, refusal, appointment, wrong_number, duplicate, out_of_target, opposition`)
	file("queue.yaml", "- queue: q",
		`queue.yaml: this file would not be read; did you mean "queues.yaml"?; rename it to one of centre.yaml, programmes.yaml, sites.yaml, holidays.yaml, calendars.yaml, teams.yaml, queues.yaml, campaigns.yaml, shifts.yaml, advisors.yaml, skills.yaml, indicators.yaml, targets.yaml, rules.yaml, boards.yaml, dispositions.yaml, states.yaml, or move it away`)
	wantErrors(t, nil, `.: holds no organisation: write at least one of centre.yaml, programmes.yaml, sites.yaml, holidays.yaml, calendars.yaml, teams.yaml, queues.yaml, campaigns.yaml, shifts.yaml, advisors.yaml, skills.yaml, indicators.yaml, targets.yaml, rules.yaml, boards.yaml, dispositions.yaml, states.yaml`)
}

func TestValues(t *testing.T) {
	file := func(name, text string, wants ...string) {
		t.Helper()
		wantErrors(t, []string{name, text}, wants...)
	}
	file("centre.yaml", "timezone: Paris", `centre.yaml:1:11: timezone: time zone "Paris" is not in the IANA database 2025c: give a name such as Europe/Paris or Indian/Reunion`)
	file("centre.yaml", "day_starts: 5", `centre.yaml:1:13: day_starts: found "5", write a time of day, for example "05:00"`)
	file("centre.yaml", "threshold: 20", `centre.yaml:1:12: threshold: found "20", write a duration with its unit, for example 20s`)
	file("centre.yaml", "threshold: 0s", `centre.yaml:1:12: threshold: found "0s", it must be longer than 0`)
	file("centre.yaml", "threshold: 25h", `centre.yaml:1:12: threshold: found "25h", at most 24 h are allowed; what may take longer has due_opening_hours`)
	file("centre.yaml", "service_level: sl_negative", `centre.yaml:1:16: service_level: found "sl_negative", it must be sl_neg, sl_ign, sl_pos, sl_ans, sl_short, sl_live, sl_neg_left, sl_amazon, sl_genesys or sl_rona`)
	file("queues.yaml", "- queue: q\n  from: yesterday",
		`queues.yaml:2:9: from: found "yesterday", write a date such as 2026-09-01, a local time such as 2026-09-01 15:30, or an instant such as 2026-09-01T15:30:00+02:00`)
	paris := "timezone: Europe/Paris"
	wantErrors(t, []string{"centre.yaml", paris, "queues.yaml", "- queue: q\n  from: 2026-03-29 02:30"},
		`queues.yaml:2:9: from: found "2026-03-29 02:30", which does not exist in Europe/Paris: the clocks go forward then; write a later time`)
	wantErrors(t, []string{"centre.yaml", paris, "queues.yaml", "- queue: q\n  from: 2026-10-25 02:30"},
		`queues.yaml:2:9: from: found "2026-10-25 02:30", which comes twice in Europe/Paris: the clocks go back then; write an instant with its offset, such as 2026-10-25T02:30:00+01:00`)
	file("queues.yaml", "- queue: q\n  channel: mail", `queues.yaml:2:12: channel: found "mail", it must be voice, chat, email, social, letter, sms or video; did you mean "email"?`)
	file("queues.yaml", "- queue: q\n  due_working_days: few", `queues.yaml:2:21: due_working_days: found "few", write a whole number from 1 to 1000000`)
	file("holidays.yaml", "fr:\n  25/12/2026: Noël", `holidays.yaml:2:3: fr: found "25/12/2026", write a date such as 2026-12-25`)
	file("holidays.yaml", "fr:\n  2026-12-25: Noël\n  2026-12-25: again", `holidays.yaml:3:3: fr: 2026-12-25 is given twice; give it once`)
	file("shifts.yaml", "- {shift: a, begins: \"08:00\", ends: \"16:00\", days: [lundi]}", `shifts.yaml:1:53: days: found "lundi", it must be mon, tue, wed, thu, fri, sat or sun`)
	file("shifts.yaml", "- {shift: a, begins: \"08:00\", ends: \"08:00\", days: mon}", `shifts.yaml:1:37: ends: found "08:00", the same as begins; write when the work ends`)
	file("shifts.yaml", "- {shift: a, begins: \"08:00\", ends: \"16:00\", days: mon, lunch: 2h, lunch_between: \"12:00-13:00\"}",
		`shifts.yaml:1:83: lunch_between: lunch of 2 h does not fit into 12:00-13:00; widen it`)
}

func TestImpossibleOrganisations(t *testing.T) {
	// S > T
	wantErrors(t, []string{"centre.yaml", "threshold: 10s\nshort_abandon: 12s"},
		`centre.yaml:2:16: short_abandon: S is 12 s here, longer than T, 10 s: an abandon is short only while the service level can still be met; make S at most T`)
	wantErrors(t, []string{"queues.yaml", "- queue: q\n  short_abandon: 25s"},
		`queues.yaml:2:18: short_abandon: S is 25 s here, longer than T, 20 s of the centre: an abandon is short only while the service level can still be met; make S at most T`)
	wantErrors(t, []string{"queues.yaml", "- queue: q\n  threshold: 30s\n  short_abandon: 10s\n- queue: q\n  from: 2026-09-01\n  threshold: 8s"},
		`queues.yaml:6:14: threshold: T is 8 s here, shorter than S, 10 s: an abandon is short only while the service level can still be met; give short_abandon, too`)
	// the same thing twice
	wantErrors(t, []string{"queues.yaml", "- queue: q\n- queue: p\n- queue: q"},
		`queues.yaml:3:3: queue "q" is already in line 1; give it once, or another date with from`)
	wantErrors(t, []string{"teams.yaml", "- team: a\n- team: a"}, `teams.yaml:2:3: team "a" is already in line 1; give it once`)
	// a due time where customers wait in line, two of them, none to count it
	wantErrors(t, []string{"queues.yaml", "- queue: q\n  channel: voice\n  due_opening_hours: 8h"},
		`queues.yaml:3:22: due_opening_hours: the channel is voice, where customers wait in line; a due time is for email, social, letter or sms`)
	wantErrors(t, []string{"queues.yaml", "- queue: q\n  due_opening_hours: 8h\n  due_working_days: 2"},
		`queues.yaml:3:21: due_working_days: given together with due_opening_hours; keep the one that was promised to customers`)
	wantErrors(t, []string{"queues.yaml", "- queue: q\n  due_working_days: 2"},
		`queues.yaml:2:21: due_working_days: it counts opening time, and the queue has no calendar; give calendar, too`)
	// a campaign that says neither what for nor when
	wantErrors(t, []string{"campaigns.yaml", "- campaign: spring"},
		`campaigns.yaml:1:3: purpose: missing; write for example "purpose: prospecting"`,
		`campaigns.yaml:1:3: calendar: missing; write for example "calendar: prospecting"`)
	wantErrors(t, []string{"skills.yaml", "- queues: [a]"}, `skills.yaml:1:11: queues: nobody is named who serves them; give teams or advisors`)
}

func TestDaysWithoutHours(t *testing.T) {
	calendar := func(hours string, wants ...string) {
		t.Helper()
		wantErrors(t, []string{"calendars.yaml", "- calendar: c\n  hours: " + hours}, wants...)
	}
	const rest = `tue: closed, wed: closed, thu: closed, fri: closed, sat: closed`
	calendar(`{mon: "08:00-20:00", `+rest+`}`,
		`calendars.yaml:2:10: hours: sun has no hours; write "sun: closed", or for example sun: "08:00-20:00"`)
	calendar(`{mon: , sun: closed, `+rest+`}`, `calendars.yaml:2:16: hours: mon: no hours; write "08:00-20:00", or closed`)
	calendar(`{mon: "20:00-08:00", sun: closed, `+rest+`}`,
		`calendars.yaml:2:16: hours: mon: found "20:00-08:00", the end must come after the beginning; hours past midnight belong to the next day`)
	calendar(`{mon: 8-20, sun: closed, `+rest+`}`, `calendars.yaml:2:16: hours: mon: found "8-20", write hours such as "08:00-20:00", or closed`)
	calendar(`{mon: ["08:00-12:00", "11:00-18:00"], sun: closed, `+rest+`}`,
		`calendars.yaml:2:32: hours: mon: found "11:00-18:00", which begins before the hours before it have ended; write them in order, apart from one another`)
	calendar(`{lundi: closed}`, `calendars.yaml:2:11: hours: there is no day "lundi"; the days are mon, tue, wed, thu, fri, sat or sun`)
	calendar(`{mon: closed, sun: closed, `+rest+`}`, `calendars.yaml:2:10: hours: no weekday is open; give the hours of at least one`)
	wantErrors(t, []string{"calendars.yaml", "- calendar: c"}, `calendars.yaml:1:3: hours: missing; write for example "hours: {mon: "08:00-20:00", ..., sun: closed}"`)
}

func TestNamesThatDoNotExist(t *testing.T) {
	queues := []string{"queues.yaml", "- queue: orvalie\n- queue: chat"}
	with := func(files ...string) []string { return append(files, queues...) }
	wantErrors(t, with("skills.yaml", "- {queues: [orvali], advisors: x}"),
		`skills.yaml:1:13: queues: there is no queue "orvali" in queues.yaml; did you mean "orvalie"?`)
	wantErrors(t, with("skills.yaml", "- {queues: [chat, vente], advisors: x}"),
		`skills.yaml:1:19: queues: there is no queue "vente" in queues.yaml; add it there, or write chat or orvalie`)
	wantErrors(t, []string{"sites.yaml", "- site: angers", "teams.yaml", "- team: a\n  site: anger"},
		`teams.yaml:2:9: site: there is no site "anger" in sites.yaml; did you mean "angers"?`)
	wantErrors(t, []string{"programmes.yaml", "# none", "queues.yaml", "- queue: q\n  programme: acme"},
		`queues.yaml:2:14: programme: there is no programme "acme" in programmes.yaml; add it there, or write nothing here`)
	wantErrors(t, []string{"calendars.yaml", "[]", "campaigns.yaml", "- {campaign: c, purpose: survey, calendar: day}"},
		`campaigns.yaml:1:44: calendar: there is no calendar "day" in calendars.yaml; add it there, or write nothing here`)
	wantErrors(t, []string{"teams.yaml", "- team: north", "advisors.yaml", "- advisor: a\n  team: nord\n- {advisor: b, team: north, home_team: lyon}"},
		`advisors.yaml:2:9: team: there is no team "nord" in teams.yaml; did you mean "north"?`,
		`advisors.yaml:3:40: home_team: there is no team "lyon" in teams.yaml; add it there, or write north`)
	// a file that is not there leaves its names free, and one that cannot be read says nothing about them
	wantErrors(t, []string{"advisors.yaml", "- {advisor: a, team: anywhere}", "skills.yaml", "- {queues: q, advisors: a}"}, "no error")
	wantErrors(t, []string{"teams.yaml", "- team: [", "advisors.yaml", "- {advisor: a, team: anywhere}"},
		`teams.yaml:1:1: this is not YAML: did not find expected node content; check the indentation and the quotes around here`)
}

func TestMembershipsThatCannotBe(t *testing.T) {
	advisors := func(text string, wants ...string) {
		t.Helper()
		wantErrors(t, []string{"centre.yaml", "timezone: Europe/Paris\nday_starts: \"05:00\"", "advisors.yaml", text}, wants...)
	}
	advisors("- advisor: a\n  name: Ajonc", `advisors.yaml:1:3: team: missing; write for example "team: mistral"`)
	advisors("- {advisor: a, team: north}\n- advisor: a\n  team: south\n  from: 2026-11-16",
		`advisors.yaml:4:9: advisor "a" is still in team "north" then (line 1); give that line "to: 2026-11-15", or write a loan if it is only for a while`)
	advisors("- {advisor: a, team: north, to: 2026-11-20}\n- {advisor: a, team: south, from: 2026-11-16 12:00}",
		`advisors.yaml:2:35: advisor "a" is still in team "north" then (line 1); give that line "to: 2026-11-16 12:00", or write a loan if it is only for a while`)
	advisors("- {advisor: a, team: north, from: 2026-09-02, to: 2026-08-31}",
		`advisors.yaml:1:51: to: found "2026-08-31", which is not after from, "2026-09-02"`)
	advisors("- {advisor: a, team: north, to: 2026-11-15}\n- {advisor: a, team: south, from: 2026-11-16}", "no error")
	loan := func(loans string, wants ...string) {
		t.Helper()
		advisors("- advisor: a\n  team: north\n  from: 2026-01-01\n  to: 2026-12-31\n  loans:\n"+loans, wants...)
	}
	loan("  - {team: south, from: 2026-11-17 15:30}", `advisors.yaml:6:5: to: missing; write for example "to: 2026-11-17 17:30"`)
	loan("  - {team: north, from: 2026-11-17 15:30, to: 2026-11-17 17:30}",
		`advisors.yaml:6:12: team: "north" is the team that the advisor works in anyway; name the one that borrows, or leave the loan out`)
	loan("  - {team: south, from: 2027-01-05, to: 2027-01-06}",
		`advisors.yaml:6:25: from: the loan does not lie within the membership in "north"; move it, or write it under the membership of that time`)
	loan("  - {team: south, from: 2026-11-17, to: 2026-11-18}\n  - {team: east, from: 2026-11-18, to: 2026-11-18}",
		`advisors.yaml:7:24: from: this loan to "east" begins before the one to "south" (line 6) ends; nobody is in two teams at once: move one`)
	advisors("- {advisor: a, team: north, contract: 60h}", `advisors.yaml:1:39: contract: found "60h", more than the 48 hours of a week that the law allows`)
}

func TestTargetsThatCannotBe(t *testing.T) {
	target := func(text string, wants ...string) {
		t.Helper()
		wantErrors(t, []string{"targets.yaml", text}, wants...)
	}
	target("- {indicator: answer_rat, value: 92 %, stage: draft}",
		`targets.yaml:1:15: indicator: there is no indicator "answer_rat"; did you mean "answer_rate"?`)
	target("- {indicator: happiness, value: 92 %, stage: draft}",
		`targets.yaml:1:15: indicator: there is no indicator "happiness"; write an id of the catalogue, such as answer_rate`)
	target("- {indicator: occupancy, advisor: a, value: 80 %, stage: draft}",
		`targets.yaml:1:35: advisor: occupancy is not in one advisor's hands (the demand and the planning decide it); set it for the queue, the team or the centre`)
	target("- {indicator: answer_rate, team: t, value: 80 %, stage: draft}",
		`targets.yaml:1:34: team: answer_rate is not counted by team; it is by centre or queue`)
	target("- {indicator: aht, team: t, value: 6m, stage: draft}",
		`targets.yaml:1:36: value: a target on aht alone rewards haste; give guard, the quality indicator to look at beside it, such as quality_score`)
	target("- {indicator: aht, team: t, value: 6m, stage: draft, guard: occupancy}",
		`targets.yaml:1:61: guard: occupancy says nothing about quality; write for example quality_score, csat or fcr_declared`)
	target("- {indicator: answer_rate, queue: q, team: t, value: 80 %, stage: draft}",
		`targets.yaml:1:35: queue: given together with team; a target is for one scope: write two targets`)
	target("- {indicator: answer_rate, value: 92, stage: draft}",
		`targets.yaml:1:35: value: found "92", write a share with its sign, for example 92 %, or a band such as 70 % to 85 %`)
	target("- {indicator: answer_rate, value: 920 %, stage: draft}", `targets.yaml:1:35: value: found "920 %", a share is from 0 % to 100 %`)
	target("- {indicator: occupancy, value: 85 % to 70 %, stage: draft}",
		`targets.yaml:1:33: value: found "85 % to 70 %", the second number of a band must be greater than the first`)
	target("- {indicator: aht, value: 400, guard: quality_score, stage: draft}",
		`targets.yaml:1:27: value: found "400", write a duration with its unit, for example 30s or 6m40s`)
	// nobody is held to what he was not told
	target("- {indicator: answer_rate, value: 92 %, stage: in_force}",
		`targets.yaml:1:48: stage: in_force, but not when it was told to those it concerns; give communicated`)
	target("- {indicator: answer_rate, value: 92 %, stage: in_force, from: 2026-01-01, communicated: 2026-01-02}",
		`targets.yaml:1:90: communicated: after it comes into force; tell it first, and give from a date that is not earlier`)
	target("- {indicator: answer_rate, value: 92 %, stage: draft, communicated: 2026-01-02}",
		`targets.yaml:1:69: communicated: the target is a draft; make it stage: communicated, or leave this out`)
	target("- {indicator: answer_rate, value: 92 %, stage: draft}\n- {indicator: answer_rate, value: 93 %, stage: draft, from: 2026-06-01}",
		`targets.yaml:2:61: the target on "answer_rate" in line 1 is for the same centre and still holds then; give that line "to: 2026-05-31", or drop one`)
}
