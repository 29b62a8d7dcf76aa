// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// How noisy alerts are. An alert that fired is one episode, from firing to its end. It was seen by its first acknowledgement within a day; it led to
// something when an incident was made of it, an acknowledgement named one, or an action began at its place, while it fired or in the hour after; it
// fired again when it was over less than an hour before: as vigie alert noise counts.

// episodes reads the alerts that fired, one a row: columns rule, scope, id, severity, fired_at, over_at, again and the few words
// in the language of the board. of is a condition on their scope.
func (m *maker) episodes(when, of string) string {
	return fmt.Sprintf(`SELECT rule, scope, id, severity, at AS fired_at, if(next_state = 'resolved', next_at, NULL) AS over_at, %[4]s,
  previous_state = 'resolved' AND at < previous_at + INTERVAL 1 HOUR AS again
FROM
(
  SELECT rule, scope, id, severity, at, state, %[4]s,
    leadInFrame(toNullable(at)) OVER places AS next_at, leadInFrame(toString(state)) OVER places AS next_state,
    lagInFrame(at) OVER places AS previous_at, lagInFrame(toString(state)) OVER places AS previous_state
  FROM alerts FINAL
  WHERE centre = %[1]s AND %[2]s AND state IN ('firing', 'resolved') AND %[3]s
  WINDOW places AS (PARTITION BY rule, scope, id ORDER BY at, offset, seq ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
WHERE state = 'firing'`, m.centre, when, of, m.inLanguage("short"))
}

// judgedEpisodes are episodes with what came of them: columns seen_at and cause, NULL and empty for those that nobody acknowledged, and led.
func (m *maker) judgedEpisodes() string {
	const key = "rule, scope, id, fired_at"
	return fmt.Sprintf(`WITH fired AS
(
%[2]s
),
seen AS
(
  SELECT f.rule AS rule, f.scope AS scope, f.id AS id, f.fired_at AS fired_at, toNullable(min(k.at)) AS seen_at, argMin(k.cause, k.at) AS why, max(k.incident != '') AS named
  FROM (SELECT toString(rule) AS rule, toString(scope) AS scope, toString(scope_id) AS id, at, toString(cause) AS cause, incident FROM register FINAL
    WHERE centre = %[1]s AND lane = '' AND type = 'alert.acknowledged' AND at >= $__fromTime) AS k
  ASOF JOIN (SELECT toString(rule) AS rule, toString(scope) AS scope, toString(id) AS id, fired_at FROM fired) AS f
    ON k.rule = f.rule AND k.scope = f.scope AND k.id = f.id AND k.at >= f.fired_at
  WHERE k.at <= f.fired_at + INTERVAL 1 DAY
  GROUP BY rule, scope, id, fired_at
),
answered AS
(
  SELECT DISTINCT %[3]s
  FROM
  (
    SELECT f.rule AS rule, f.scope AS scope, f.id AS id, f.fired_at AS fired_at, f.over_at AS over_at, i.opened_at AS at
    FROM fired AS f INNER JOIN (SELECT rule, scope, scope_id, opened_at FROM incidents WHERE centre = %[1]s AND opened_at >= $__fromTime) AS i
      ON toString(f.rule) = toString(i.rule) AND toString(f.scope) = toString(i.scope) AND toString(f.id) = toString(i.scope_id)
    UNION ALL
    SELECT f.rule, f.scope, f.id, f.fired_at, f.over_at, a.started_at
    FROM fired AS f INNER JOIN (SELECT scope, scope_id, started_at FROM actions WHERE centre = %[1]s AND started_at >= $__fromTime) AS a
      ON toString(f.scope) = toString(a.scope) AND toString(f.id) = toString(a.scope_id)
  )
  WHERE at >= fired_at AND at <= ifNull(over_at, toDateTime64($__toTime, 3, 'UTC')) + INTERVAL 1 HOUR
)
SELECT f.rule AS rule, f.scope AS scope, f.id AS id, f.severity AS severity, f.fired_at AS fired_at, f.over_at AS over_at, f.again AS again,
  s.seen_at AS seen_at, s.why AS cause, s.named = 1 OR a.rule != '' AS led
FROM fired AS f
LEFT JOIN seen AS s ON toString(f.rule) = s.rule AND toString(f.scope) = s.scope AND toString(f.id) = s.id AND f.fired_at = s.fired_at
LEFT JOIN (SELECT toString(rule) AS rule, toString(scope) AS scope, toString(id) AS id, fired_at FROM answered) AS a
  ON toString(f.rule) = a.rule AND toString(f.scope) = a.scope AND toString(f.id) = a.id AND f.fired_at = a.fired_at`,
		m.centre, indent(m.episodes("$__timeFilter(at)", "1")), key)
}

