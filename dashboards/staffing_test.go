// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// Rows of a centre in Paris whose numbers are worked by hand below. Queues a and b share one pool, c has its own. Clocks were set back on 25
// October: 11:00 in Paris was 09:00 UTC on the 20th, and 10:00 UTC on the other Tuesdays.
var rowsOfStaffing = []string{
	`INSERT INTO gauges (centre, scope, id, at, staff_required, staff_present, predicted_service_bp)
SELECT 'staffed', 'queue', arrayJoin(['a', 'b']), at, required, present, 7500 FROM values('at DateTime64(3, \'UTC\'), required Int64, present Int64',
 ('2026-11-17 10:00:00', 10, 8), ('2026-11-17 09:45:00', 11, 9), ('2026-11-17 10:00:10', 99, 99),
 ('2026-11-10 10:00:00', 9, 9), ('2026-11-10 10:30:00', 12, 9), ('2026-11-03 10:00:00', 10, 9), ('2026-11-03 10:30:00', 12, 9),
 ('2026-10-27 10:00:00', 11, 9), ('2026-10-27 10:30:00', 13, 9), ('2026-10-20 09:00:00', 10, 9), ('2026-10-20 09:30:00', 12, 9), ('2026-10-20 10:00:00', 999, 9))`,
	`INSERT INTO gauges (centre, scope, id, at, staff_required, staff_present, predicted_service_bp) VALUES ('staffed', 'queue', 'c', '2026-11-17 10:00:00', 5, 5, 9000)`,
	`INSERT INTO facts (centre, day, quarter, at, queue, offered) VALUES
 ('staffed', '2026-11-17', '2026-11-17 10:00:00', '2026-11-17 10:01:00', 'a', 17),
 ('staffed', '2026-11-10', '2026-11-10 10:00:00', '2026-11-10 10:01:00', 'a', 20), ('staffed', '2026-11-10', '2026-11-10 10:30:00', '2026-11-10 10:31:00', 'b', 6),
 ('staffed', '2026-11-03', '2026-11-03 12:00:00', '2026-11-03 12:01:00', 'a', 4),
 ('staffed', '2026-10-20', '2026-10-20 09:00:00', '2026-10-20 09:01:00', 'a', 10), ('staffed', '2026-10-20', '2026-10-20 10:00:00', '2026-10-20 10:01:00', 'a', 999)`,
}

// TestStaffing: present, required and the need half an hour on, by group, and what came against what was usual.
func TestStaffing(t *testing.T) {
	engineAddr(t)
	for _, sql := range rowsOfStaffing {
		must(t, sql)
	}
	o := demoOptions(t)
	o.Centre.ID, o.Centre.Queues = "staffed", []Queue{{"a", "", "voice", "pool"}, {"b", "", "voice", "pool"}, {"c", "", "voice", ""}}
	m, err := newMaker(o, indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 17, 10, 7, 0, 0, time.UTC)
	v := view{now.Add(-12 * time.Hour), now, map[string][]string{"queue": {"a", "b", "c"}}}
	rows := func(p panel) string {
		t.Helper()
		sql, err := expand(p.sql, v)
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(strings.Join(lines(must(t, sql)), "\n"), "\u00a0", "")
	}
	for _, c := range []struct {
		panel panel
		want  string
	}{
		// The pool lacks 2 of 10. Ten seconds past the quarter there is no sample of staffing.
		{m.newStaffNow(1, 6), "8 / 10|▼Act·pool"},
		// The last four Tuesdays asked for 9, 10, 11 and 10 at 11:00 in Paris, for 12, 12, 13 and 12 at 11:30: 2.25 more, so 12.25, so 13.
		{m.newStaffSoon(1, 6), "13|▼Act·pool"},
		// c has no past, so it needs as many as now.
		{m.newPools(1, 24), "c|5|5|0|0.9|5|✓OK\npool|10|8|-2|0.75|13|▼Act"},
		// A pool counts once, however many queues it has.
		{m.newStaffCurve(1, 12, tr("x", "x"), "staff_required", "staff_present", "staff_gap"), "2026-11-17 09:45:00.000|11|9|-2\n2026-11-17 10:00:00.000|15|13|-2"},
		// 6 on three days, for nothing at all came on 27 October, which was no day of work; then the 999 of 12:00 in Paris, and 4.
		{m.newHoursAhead(1, 12), "2026-11-17 10:30:00.000|2|13\n2026-11-17 11:00:00.000|333|999\n2026-11-17 12:00:00.000|1|<nil>"},
	} {
		got := rows(c.panel)
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s:\n%s\nwant\n%s", c.panel.title, got, c.want)
		}
	}
	if got := rows(m.newForecast(1, 12)); !strings.Contains(got, "2026-11-17 10:00:00|17|10") {
		t.Errorf("forecast:\n%s", got)
	}
}
