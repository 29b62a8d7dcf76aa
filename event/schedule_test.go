// SPDX-License-Identifier: Apache-2.0

package event

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// midnight is 2026-11-17T00:00:00Z: date -u -d 2026-11-17 +%s, times 1000.
const midnight = 1794873600000

// scheduleOf is the JSON of a schedule of that date with one segment for each pair of hours after its midnight UTC.
func scheduleOf(hours ...float64) []byte {
	data := []byte(`{"shift_date":"2026-11-17","segments":[`)
	for i := 0; i < len(hours); i += 2 {
		if i > 0 {
			data = append(data, ',')
		}
		data = fmt.Appendf(data, `{"from_ms":%d,"to_ms":%d,"activity":"productive","paid":true}`,
			int64(midnight+hours[i]*3_600_000), int64(midnight+hours[i+1]*3_600_000))
	}
	return append(data, "]}"...)
}

func TestParseSchedule(t *testing.T) {
	got, err := ParseSchedule([]byte(`{"shift_date":"2026-11-17","segments":[{"from_ms":1794900000000,"to_ms":1794910000000,"activity":"productive","paid":true},` +
		`{"from_ms":1794910000000,"to_ms":1794912700000,"activity":"lunch"}]}`))
	want := Schedule{ShiftDate: "2026-11-17", Segments: []ScheduleSegment{
		{From: 1794900000000, To: 1794910000000, Activity: "productive", Paid: true},
		{From: 1794910000000, To: 1794912700000, Activity: "lunch"},
	}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Fatalf("%v (-want +got):\n%s", err, diff)
	}
	for name, data := range map[string][]byte{
		"a day off":                scheduleOf(),
		"a night from 21:45":       scheduleOf(20.75, 24, 24, 29.25), // 06:15 in Paris is 05:15 UTC
		"the earliest in the east": scheduleOf(-14, -10),
		"the latest in the west":   scheduleOf(40, 48), // 28 to 36 hours after the date begins at Baker Island
		"a gap between segments":   scheduleOf(8, 10, 12, 14),
	} {
		if _, err := ParseSchedule(data); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, activity := range []string{"productive", "break", "lunch", "training", "meeting", "coaching", "backoffice", "absent_planned", "absent_unplanned"} {
		data := fmt.Appendf(nil, `{"shift_date":"2026-11-17","segments":[{"from_ms":%d,"to_ms":%d,"activity":"%s"}]}`, midnight, midnight+1, activity)
		if _, err := ParseSchedule(data); err != nil {
			t.Errorf("%s: %v", activity, err)
		}
	}
}

func TestParseScheduleRefuses(t *testing.T) {
	cases := []struct {
		name, field string
		data        []byte
		reason      Reason
	}{
		{"ends as it begins", "data.segments[0].to_ms", scheduleOf(8, 8), ReasonContradiction},
		{"ends before it begins", "data.segments[0].to_ms", scheduleOf(8, 7), ReasonContradiction},
		{"not sorted", "data.segments[1].from_ms", scheduleOf(12, 14, 8, 10), ReasonContradiction},
		{"overlap", "data.segments[1].from_ms", scheduleOf(8, 10, 9, 11), ReasonContradiction},
		{"the same twice", "data.segments[1].from_ms", scheduleOf(8, 10, 8, 10), ReasonContradiction},
		{"before the date begins anywhere", "data.segments[0].from_ms", scheduleOf(-14.001, -10), ReasonOutOfRange},
		{"of two days later", "data.segments[1].to_ms", scheduleOf(8, 10, 47, 48.001), ReasonOutOfRange},
		{"of another year", "data.segments[0].to_ms", scheduleOf(8760, 8768), ReasonOutOfRange},
		{"unknown activity", "data.segments[0].activity", []byte(`{"shift_date":"2026-11-17","segments":[{"from_ms":1794900000000,"to_ms":1794900000001,"activity":"nap"}]}`), ReasonBadWord},
		{"no activity", "data.segments[0].activity", []byte(`{"shift_date":"2026-11-17","segments":[{"from_ms":1794900000000,"to_ms":1794900000001}]}`), ReasonMissing},
		{"begin twice", "data.segments[0].from_ms", []byte(`{"shift_date":"2026-11-17","segments":[{"from_ms":1,"from_ms":2}]}`), ReasonDuplicate},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := ParseSchedule(c.data)
			wantFieldError(t, err, c.field, c.reason)
		})
	}
}

func TestScheduleErrorsSayWhatToDo(t *testing.T) {
	for want, data := range map[string][]byte{
		"data.segments[1].from_ms: found 1794906000000, but the segment before ends at 1794909600000; an advisor does one thing at a time":       scheduleOf(8, 10, 9, 11),
		"data.segments[1].from_ms: found 1794902400000, before the segment that is listed before it, 1794916800000; sort them by time":           scheduleOf(12, 14, 8, 10),
		"data.segments[0].to_ms: found 2026-11-19T01:00:00.000Z, more than 36 hours after the shift date 2026-11-17 begins; correct one of them": scheduleOf(40, 49),
		"data.segments[0].from_ms: found 2026-11-16T09:00:00.000Z, before the shift date 2026-11-17 begins anywhere; correct one of them":        scheduleOf(-15, 0),
	} {
		if _, err := ParseSchedule(data); err == nil || err.Error() != want {
			t.Errorf("\n got %v\nwant %s", err, want)
		}
	}
}

// FuzzCheckPayload: no data, however broken, makes a payload's reader panic, and what it accepts it accepts again.
func FuzzCheckPayload(f *testing.F) {
	for i := range payloads {
		f.Add(uint8(i), []byte(`{"queue":"q","hours":{"monday":"08:00-20:00"},"closed":["2026-12-25"],"classes":{"a":"refusal"}}`))
		f.Add(uint8(i), scheduleOf(8, 10, 12, 14))
		f.Add(uint8(i), []byte(`{"segments":[[{}],null,{"a":[]}],"categories":{"a":{"b":1}}}`))
	}
	f.Fuzz(func(t *testing.T, which uint8, data []byte) {
		typ := payloads[int(which)%len(payloads)].typ
		before := string(data)
		err := CheckPayload(typ, data)
		if again := CheckPayload(typ, data); (err == nil) != (again == nil) || string(data) != before {
			t.Fatalf("%s %q: first %v, then %v", typ, data, err, again)
		}
	})
}