// rank is the expression of a percentile of some numbers: the value of rank ceil(q n), NULL of none.
func rank(q, value, when string) string {
	return fmt.Sprintf("if(countIf(%[3]s) = 0, NULL, arraySort(groupArrayIf(%[2]s, %[3]s))[toUInt64(ceil(%[1]s * countIf(%[3]s)))])", q, value, when)
}

// noiseColumn is a column of the table of noise.
type noiseColumn struct {
	title      indicator.Text
	expression string
	shown      shown
}

var (
	asCount   = shown{unit: "none", div: 1}
	asShare   = shown{unit: "percentunit", decimals: 0, div: 1}
	asMinutes = shown{unit: "suffix:min", decimals: 1, div: 1}
)

// noiseColumns are what is told of the episodes of one rule.
func noiseColumns() []noiseColumn {
	const seenMin, lastMin = "dateDiff('second', fired_at, assumeNotNull(seen_at)) / 60", "dateDiff('second', fired_at, assumeNotNull(over_at)) / 60"
	return []noiseColumn{
		{tr("Fired", "Déclenchées"), "count()", asCount},
		{tr("Seen", "Vues"), "countIf(isNotNull(seen_at)) / count()", asShare},
		{tr("Seen after, p50", "Vues après, p50"), rank("0.5", seenMin, "isNotNull(seen_at)"), asMinutes},
		{tr("p90", "p90"), rank("0.9", seenMin, "isNotNull(seen_at)"), asMinutes},
		{tr("Led to action", "Suivies d'effet"), "countIf(led) / count()", asShare},
		{tr("False alarms", "Fausses"), "countIf(cause = 'false_alarm') / count()", asShare},
		{tr("Again within 1 h", "Redites sous 1 h"), "countIf(again) / count()", asShare},
		{tr("Lasts, median", "Durée médiane"), rank("0.5", lastMin, "isNotNull(over_at)"), asMinutes},
	}
}

var noiseDoc = tr("Of the alerts that began to fire in the range. Seen: acknowledged within a day, by vigie alert ack or over HTTP; p50 and p90 are the times it took. Led to action: an incident was made of it, or an action "+
	"began at its place, while it fired or in the hour after. Again: it was over less than an hour before. A rule with fewer than 3 alerts is not judged.",
	"Des alertes déclenchées dans la période. Vues : acquittées dans la journée, par vigie alert ack ou par HTTP ; p50 et p90 disent en combien de temps. Suivies d'effet : un incident en est né, ou une action "+
		"a commencé au même endroit, pendant l'alerte ou dans l'heure qui suit. Redites : finies moins d'une heure avant. Une règle de moins de 3 alertes n'est pas jugée.")

// newNoise is how noisy each rule is, and what to do about it.
func (m *maker) newNoise(id, width int) panel {
	p := panel{id: id, width: width, kind: kindTable, title: m.say(tr("How noisy each rule is, and what to do", "Le bruit de chaque règle, et que faire")), doc: m.say(noiseDoc)}
	list := []string{"rule AS " + alias(m.say(tr("Rule", "Règle")))}
	for _, c := range noiseColumns() {
		s := c.shown
		s.title = m.say(c.title)
		p.fields = append(p.fields, s)
		list = append(list, c.expression+" AS "+alias(s.title))
	}
	list = append(list, m.advice()+" AS "+alias(m.say(tr("What to do", "Que faire"))))
	p.sql = fmt.Sprintf("SELECT %s\nFROM\n(\n%s\n)\nGROUP BY rule\nORDER BY count() DESC, rule", strings.Join(list, ",\n  "), indent(m.judgedEpisodes()))
	return p
}

