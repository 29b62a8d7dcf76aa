// SPDX-License-Identifier: Apache-2.0

package store

import (
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/aggregator"
)

// visit is a contact of the tests, by hand. It enters its queue as it begins; unless told otherwise it is answered, talks
// three minutes, and its base is booked five minutes after its begin.
type visit struct {
	contact, customer, old string
	at                     string
	day                    string // business day; that of at in UTC when empty
	how                    string // "", abandoned, outbound, dropped, message, unsolved (a message)
	programme              string
	offset                 int64
	deleted                bool
}

func (v visit) row(t testing.TB, w *world) *aggregator.ContactRow {
	t.Helper()
	began := at(t, v.at)
	dayOf := func(ms int64) int32 {
		if v.day != "" {
			return int32(at(t, v.day+"T00:00:00Z") / (daySeconds * 1000))
		}
		return int32(ms / (daySeconds * 1000))
	}
	instant := func(ms int64) aggregator.Instant { return aggregator.Instant{At: ms, Day: dayOf(ms)} }
	row := &aggregator.ContactRow{Contact: v.contact, Customer: v.customer, CustomerOld: v.old, Offset: v.offset, StartedAt: began,
		EndedAt: began + 240_000, Day: dayOf(began), Outcome: aggregator.OutcomeAnswered, Entered: instant(began), Base: instant(began + 300_000),
		TalkMs: 180_000, Deleted: v.deleted,
		Dims: aggregator.Dims{Programme: w.id(v.programme), Queue: w.id("support"), Channel: w.id("voice"), Direction: w.id("inbound")}}
	switch v.how {
	case "abandoned":
		row.Outcome, row.Abandoned, row.Base, row.TalkMs = aggregator.OutcomeAbandoned, instant(began+30_000), aggregator.Instant{}, 0
	case "outbound":
		row.Dims.Direction, row.Base = w.id("outbound"), aggregator.Instant{}
	case "dropped":
		row.TalkMs = 9_999
	case "message", "unsolved":
		row.Dims.Channel, row.TalkMs = w.id("email"), 0
	}
	if v.how == "unsolved" {
		row.Outcome, row.Base = aggregator.OutcomeOpen, aggregator.Instant{}
	}
	return row
}

// storeVisits writes contacts into a lane of centre lyon.
func storeVisits(t testing.TB, s *Store, lane string, first int64, visits ...visit) {
	t.Helper()
	w, b := newWorld("lyon", lane), NewBuilder()
	last := first
	for i := range visits {
		if visits[i].offset == 0 {
			visits[i].offset = first + int64(i)
		}
		last = max(last, visits[i].offset)
		b.addContact(w, visits[i].row(t, w))
	}
	write(t, openWriter(t, s, 0, nil), b.Seal("e1", 0, first, last, "test"))
}

