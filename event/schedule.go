// SPDX-License-Identifier: Apache-2.0

package event

import "fmt"

// What a schedule's segment may be for.
const (
	ActivityProductive      = "productive"
	ActivityAbsentPlanned   = "absent_planned"
	ActivityAbsentUnplanned = "absent_unplanned"
)

// Activities lists what a schedule's segment may be for.
var Activities = []string{ActivityProductive, CategoryBreak, CategoryLunch, CategoryTraining, CategoryMeeting, CategoryCoaching,
	CategoryBackoffice, ActivityAbsentPlanned, ActivityAbsentUnplanned}

// Limits on a schedule.
const (
	MaxScheduleSegments = 200 // every few minutes of a long day

	// A segment lies within 36 hours of the start of its shift date, wherever on earth that date is: it starts up to 14
	// hours before its midnight UTC (Kiritimati), or 12 hours after (Baker Island).
	scheduleFromMs = -14 * msPerHour
	scheduleToMs   = (12 + 36) * msPerHour
)

// Schedule is the data of schedule.published: what an advisor is to do on one shift date, which a night shift may leave.
// Without segments, nothing is planned.
type Schedule struct {
	ShiftDate string            `json:"shift_date" required:"true" doc:"The business day on which the shift begins, such as 2026-11-17."`
	Segments  []ScheduleSegment `json:"segments" required:"true" doc:"What is planned, in order and without overlap."`
}

// ScheduleSegment is one stretch of a schedule, [From, To).
type ScheduleSegment struct {
	From     Millis `json:"from_ms" required:"true" doc:"Its begin, in ms since 1970 UTC."`
	To       Millis `json:"to_ms" required:"true" doc:"Its end, in ms since 1970 UTC."`
	Activity string `json:"activity" required:"true" words:"activities" doc:"What it is for."`
	Paid     bool   `json:"paid,omitempty" doc:"Whether it counts as paid time; absent: it does not."`
}

// ParseSchedule reads and validates the data of schedule.published.
func ParseSchedule(data []byte) (Schedule, error) { return parseAs[Schedule](data) }

// Validate says whether the schedule can be followed: segments in order, apart from one another, near the shift date.
func (s *Schedule) Validate() error {
	if err := checkDate("shift_date", s.ShiftDate); err != nil {
		return err
	}
	if n := len(s.Segments); n > MaxScheduleSegments {
		return refuseData("segments", ReasonOutOfRange, "found %d segments, at most %d are allowed", n, MaxScheduleSegments)
	}
	midnight, _ := ParseDate(s.ShiftDate)
	for i := range s.Segments {
		if err := s.checkSegment(i, midnight); err != nil {
			return err
		}
	}
	return nil
}

func (s *Schedule) checkSegment(i int, midnight Millis) *FieldError {
	g, member := &s.Segments[i], fmt.Sprintf("segments[%d]", i)
	switch {
	case g.To <= g.From:
		return refuseData(member+".to_ms", ReasonContradiction, "found %d, it must be after from_ms, %d", g.To, g.From)
	case i > 0 && g.From < s.Segments[i-1].From:
		return refuseData(member+".from_ms", ReasonContradiction, "found %d, before the segment that is listed before it, %d; sort them by time",
			g.From, s.Segments[i-1].From)
	case i > 0 && g.From < s.Segments[i-1].To:
		return refuseData(member+".from_ms", ReasonContradiction, "found %d, but the segment before ends at %d; an advisor does one thing at a time",
			g.From, s.Segments[i-1].To)
	case g.From < midnight+scheduleFromMs:
		return refuseData(member+".from_ms", ReasonOutOfRange, "found %s, before the shift date %s begins anywhere; correct one of them",
			instantText(g.From), s.ShiftDate)
	case g.To > midnight+scheduleToMs:
		return refuseData(member+".to_ms", ReasonOutOfRange, "found %s, more than 36 hours after the shift date %s begins; correct one of them",
			instantText(g.To), s.ShiftDate)
	}
	return checkWord(member+".activity", g.Activity, Activities)
}

// instantText writes an instant for a person, whatever it is.
func instantText(t Millis) string {
	if t < MinTime || t > MaxTime {
		return fmt.Sprintf("%d ms since 1970", t)
	}
	return string(AppendTime(nil, t))
}
