// SPDX-License-Identifier: Apache-2.0

package store

import (
	"flag"
	"fmt"
	"testing"
)

var dailyContacts = flag.Int("vigie.daily-contacts", 1_000_000, "contacts for the benchmark of the daily job")

// BenchmarkDaily is a pass of the daily job over contacts of 60 days: one in five comes from a customer who was there
// before. The engine's memory is what the heaviest statement took.
func BenchmarkDaily(b *testing.B) {
	s := openOwn(b)
	const day = "toDate('2026-03-01') + intDiv(number, intDiv(%[1]d, 60))"
	execute(b, s, fmt.Sprintf(`INSERT INTO {db}.contacts (centre, contact, customer, day, started_at, ended_at, entered_at, entered_day, base_at, base_day, talk_ms,
		outcome, programme, queue, channel, direction, team, advisor, reason, epoch, offset)
		SELECT 'lyon', concat('1763800000.', toString(number)), concat('k1:', hex(cityHash64(if(number %% 5 = 0, number %% intDiv(%[1]d, 4), number + %[1]d)))), `+day+` AS d,
			toDateTime64(d, 3, 'UTC') + 28800 + number %% 36000 AS t, t + 300, t, d, if(number %% 20 != 0, t + 310, NULL), d, 180000,
			if(number %% 20 != 0, 'answered', 'abandoned'), 'edf', concat('queue-', toString(number %% 12)), 'voice', 'inbound', concat('team-', toString(number %% 30)),
			concat('advisor-', toString(number %% 800)), concat('reason-', toString(number %% 9)), 'e1', number FROM numbers(%[1]d)`, *dailyContacts))
	for _, kind := range []DailyKind{DailyRecent, DailyFull} {
		b.Run(kind.String(), func(b *testing.B) {
			for range b.N {
				execute(b, s, "TRUNCATE TABLE {db}.daily_passes")
				report, err := s.RunDaily(b.Context(), DailyOptions{Centre: "lyon", Kind: kind})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(report.Rows), "rows")
			}
			b.ReportMetric(float64(*dailyContacts)*float64(b.N)/b.Elapsed().Seconds(), "contacts/s")
		})
	}
}
