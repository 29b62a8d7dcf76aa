// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// window is the time that a number is about.
type window struct {
	name     indicator.Text // as in a title
	interval store.Interval // of the view that is read
	where    string         // %[1]s is the centre, quoted
	rolling  int            // of a curve by days: each of its values is of so many days up to it; 0 for the day alone
}

// lastDay keeps what a business day can be made of: 25 hours, when clocks go back.
const lastDay = "quarter > $__toTime - INTERVAL 25 HOUR AND quarter <= $__toTime"

// today is the newest business day. It is looked up, because SQL never converts zones: the machine wrote the day.
const today = "(SELECT max(day) FROM v_centre_quarter WHERE centre = %[1]s AND " + lastDay + ")"

// rollingDays are the days of a curve whose values are each of several days.
const rollingDays = "day > toDate($__fromTime) - 28 AND day <= toDate($__toTime) AND upto >= toDate($__fromTime) AND upto <= toDate($__toTime)"

var (
	// windowHalfHour is the quarter under way and the one before it.
	windowHalfHour = window{indicator.Text{En: "½ h", Fr: "½ h"}, store.Quarter,
		"quarter > toStartOfFifteenMinutes($__toTime) - INTERVAL 30 MINUTE AND quarter <= $__toTime", 0}
	// windowHour is the quarter under way and the three before it.
	windowHour = window{indicator.Text{En: "1 h", Fr: "1 h"}, store.Quarter,
		"quarter > toStartOfFifteenMinutes($__toTime) - INTERVAL 60 MINUTE AND quarter <= $__toTime", 0}
	windowToday = window{indicator.Text{En: "today", Fr: "jour"}, store.Quarter, lastDay + "\n  AND day = " + today, 0}
	windowWeek  = window{indicator.Text{En: "7 d", Fr: "7 j"}, store.Day, "day > toDate($__toTime) - 7 AND day <= toDate($__toTime)", 0}
	window28    = window{indicator.Text{En: "28 d", Fr: "28 j"}, store.Day, "day > toDate($__toTime) - 28 AND day <= toDate($__toTime)", 0}
	// windowDays is the range that the reader of the board chose, in days.
	windowDays = window{indicator.Text{}, store.Day, "$__dateFilter(day)", 0}
	// windowWeekly and windowMonthly are the range that the reader chose, each day with the days before it: a day of one person,
	// or of answers to surveys, holds too few cases.
	windowWeekly  = window{indicator.Text{En: "7 days up to each day", Fr: "7 jours jusqu'à chaque jour"}, store.Day, rollingDays, 7}
	windowMonthly = window{indicator.Text{En: "28 days up to each day", Fr: "28 jours jusqu'à chaque jour"}, store.Day, rollingDays, 28}
	// windowRange is the range that the reader of the board chose.
	windowRange = window{indicator.Text{}, store.Quarter, "$__timeFilter(quarter)", 0}
	// windowNow is the newest sample.
	windowNow = window{name: indicator.Text{En: "now", Fr: "maint."}}
)

// freshGauge is for how long a sample is the state of now: samples come every 10 seconds, in blocks of 5.
const freshGauge = "at > $__toTime - INTERVAL 2 MINUTE AND at <= $__toTime"

// scope is what a number is about: some queues, some teams.
type scope struct {
	kind indicator.ScopeKind
	// values is the list in SQL: a variable, or quoted words; empty for the centre.
	values string
}

var (
	ofCentre    = scope{kind: indicator.ScopeCentre}
	ofQueues    = scope{indicator.ScopeQueue, "${queue:singlequote}"}
	ofTeams     = scope{indicator.ScopeTeam, "${team:singlequote}"}
	ofAdvisor   = scope{indicator.ScopeAdvisor, "${advisor:singlequote}"}
	ofCampaigns = scope{indicator.ScopeCampaign, "${campaign:singlequote}"}
)

// filter is the condition on a view's rows, with " AND " before it; empty for the centre.
func (s scope) filter() string {
	if s.values == "" {
		return ""
	}
	return fmt.Sprintf("\n  AND %s IN (%s)", s.kind, s.values)
}

// gaugeFilter is the condition on rows of table gauges.
func (s scope) gaugeFilter() string {
	if s.values == "" {
		return fmt.Sprintf("scope = %s", quote(s.kind.String()))
	}
	return fmt.Sprintf("scope = %s AND id IN (%s)", quote(s.kind.String()), s.values)
}

// quote makes a string literal of ClickHouse.
func quote(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(s) + "'"
}

// quoteAll makes a list of literals.
func quoteAll(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	return strings.Join(quoted, ", ")
}
