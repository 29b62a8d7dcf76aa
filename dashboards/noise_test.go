// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/indicator"
)

// A morning of one rule that fires three times, of another that fires once, and of a centre elsewhere; worked by hand below.
var rowsOfNoise = []string{
	`INSERT INTO alerts (centre, at, rule, scope, id, state, severity, epoch, offset) VALUES
 ('noisy', '2026-11-17 09:00:00', 'r1', 'queue', 'q', 'firing', 'warning', 'e', 1), ('noisy', '2026-11-17 09:10:00', 'r1', 'queue', 'q', 'resolved', 'warning', 'e', 2),
 ('noisy', '2026-11-17 09:29:00', 'r1', 'queue', 'q', 'pending', 'warning', 'e', 3),
 ('noisy', '2026-11-17 09:30:00', 'r1', 'queue', 'q', 'firing', 'warning', 'e', 4), ('noisy', '2026-11-17 09:40:00', 'r1', 'queue', 'q', 'resolved', 'warning', 'e', 5),
 ('noisy', '2026-11-17 12:00:00', 'r1', 'queue', 'q', 'firing', 'warning', 'e', 6),
 ('noisy', '2026-11-17 09:35:00', 'r2', 'team', 'q', 'firing', 'info', 'e', 7), ('noisy', '2026-11-17 09:36:00', 'r2', 'team', 'q', 'resolved', 'info', 'e', 8),
 ('quiet', '2026-11-17 09:00:00', 'r1', 'queue', 'q', 'firing', 'warning', 'e', 9)`,
	`INSERT INTO register (centre, type, object, at, day, said_at, scope, scope_id, rule, cause, incident, title, id) VALUES
 ('noisy', 'alert.acknowledged', '', '2026-11-17 09:02:00', '2026-11-17', '2026-11-17 09:02:00', 'queue', 'q', 'r1', 'tool', '', '', 1),
 ('noisy', 'alert.acknowledged', '', '2026-11-17 09:06:00', '2026-11-17', '2026-11-17 09:06:00', 'queue', 'q', 'r1', 'demand', '', '', 2),
 ('noisy', 'alert.acknowledged', '', '2026-11-17 09:35:00', '2026-11-17', '2026-11-17 09:35:00', 'queue', 'q', 'r1', 'false_alarm', '', '', 3),
 ('noisy', 'incident.opened', 'i', '2026-11-17 12:00:00', '2026-11-17', '2026-11-17 12:20:00', 'queue', 'q', 'r1', 'tool', '', 'down', 4),
 ('noisy', 'action.started', 'a', '2026-11-17 10:15:00', '2026-11-17', '2026-11-17 10:15:00', 'queue', 'q', '', '', '', 'breaks moved', 5),
 ('quiet', 'alert.acknowledged', '', '2026-11-17 12:02:00', '2026-11-17', '2026-11-17 12:02:00', 'queue', 'q', 'r1', 'tool', '', '', 6)`,
}

// TestNoise: r1 fired three times, the second time 20 minutes after it was over. It was seen after 2 and 5 minutes, the second time as a false
// alarm; the action of 10:15 is within an hour of its second end and not of its first; the incident is of the third.
func TestNoise(t *testing.T) {
	engineAddr(t)
	for _, sql := range rowsOfNoise {
		must(t, sql)
	}
	o := demoOptions(t)
	o.Centre.ID = "noisy"
	m, err := newMaker(o, indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 17, 13, 0, 0, 0, time.UTC)
	rows := func(p panel) string {
		t.Helper()
		sql, err := expand(p.sql, view{now.AddDate(0, 0, -7), now, nil})
		if err != nil {
			t.Fatal(err)
		}
		return strings.ReplaceAll(strings.Join(lines(must(t, sql)), "\n"), "\u00a0", " ")
	}
	const third = "0.3333333333333333"
	for _, c := range []struct {
		panel panel
		want  string
	}{
		{m.newNoise(1, 24), "r1|3|0.6666666666666666|2|5|0.6666666666666666|" + third + "|" + third + "|10|▼ False too often: move its limit, or ask for more cases\n" +
			"r2|1|0|<nil>|<nil>|0|0|0|1|○ too few to judge"},
		{m.newNoiseDays(1, 24), "2026-11-17|r1|3|2|2|1\n2026-11-17|r2|1|0|0|0"},
		{m.noiseTile(1, 5, tr("x", "x"), tr("x", "x"), asShare, atLeast(0.8, 0.5), "countIf(isNotNull(seen_at)) / count()"), "0.5|▼ Watch · n 4"},
		{m.noiseTile(1, 5, tr("x", "x"), tr("x", "x"), asMinutes, atMost(15, 30), rank("0.9", "dateDiff('second', fired_at, assumeNotNull(seen_at)) / 60", "isNotNull(seen_at)")), "5|✓ OK · n 4"},
	} {
		if got := rows(c.panel); got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.panel.title, got, c.want)
		}
	}
}
