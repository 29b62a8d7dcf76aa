// SPDX-License-Identifier: Apache-2.0

package aggregator_test

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/cockroachdb/datadriven"

	"github.com/vigie-kpi/vigie/event"
)

// schedule publishes the lines of the command schedule.
func (s *scenario) schedule(d *datadriven.TestData) string {
	at, more := s.m.Clock(), ""
	plan := event.Schedule{Segments: []event.ScheduleSegment{}}
	for _, arg := range d.CmdArgs {
		switch arg.Key {
		case "at":
			at = s.instant(arg.Vals[0])
		case "date":
			plan.ShiftDate = arg.Vals[0]
		default:
			more += " " + arg.Key + "=" + arg.Vals[0]
		}
	}
	date, err := time.Parse(time.DateOnly, plan.ShiftDate)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, line := range strings.Split(d.Input, "\n") {
		if words := strings.Fields(line); len(words) > 0 {
			plan.Segments = append(plan.Segments, s.segment(date, words))
		}
	}
	data, err := json.Marshal(plan)
	if err != nil {
		s.t.Fatal(err)
	}
	s.event(string(event.AppendTime(nil, at)) + " schedule.published" + more + " data=" + string(data))
	return "ok\n"
}

// segment reads "21:45-06:15 productive paid" of a shift date.
func (s *scenario) segment(date time.Time, words []string) event.ScheduleSegment {
	clock := func(word string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly+"T15:04", date.Format(time.DateOnly)+"T"+word, s.loc)
		if err != nil {
			s.t.Fatal(err)
		}
		return t
	}
	first, last, _ := strings.Cut(words[0], "-")
	next := strings.HasPrefix(first, "+") // of the day after the shift date
	from, to := clock(strings.TrimPrefix(first, "+")), clock(last)
	if next {
		from, to = from.AddDate(0, 0, 1), to.AddDate(0, 0, 1)
	}
	if to.Before(from) {
		to = to.AddDate(0, 0, 1)
	}
	return event.ScheduleSegment{From: from.UnixMilli(), To: to.UnixMilli(), Activity: words[1], Paid: len(words) > 2 && words[2] == "paid"}
}
