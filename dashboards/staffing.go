// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// Who is required and who is there. The machine samples both at each quarter of an hour for the staffing group of each queue: queues of one
// group share these numbers, so a group counts once. People who serve two groups are present in both, so groups are added up over time, where
// the course matters, and never in a tile, which shows the group that lacks most.

const (
	// pastWeeks is of how many same weekdays a forecast is the mean.
	pastWeeks = 4
	// newestQuarter keeps the sample of the quarter of an hour under way, and the one before where that has not come yet.
	newestQuarter = "at > $__toTime - INTERVAL 29 MINUTE AND at <= $__toTime"
)

// windowQuarter is the beginning of the quarter of an hour under way.
var windowQuarter = window{name: indicator.Text{En: "¼ h", Fr: "¼ h"}}

// groupOf is the expression of the staffing group of a queue.
func (m *maker) groupOf(queue string) string {
	var ids, groups []string
	for _, q := range m.o.Centre.Queues {
		if q.Group != "" && q.Group != q.ID {
			ids, groups = append(ids, q.ID), append(groups, q.Group)
		}
	}
	if len(ids) == 0 {
		return "toString(" + queue + ")"
	}
	return fmt.Sprintf("transform(toString(%s), [%s], [%s], toString(%[1]s))", queue, quoteAll(ids), quoteAll(groups))
}

// pools reads the samples of staffing groups, one row for each and quarter of an hour: columns time, pool, required, present, service.
func (m *maker) pools(s scope, when string) string {
	return fmt.Sprintf("SELECT at AS time, %s AS pool, max(staff_required) AS required, max(staff_present) AS present, min(predicted_service_bp) AS service\n"+
		"FROM v_queue_staffing\nWHERE centre = %s AND %s%s\nGROUP BY time, pool", m.groupOf("queue"), m.centre, when, s.filter())
}

// newestPools is pools, of the newest sample of each group.
func (m *maker) newestPools(s scope) string {
	return m.pools(s, newestQuarter) + "\nORDER BY time DESC\nLIMIT 1 BY pool"
}

// weeksOn is an instant some weeks on, at the same time of the centre's clock.
func (m *maker) weeksOn(instant string) string {
	return fmt.Sprintf("toTimeZone(addWeeks(toTimeZone(%s, %s), weeks), 'UTC')", instant, quote(m.o.Centre.Zone))
}

// lastWeeks is the list of weeks that a forecast looks back: from the one at hand, or from the one before.
func lastWeeks(from int) string {
	var weeks []string
	for week := from; week <= pastWeeks; week++ {
		weeks = append(weeks, fmt.Sprint(week))
	}
	return "[" + strings.Join(weeks, ", ") + "]"
}

// daysOf keeps the days of a range and the same weekdays of the weeks before. Each has a day to spare, for the business day is not that of UTC.
func daysOf(from, to string) string {
	var any []string
	for week := range pastWeeks + 1 {
		any = append(any, fmt.Sprintf("day BETWEEN toDate(%s) - %d AND toDate(%s) - %d", from, 7*week+1, to, 7*week-1))
	}
	return "(" + strings.Join(any, " OR ") + ")"
}

// samplesOf keeps the samples around now and around the same time of the weeks before; an hour to spare, for clocks are set.
func samplesOf(before, after string) string {
	var any []string
	for week := range pastWeeks + 1 {
		any = append(any, fmt.Sprintf("at BETWEEN $__toTime - INTERVAL %d DAY - INTERVAL %s - INTERVAL 1 HOUR AND $__toTime - INTERVAL %[1]d DAY + INTERVAL %[3]s + INTERVAL 1 HOUR", 7*week, before, after))
	}
	return "(" + strings.Join(any, "\n    OR ") + ")"
}