func runDaily(t testing.TB, s *Store, o DailyOptions) DailyReport {
	t.Helper()
	o.Centre = "lyon"
	report, err := s.RunDaily(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// repeatsOf is what the daily job found, by day: repeated and repeats within 3, 7, 14 and 30 days, and returns.
func repeatsOf(t testing.TB, s *Store) string {
	t.Helper()
	got := scalar[string](t, s, `SELECT arrayStringConcat(groupArray(x), '; ') FROM (SELECT concat(formatDateTime(day, '%m-%d'), ' ',
		arrayStringConcat([toString(repeated_3d), toString(repeated_7d), toString(repeated_14d), toString(repeated_30d)], ','), ' ',
		arrayStringConcat([toString(repeats_3d), toString(repeats_7d), toString(repeats_14d), toString(repeats_30d)], ','), ' ',
		toString(abandoned_returned_1h)) AS x FROM {db}.v_centre_day ORDER BY day)`)
	return strings.ReplaceAll(strings.ReplaceAll(got, "0,0,0,0", "-"), "\\n", "")
}

// repeatCases are worked by hand. A line of the wanted text is a day: what was repeated, what repeats, what came back.
var repeatCases = []struct {
	name   string
	visits []visit
	want   string
}{
	{"alone", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}}, ""},
	{"twice in 2 days", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "x", at: "2026-03-04T09:00:00Z"}},
		"03-02 1,1,1,1 - 0; 03-04 - 1,1,1,1 0"},
	{"in 5 days", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "x", at: "2026-03-07T09:00:00Z"}},
		"03-02 0,1,1,1 - 0; 03-07 - 0,1,1,1 0"},
	// The base of b, a message, is booked at 12:05: the customer rings before.
	{"a mail after a call, a call about the mail", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"},
		{contact: "b", customer: "x", at: "2026-03-02T12:00:00Z", how: "message"}, {contact: "c", customer: "x", at: "2026-03-02T12:02:00Z"}},
		"03-02 2,2,2,2 2,2,2,2 0"},
	{"a mail that nobody solves", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z", how: "unsolved"},
		{contact: "b", customer: "x", at: "2026-03-02T12:00:00Z"}}, ""},
	// The base of a is booked at 10:05: 3 days later to the millisecond is within, one more is not.
	{"to the millisecond", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "x", at: "2026-03-05T10:05:00Z"},
		{contact: "c", customer: "y", at: "2026-03-02T10:00:00Z"}, {contact: "d", customer: "y", at: "2026-03-05T10:05:00.001Z"}},
		"03-02 1,2,2,2 - 0; 03-05 - 1,2,2,2 0"},
	// 30 days after 2026-03-02T10:05 is 2026-04-01T10:05.
	{"30 days and more", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "x", at: "2026-04-01T10:04:59Z"},
		{contact: "c", customer: "y", at: "2026-03-02T10:00:00Z"}, {contact: "d", customer: "y", at: "2026-04-01T10:06:00Z"}},
		"03-02 0,0,0,1 - 0; 04-01 - 0,0,0,1 0"},
	// Three visits: a and b are repeated, b and c repeat.
	{"three times", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "x", at: "2026-03-02T11:00:00Z"},
		{contact: "c", customer: "x", at: "2026-03-12T10:00:00Z"}},
		"03-02 1,1,2,2 1,1,1,1 0; 03-12 - 0,0,1,1 0"},
	{"calls again before the base is booked", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"},
		{contact: "b", customer: "x", at: "2026-03-02T10:04:10Z"}}, "03-02 1,1,1,1 1,1,1,1 0"},
	{"another programme", []visit{{contact: "a", customer: "x", programme: "edf", at: "2026-03-02T10:00:00Z"},
		{contact: "b", customer: "x", programme: "sfr", at: "2026-03-03T10:00:00Z"}}, ""},
	{"nobody known", []visit{{contact: "a", at: "2026-03-02T10:00:00Z"}, {contact: "b", at: "2026-03-03T10:00:00Z"}}, ""},
	{"our own call between", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"},
		{contact: "b", customer: "x", how: "outbound", at: "2026-03-03T10:00:00Z"}}, ""},
	// The redial after an abandon returns within the hour and is no failure of anybody.
	{"redial after an abandon", []visit{{contact: "a", customer: "x", how: "abandoned", at: "2026-03-02T10:00:00Z"},
		{contact: "b", customer: "x", at: "2026-03-02T10:40:00Z"}}, "03-02 - - 1"},
	// Abandoned at 10:00:30: 11:00:30 is within the hour, a millisecond more is not.
	{"an hour to the millisecond", []visit{{contact: "a", customer: "x", how: "abandoned", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "x", at: "2026-03-02T11:00:30Z"},
		{contact: "c", customer: "y", how: "abandoned", at: "2026-03-02T10:00:00Z"}, {contact: "d", customer: "y", at: "2026-03-02T11:00:30.001Z"}},
		"03-02 - - 1"},
	// An abandon after an answered call is a repeat all the same: the customer had to come again.
	{"comes again and abandons", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"},
		{contact: "b", customer: "x", how: "abandoned", at: "2026-03-03T10:00:00Z"}}, "03-02 1,1,1,1 - 0; 03-03 - 1,1,1,1 0"},
	// A line that is cut is neither: a is repeated by c alone, and b not at all.
	{"cut off after 9.999 s", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"},
		{contact: "b", customer: "x", how: "dropped", at: "2026-03-03T10:00:00Z"}, {contact: "c", customer: "x", at: "2026-03-07T10:00:00Z"}},
		"03-02 0,1,1,1 - 0; 03-07 - 0,1,1,1 0"},
	// The key was changed on the 3rd: until then k1, then k2 with k1 beside it, from the 5th on k2 alone.
	{"key rotation", []visit{{contact: "a", customer: "k1:x", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "k2:x", old: "k1:x", at: "2026-03-04T10:00:00Z"},
		{contact: "c", customer: "k2:x", at: "2026-03-05T10:00:00Z"}},
		"03-02 1,1,1,1 - 0; 03-04 1,1,1,1 1,1,1,1 0; 03-05 - 1,1,1,1 0"},
	{"6 contacts a day share a number", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "x", at: "2026-03-02T11:00:00Z"},
		{contact: "c", customer: "x", at: "2026-03-02T12:00:00Z"}, {contact: "d", customer: "x", at: "2026-03-02T13:00:00Z"},
		{contact: "e", customer: "x", at: "2026-03-02T14:00:00Z"}, {contact: "f", customer: "x", at: "2026-03-02T15:00:00Z"},
		{contact: "g", customer: "x", at: "2026-03-03T10:00:00Z"}}, ""},
	{"5 are a person's", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "x", at: "2026-03-02T11:00:00Z"},
		{contact: "c", customer: "x", at: "2026-03-02T12:00:00Z"}, {contact: "d", customer: "x", at: "2026-03-02T13:00:00Z"},
		{contact: "e", customer: "x", at: "2026-03-02T14:00:00Z"}}, "03-02 4,4,4,4 4,4,4,4 0"},
	// A business day that starts at 05:00 holds the night: booked on the days that the machine gave.
	{"over the border of the business day", []visit{{contact: "a", customer: "x", at: "2026-03-03T02:00:00Z", day: "2026-03-02"},
		{contact: "b", customer: "x", at: "2026-03-03T06:00:00Z"}}, "03-02 1,1,1,1 - 0; 03-03 - 1,1,1,1 0"},
	// 2026-03-29 has 23 hours in Paris. Three days are 72 hours: from 10:05 CET (09:05Z) on the 27th to 11:05 CEST (09:05Z) on the 30th.
	{"over a day of 23 hours", []visit{{contact: "a", customer: "x", at: "2026-03-27T09:00:00Z"}, {contact: "b", customer: "x", at: "2026-03-30T09:04:00Z"},
		{contact: "c", customer: "y", at: "2026-03-27T09:00:00Z"}, {contact: "d", customer: "y", at: "2026-03-30T09:06:00Z"}},
		"03-27 1,2,2,2 - 0; 03-30 - 1,2,2,2 0"},
	{"merged away", []visit{{contact: "a", customer: "x", at: "2026-03-02T10:00:00Z"}, {contact: "b", customer: "x", at: "2026-03-02T10:01:00Z", offset: 5},
		{contact: "b", at: "2026-03-02T10:01:00Z", offset: 6, deleted: true}}, ""},
}

// TestRepeats: the job finds the repeats and returns of each case, and finds them again.
func TestRepeats(t *testing.T) {
	s := openMigrated(t)
	for _, c := range repeatCases {
		t.Run(c.name, func(t *testing.T) {
			for _, table := range []string{"contacts", "blocks", "daily_facts", "daily_passes"} {
				execute(t, s, "TRUNCATE TABLE {db}."+table)
			}
			storeVisits(t, s, "", 1, c.visits...)
			for range 2 { // the second pass finds the same
				runDaily(t, s, DailyOptions{Kind: DailyFull})
				if got := repeatsOf(t, s); got != c.want {
					t.Errorf("\n got %s\nwant %s", got, c.want)
				}
			}
		})
	}
}
