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
	interval store.Interval // of a row, over time
	where    string         // %[1]s is the centre, quoted
	// short is at most an hour: looking for a projection would take longer than reading its facts.
	short   bool
	rolling int // of a curve by days: each of its values is of so many days up to it; 0 for the day alone
}

// lastDay keeps what a business day can be made of: 25 hours, when clocks go back.
const lastDay = "quarter > $__toTime - INTERVAL 25 HOUR AND quarter <= $__toTime"

// lastDays bounds the business days of what is at most 25 hours old. Facts are kept by day, so that the server need not look
// at any other. The day of a quarter is that of its date in UTC, one more, or up to two less: where clocks are behind, before the day begins.
const lastDays = "day >= toDate($__toTime) - 4 AND day <= toDate($__toTime) + 1"

// today is the business day of the newest fact. It is looked up, because SQL never converts zones: the machine wrote the day. The
// order is that of the primary key, so that a few rows are read from the end.
const today = "(SELECT day FROM facts WHERE centre = %[1]s AND lane = '' AND " + lastDays + " AND " + lastDay + " ORDER BY quarter DESC LIMIT 1)"

// rollingDays are the days of a curve whose values are each of several days, shownDays those that it shows.
const (
	rollingDays = "day > toDate($__fromTime) - 28 AND day <= toDate($__toTime)"
	shownDays   = "upto >= toDate($__fromTime) AND upto <= toDate($__toTime)"
)

var (
	// windowHalfHour is the quarter under way and the one before it.
	windowHalfHour = window{name: indicator.Text{En: "½ h", Fr: "½ h"}, interval: store.Quarter, short: true,
		where: lastDays + "\n  AND quarter > toStartOfFifteenMinutes($__toTime) - INTERVAL 30 MINUTE AND quarter <= $__toTime"}
	// windowHour is the quarter under way and the three before it.
	windowHour = window{name: indicator.Text{En: "1 h", Fr: "1 h"}, interval: store.Quarter, short: true,
		where: lastDays + "\n  AND quarter > toStartOfFifteenMinutes($__toTime) - INTERVAL 60 MINUTE AND quarter <= $__toTime"}
	windowToday = window{name: indicator.Text{En: "today", Fr: "jour"}, interval: store.Quarter, where: lastDay + "\n  AND day = " + today}
	windowWeek  = window{name: indicator.Text{En: "7 d", Fr: "7 j"}, interval: store.Day, where: "day > toDate($__toTime) - 7 AND day <= toDate($__toTime)"}
	window28    = window{name: indicator.Text{En: "28 d", Fr: "28 j"}, interval: store.Day, where: "day > toDate($__toTime) - 28 AND day <= toDate($__toTime)"}
	// windowDays is the range that the reader of the board chose, in days.
	windowDays = window{interval: store.Day, where: "$__dateFilter(day)"}
	// windowWeekly and windowMonthly are the range that the reader chose, each day with the days before it: a day of one person,
	// or of answers to surveys, holds too few cases.
	windowWeekly  = window{name: indicator.Text{En: "7 days up to each day", Fr: "7 jours jusqu'à chaque jour"}, interval: store.Day, where: rollingDays, rolling: 7}
	windowMonthly = window{name: indicator.Text{En: "28 days up to each day", Fr: "28 jours jusqu'à chaque jour"}, interval: store.Day, where: rollingDays, rolling: 28}
	// windowRange is the range that the reader of the board chose.
	windowRange = window{interval: store.Quarter,
		where: "day >= toDate($__fromTime) - 3 AND day <= toDate($__toTime) + 1\n  AND $__timeFilter(quarter)"}
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