// forecast reads a count by quarter of an hour, and its mean over the same quarters of the same weekdays of the last four weeks: columns time,
// came and expected. A past day on which nothing at all was booked, such as a holiday, does not count. Where nothing is known it is NULL.
func (m *maker) forecast(c column, s scope, from, to string) string {
	return fmt.Sprintf(`SELECT time, if(countIf(weeks = 0) > 0, toFloat64(sumIf(n, weeks = 0)), NULL) AS came,
  sumIf(n, weeks > 0) / nullIf(max(days), 0) AS expected
FROM
(
  SELECT time, weeks, n, uniqExactIf(weeks, weeks > 0) OVER (PARTITION BY of_day) AS days
  FROM
  (
    SELECT %s AS time, weeks, day + 7 * weeks AS of_day, sum(%s) AS n
    FROM
%s
    ARRAY JOIN %s AS weeks
    GROUP BY time, weeks, of_day
  )
)
WHERE time > %s - INTERVAL 15 MINUTE AND time <= %s
GROUP BY time`, m.weeksOn("quarter"), c.value(), indent(indent(sumsBy([]column{c}, []string{"day", "quarter"}, "centre = "+m.centre+" AND "+daysOf(from, to)+s.filter()))),
		lastWeeks(0), from, to)
}

// newStaffNow is who is there against who is required, of the group that lacks most: words, as no colour by value would fit all groups.
func (m *maker) newStaffNow(id, width int) panel {
	c := m.column("staff_present")
	return panel{id: id, width: width, kind: kindTile, name: m.say(tr("Present / required", "Présents / requis")), spoken: true, unit: shown{unit: "string"}, columns: []column{c},
		title: m.say(tr("Present / required", "Présents / requis")) + " · " + m.say(windowQuarter.name) + " · ≥ " + m.say(tr("required", "requis")),
		doc:   m.describeAll(m.columns("staff_present", "staff_required"), window{}) + "\n\n" + m.say(staffDoc),
		sql: fmt.Sprintf("SELECT concat(toString(present), ' / ', toString(required)) AS value,\n  concat(%s, %s, pool) AS status\nFROM\n(\n%s\n)\nORDER BY required - present DESC, pool\nLIMIT 1",
			m.staffWord("present", "required"), quote(hardDot), indent(m.newestPools(ofQueues)))}
}

var staffDoc = tr("Of the staffing groups of the queues that are chosen, the one that lacks most. OK: nobody is missing. To be watched: one person, or 5 %. Beyond that act. "+
	"The sample is that of the beginning of the quarter of an hour. No data: it cannot be told, as for chats and mail, and before two days are known.",
	"Des groupes d'effectif des files choisies, celui à qui il manque le plus. OK : il ne manque personne. À surveiller : une personne, ou 5 %. Au-delà, agir. "+
		"Le relevé est celui du début du quart d'heure. Pas de donnée : on ne peut pas le dire, ainsi pour les chats et les courriels, et avant deux jours connus.")

// staffWord judges who is there against who is required.
func (m *maker) staffWord(present, required string) string {
	missing := required + " - " + present
	return fmt.Sprintf("multiIf(%[1]s <= 0, %[3]s, %[1]s <= greatest(1, 0.05 * %[2]s), %[4]s, %[5]s)", missing, required,
		quote(m.words.states[stateOK]), quote(m.words.states[stateWatchLow]), quote(m.words.states[stateActLow]))
}

// poolsAhead reads, of each group, who is there and required now, and how many are required half an hour from now: as many more or fewer as
// the same weekdays of the last weeks say, on average. Columns pool, now_present, now_required, service_now and soon.
func (m *maker) poolsAhead(s scope) string {
	return fmt.Sprintf(`SELECT pool, maxIf(present, weeks = 0) AS now_present, maxIf(required, weeks = 0) AS now_required, minIf(service, weeks = 0) AS service_now,
  avgIf(required, weeks > 0 AND time = start) AS usual, avgIf(required, weeks > 0 AND time = start + INTERVAL 30 MINUTE) AS later,
  if(isNaN(usual) OR isNaN(later), now_required, toInt64(greatest(ceil(now_required + later - usual), 0))) AS soon
FROM
(
  SELECT *, maxIf(time, weeks = 0 AND time <= $__toTime) OVER (PARTITION BY pool) AS start
  FROM
  (
    SELECT %s AS time, weeks, pool, required, present, service
    FROM
    (
%s
    )
    ARRAY JOIN %s AS weeks
  )
)
WHERE (weeks > 0 OR time = start) AND start > $__toTime - INTERVAL 29 MINUTE
GROUP BY pool`, m.weeksOn("time"), indent(indent(indent(m.pools(s, samplesOf("29 MINUTE", "30 MINUTE"))))), lastWeeks(0))
}