// advice says what to do about a rule, from its episodes; the first that fits.
func (m *maker) advice() string {
	say := func(en, fr string) string { return quote(m.say(tr(en, fr))) }
	return "multiIf(" + strings.Join([]string{
		"count() < 3", say("○ too few to judge", "○ trop peu pour juger"),
		"countIf(cause = 'false_alarm') >= 0.3 * count()", say("▼ False too often: move its limit, or ask for more cases", "▼ Trop souvent fausse : déplacer la limite, ou exiger plus de cas"),
		"countIf(again) >= 0.3 * count()", say("▼ Flaps: end it later (clear, keep_firing_for)", "▼ Clignote : la finir plus tard (clear, keep_firing_for)"),
		"countIf(isNotNull(seen_at)) < 0.5 * count()", say("▼ Not seen: whom does it call, and when?", "▼ Pas vue : qui appelle-t-elle, et quand ?"),
		"countIf(led) < 0.2 * count()", say("▼ Nobody acts on it: change it or drop it", "▼ Personne n'agit : la changer ou la retirer"),
		say("✓ keep", "✓ à garder"),
	}, ", ") + ")"
}

// newNoiseDays is each rule on each day.
func (m *maker) newNoiseDays(id, width int) panel {
	day, rule, fired, seen, led, again := m.say(tr("Day", "Jour")), m.say(tr("Rule", "Règle")), m.say(tr("Fired", "Déclenchées")), m.say(tr("Seen", "Vues")),
		m.say(tr("Led to action", "Suivies d'effet")), m.say(tr("Again", "Redites"))
	p := panel{id: id, width: width, kind: kindTable, title: m.say(tr("Each rule, day by day", "Chaque règle, jour par jour")), doc: m.say(noiseDoc),
		sql: fmt.Sprintf("SELECT toString(toDate(fired_at, %s)) AS %s, rule AS %s, count() AS %s, countIf(isNotNull(seen_at)) AS %s, countIf(led) AS %s, countIf(again) AS %s\nFROM\n(\n%s\n)\nGROUP BY %[2]s, rule\nORDER BY %[2]s DESC, count() DESC, rule",
			quote(m.o.Centre.Zone), alias(day), alias(rule), alias(fired), alias(seen), alias(led), alias(again), indent(m.judgedEpisodes()))}
	for _, title := range []string{fired, seen, led, again} {
		s := asCount
		s.title = title
		p.fields = append(p.fields, s)
	}
	return p
}

// noiseTile is one number over all rules.
func (m *maker) noiseTile(id, width int, title, doc indicator.Text, unit shown, l levels, value string) panel {
	status := "concat('n ', toString(count()))"
	if l.judges() {
		title = tr(title.En+" · "+m.goal(l, unit), title.Fr+" · "+m.goal(l, unit))
		var arms []string
		steps := l.steps()
		for i := len(steps) - 1; i > 0; i-- {
			arms = append(arms, fmt.Sprintf("value >= %s", number(steps[i].from)), quote(m.words.states[steps[i].word]))
		}
		status = fmt.Sprintf("concat(multiIf(isNull(value), %s, %s, %s), '\u00a0·\u00a0n\u00a0', toString(count()))", quote(m.words.noValue), strings.Join(arms, ", "), quote(m.words.states[steps[0].word]))
	}
	return panel{id: id, width: width, kind: kindTile, title: m.say(title), doc: m.say(doc) + "\n\n" + m.say(noiseDoc), unit: unit, levels: l,
		sql: fmt.Sprintf("SELECT toNullable(toFloat64(%s)) AS value,\n  %s AS status\nFROM\n(\n%s\n)\nHAVING count() > 0", value, status, indent(m.judgedEpisodes()))}
}