// newStaffSoon is how many are required half an hour from now, against who is there: time to move a break.
func (m *maker) newStaffSoon(id, width int) panel {
	c := m.column("staff_required")
	return panel{id: id, width: width, kind: kindTile, name: m.say(tr("Required in ½ h", "Requis dans ½ h")), unit: shown{unit: "none", div: 1}, columns: []column{c},
		title: m.say(tr("Required in ½ h", "Requis dans ½ h")) + " · ≤ " + m.say(tr("present", "présents")),
		doc: m.describeAll([]column{c}, window{}) + "\n\n" + m.say(tr("As many as are required now, and what the same weekdays of the last four weeks say to be more or fewer half an hour later; "+
			"against who is there now, as plans of shifts are not in the store.", "Autant que maintenant, plus ou moins ce que disent les mêmes jours des quatre dernières semaines pour une demi-heure plus tard ; "+
			"face aux présents de maintenant, car les plannings ne sont pas dans la base.")) + " " + m.say(staffDoc),
		sql: fmt.Sprintf("SELECT toNullable(toFloat64(soon)) AS value,\n  concat(%s, %s, pool) AS status\nFROM\n(\n%s\n)\nORDER BY soon - now_present DESC, pool\nLIMIT 1",
			m.staffWord("now_present", "soon"), quote(hardDot), indent(m.poolsAhead(ofQueues)))}
}

// newPools is a row for each staffing group.
func (m *maker) newPools(id, width int) panel {
	columns := m.columns("staff_required", "staff_present", "staff_gap", "predicted_service_level")
	group, soon := m.say(tr("Staffing group", "Groupe d'effectif")), m.say(tr("Required in ½ h", "Requis dans ½ h"))
	values := []string{"now_required", "now_present", "now_present - now_required", columns[3].unit.scaled("toFloat64(service_now)")}
	list := []string{"pool AS " + alias(group)}
	for i, c := range columns {
		list = append(list, values[i]+" AS "+alias(c.unit.title))
	}
	list = append(list, "soon AS "+alias(soon), m.staffWord("now_present", "greatest(now_required, soon)")+" AS "+alias(m.words.state))
	return panel{id: id, width: width, kind: kindTable, columns: columns, judged: "staff_gap",
		title: m.say(tr("Each staffing group, now and in ½ h", "Chaque groupe d'effectif, maintenant et dans ½ h")),
		doc:   m.describeAll(columns, window{}) + "\n\n" + m.say(staffDoc),
		sql:   fmt.Sprintf("SELECT %s\nFROM\n(\n%s\n)\nORDER BY pool", strings.Join(list, ",\n  "), indent(m.poolsAhead(ofQueues)))}
}

// newStaffCurve is required and present, or what is between them, by quarter of an hour. Each group counts once.
func (m *maker) newStaffCurve(id, width int, title indicator.Text, ids ...string) panel {
	columns := m.columns(ids...)
	list := []string{"time"}
	for _, c := range columns {
		value := map[string]string{"staff_required": "sum(required)", "staff_present": "sum(present)", "staff_gap": "sum(present) - sum(required)"}[c.ind.ID]
		list = append(list, value+" AS "+alias(c.unit.title))
	}
	return panel{id: id, width: width, kind: kindCurve, title: m.say(title), columns: columns, unit: shown{unit: "none", div: 1},
		doc: m.describeAll(columns, window{}) + "\n\n" + m.say(tr("Of all staffing groups of the queues that are chosen. Choose the queues of one group to see it alone: people who serve two groups are counted in both.",
			"De tous les groupes d'effectif des files choisies. Choisir les files d'un seul groupe pour le voir seul : qui sert deux groupes compte dans les deux.")),
		sql: fmt.Sprintf("SELECT %s\nFROM\n(\n%s\n)\nGROUP BY time\nORDER BY time", strings.Join(list, ", "), indent(m.pools(ofQueues, "$__timeFilter(at)")))}
}

// expected is the title of a forecast.
func (m *maker) expected() string { return m.say(tr("Forecast", "Prévision")) }

var forecastDoc = tr("Forecast: the mean of the same quarter of an hour on the same weekday of the last four weeks, days without anything left out. It is what was usual, and knows nothing of a mailing or a bank holiday.",
	"Prévision : la moyenne du même quart d'heure, le même jour de la semaine, des quatre dernières semaines, sans les jours vides. C'est l'habituel, qui ne sait rien d'un envoi ni d'un jour férié.")

// newForecast is what came against the forecast, by quarter of an hour.
func (m *maker) newForecast(id, width int) panel {
	c := m.column("offered")
	return panel{id: id, width: width, kind: kindCurve, title: m.say(tr("Offered and forecast, by quarter", "Présentés et prévision, par quart d'heure")), unit: c.unit, columns: []column{c}, also: []string{m.expected()},
		doc: m.describeAll([]column{c}, window{}) + "\n\n" + m.say(forecastDoc),
		sql: fmt.Sprintf("SELECT time, came AS %s, expected AS %s\nFROM\n(\n%s\n)\nORDER BY time WITH FILL STEP INTERVAL 15 MINUTE%s", alias(c.unit.title), alias(m.expected()),
			indent(m.forecast(c, ofQueues, "$__fromTime", "$__toTime")), settings(ofQueues, windowRange))}
}

// newHoursAhead is the hours to come: what is expected, and how many that takes, as the last weeks had it.
func (m *maker) newHoursAhead(id, width int) panel {
	offered, required := m.column("offered"), m.column("staff_required")
	explained := m.describeAll([]column{offered, required}, window{})
	offered.unit.title, required.unit.title = m.say(tr("Contacts expected", "Contacts attendus")), m.say(tr("People required", "Effectif requis"))
	offered.unit.decimals, required.unit.decimals = 0, 0
	usual := fmt.Sprintf(`SELECT time, sum(people) AS people
FROM
(
  SELECT time, pool, ceil(avg(required)) AS people
  FROM
  (
    SELECT %s AS time, pool, required
    FROM
    (
%s
    )
    ARRAY JOIN %s AS weeks
  )
  GROUP BY time, pool
)
GROUP BY time`, m.weeksOn("time"), indent(indent(indent(m.pools(ofQueues, samplesOf("15 MINUTE", "4 HOUR"))))), lastWeeks(1))
	return panel{id: id, width: width, kind: kindTable, columns: []column{offered, required}, title: m.say(tr("The four hours to come, as usual", "Les quatre heures à venir, d'habitude")),
		doc: explained + "\n\n" + m.say(forecastDoc) + "\n\n" + m.say(tr("People required: the mean of what Erlang asked for then, rounded up for each staffing group.",
			"Effectif requis : la moyenne de ce qu'Erlang demandait alors, arrondie au-dessus pour chaque groupe d'effectif.")),
		sql: fmt.Sprintf("SELECT time AS %s, round(expected) AS %s, people AS %s\nFROM\n(\n%s\n) AS calls\nLEFT JOIN\n(\n%s\n) AS need USING (time)\nWHERE time > $__toTime\nORDER BY time%s, join_use_nulls = 1",
			alias(m.say(tr("Quarter", "Quart d'heure"))), alias(offered.unit.title), alias(required.unit.title),
			indent(m.forecast(offered, ofQueues, "$__toTime", "$__toTime + INTERVAL 4 HOUR")), indent(usual), settings(ofQueues, windowRange))}
}
