// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"fmt"

	"github.com/vigie-kpi/vigie/indicator"
)

// The boards of the system itself.

// alerts answers: what fires, and which rules cry for nothing?
func (m *maker) alerts() board {
	firing := fmt.Sprintf("FROM alerts FINAL\nWHERE centre = %s AND $__timeFilter(at) AND state = 'firing'", m.centre)
	return board{id: "alerts", folder: folderTeam, from: "now-7d", refresh: "5m",
		title: tr("Alerts and their noise", "Alertes et leur bruit"), question: tr("What fires now, and which rules cry too often to be heard?", "Qu'est-ce qui sonne, et quelles règles sonnent trop pour être entendues ?"),
		next: []string{"queue", "team", "pipeline"},
		rows: []row{
			{5, []panel{
				m.noiseTile(6, 5, tr("Alerts a day", "Alertes par jour"), tr("How many alerts began to fire, over the days of the range.", "Combien d'alertes se sont déclenchées, sur les jours de la période."),
					shown{unit: "none", decimals: 1, div: 1}, levels{}, "count() / greatest(1, dateDiff('hour', $__fromTime, $__toTime) / 24)"),
				m.noiseTile(7, 5, tr("Seen", "Vues"), tr("Share that somebody acknowledged.", "Part que quelqu'un a acquittée."), asShare, atLeast(0.8, 0.5), "countIf(isNotNull(seen_at)) / count()"),
				m.noiseTile(8, 5, tr("Seen after, p90", "Vues après, p90"), tr("Nine out of ten were acknowledged within this time.", "Neuf sur dix ont été acquittées en moins de ce temps."), asMinutes, atMost(15, 30),
					rank("0.9", "dateDiff('second', fired_at, assumeNotNull(seen_at)) / 60", "isNotNull(seen_at)")),
				m.noiseTile(9, 5, tr("Led to action", "Suivies d'effet"), tr("Share that an incident or an action came of.", "Part dont un incident ou une action est né."), asShare, atLeast(0.5, 0.2), "countIf(led) / count()"),
				m.newFreshness(2, 4),
			}},
			{7, []panel{m.newAlerts(1, 24, 20)}},
			{10, []panel{m.newNoise(3, 24)}},
			{8, []panel{
				m.newNoiseDays(10, 12),
				{id: 4, width: 12, kind: kindCurve, unit: asCount, title: m.say(tr("Alerts that began to fire, by day", "Alertes déclenchées, par jour")),
					doc: m.say(tr("Each alert counts once, when it begins to fire.", "Chaque alerte compte une fois, quand elle se déclenche.")),
					sql: fmt.Sprintf("SELECT toStartOfDay(at, %s) AS time, count() AS %s\n%s\nGROUP BY time\nORDER BY time", quote(m.o.Centre.Zone), alias(m.say(tr("Fired", "Déclenchées"))), firing)},
			}},
			{9, []panel{m.newTransitions(5, 24)}},
		}}
}

// newTransitions is every change of every alert.
func (m *maker) newTransitions(id, width int) panel {
	states := []string{"pending", "firing", "resolved", "inactive"}
	stateNames := []string{m.say(tr("waits", "en attente")), m.say(tr("fires", "sonne")), m.say(tr("over", "finie")), m.say(tr("never fired", "n'a pas sonné"))}
	reasons := []string{"true", "false", "between", "closed", "silent", "no_data", "too_few", "removed"}
	var reasonNames []string
	for _, name := range []indicator.Text{tr("condition true", "condition vraie"), tr("condition false", "condition fausse"), tr("between begin and end", "entre début et fin"), tr("closed", "fermé"),
		tr("nothing heard", "rien reçu"), tr("no data", "pas de donnée"), tr("too few", "trop peu"), tr("rule removed", "règle retirée")} {
		reasonNames = append(reasonNames, m.say(name))
	}
	return panel{id: id, width: width, kind: kindTable, title: m.say(tr("All transitions, the newest first", "Toutes les transitions, la plus récente d'abord")),
		doc: m.say(tr("Every change of state of every alert, with why it came and the words of the alert.", "Chaque changement d'état de chaque alerte, avec son pourquoi et les mots de l'alerte.")),
		sql: fmt.Sprintf("SELECT at AS %s, rule AS %s, %s AS %s, transform(toString(state), [%s], [%s], toString(state)) AS %s, transform(toString(reason), [%s], [%s], toString(reason)) AS %s,\n  %s AS %s\n"+
			"FROM alerts FINAL\nWHERE centre = %s AND $__timeFilter(at)\nORDER BY at DESC, offset DESC, seq DESC\nLIMIT 200",
			alias(m.say(tr("When", "Quand"))), alias(m.say(tr("Rule", "Règle"))), m.placeText("scope", "id"), alias(m.say(tr("Of", "Sur"))),
			quoteAll(states), quoteAll(stateNames), alias(m.say(tr("Became", "Devient"))), quoteAll(reasons), quoteAll(reasonNames), alias(m.say(tr("Why", "Pourquoi"))),
			m.alertLine(), alias(m.say(tr("It says", "Elle dit"))), m.centre)}
}

// pipeline answers: can the numbers be trusted now?
func (m *maker) pipeline() board {
	seconds, count, perSecond := shown{unit: "s", decimals: 0, div: 1}, shown{unit: "none", div: 1}, shown{unit: "suffix:/s", decimals: 1, div: 1}
	same := func(en, fr string) indicator.Text { return tr(en, fr) }
	return board{id: "pipeline", folder: folderPipeline, from: "now-3h", refresh: "30s",
		title: tr("Pipeline health", "Santé de la chaîne"), question: tr("Can the numbers be trusted now?", "Peut-on se fier aux chiffres maintenant ?"),
		next: []string{"alerts"},
		rows: []row{
			{5, []panel{
				m.newProm(1, 4, same("Lag · records", "Retard · enregistrements"), same("Records of the log that are not digested yet, over all partitions.", "Enregistrements du journal qui ne sont pas encore digérés, toutes partitions."),
					atMost(1000, 20000), count, "sum(vigie_lag_records)"),
				m.newProm(2, 4, same("Clock behind", "Retard d'horloge"), same("How far the slowest partition's clock is behind this server's.", "De combien l'horloge de la partition la plus lente retarde sur celle du serveur."),
					atMost(10, 60), seconds, "max(time() - vigie_clock_seconds)"),
				m.newProm(3, 4, same("Partitions halted", "Partitions arrêtées"), same("Partitions whose log and store differ: a person must look.", "Partitions dont le journal et la base diffèrent : quelqu'un doit regarder."),
					atMost(0, 0), count, "sum(vigie_partition_halted)"),
				m.newProm(4, 4, same("Store behind", "Base en retard"), same("Partitions whose facts a second machine is writing because the store was away.", "Partitions dont une seconde machine écrit les faits, la base ayant été absente."),
					atMost(0, 1), count, "sum(vigie_store_behind)"),
				m.newProm(5, 4, same("Dead letters · 1 h", "Rebuts · 1 h"), same("Records of the last hour that gave no facts.", "Enregistrements de la dernière heure qui n'ont donné aucun fait."),
					atMost(0, 50), count, "sum(increase(vigie_dead_letters_total[1h]))"),
				m.newFreshness(6, 4),
			}},
			{7, []panel{
				m.newPromCurve(7, 12, same("Records digested", "Enregistrements digérés"), same("How many records of the log each partition digests in a second.", "Combien d'enregistrements du journal chaque partition digère par seconde."), perSecond,
					promQuery{"sum by (partition) (rate(vigie_records_total[$__rate_interval]))", "{{partition}}"}),
				m.newPromCurve(8, 12, same("Lag, by partition", "Retard, par partition"), same("Records of the log that wait to be digested, of each partition.", "Enregistrements du journal qui attendent d'être digérés, par partition."), count,
					promQuery{"max by (partition) (vigie_lag_records)", "{{partition}}"}),
			}},
			{7, []panel{
				m.newPromCurve(9, 12, same("Dead letters, by reason", "Rebuts, par raison"), same("Records that gave no facts, by the reason; they are kept in the topic of dead letters.", "Enregistrements qui n'ont donné aucun fait, par raison ; ils sont gardés dans le sujet des rebuts."), perSecond,
					promQuery{"sum by (reason) (rate(vigie_dead_letters_total[$__rate_interval]))", "{{reason}}"}),
				m.newPromCurve(10, 12, same("Facts waiting for the store", "Faits en attente de la base"), same("They are in memory until ClickHouse acknowledges them.", "Ils sont en mémoire jusqu'à ce que ClickHouse les confirme."), count,
					promQuery{"sum by (partition) (vigie_store_queued_facts)", "{{partition}}"}),
			}},
			{7, []panel{
				m.newPromCurve(11, 12, same("At the door", "À la porte"), same("What came in at the gateway, by outcome.", "Ce qui est entré par la passerelle, par issue."), perSecond,
					promQuery{"sum by (name, label) (rate(vigie_ingest_total[$__rate_interval]))", "{{name}} {{label}}"}),
				m.newPromCurve(12, 12, same("Writes that had to be repeated", "Écritures à répéter"), same("Attempts that failed and were made again, towards ClickHouse and Kafka.", "Essais qui ont échoué et ont été refaits, vers ClickHouse et Kafka."), perSecond,
					promQuery{"sum(rate(vigie_store_retries_total[$__rate_interval]))", "ClickHouse"}, promQuery{"sum(rate(vigie_publish_retries_total[$__rate_interval]))", "Kafka"}),
			}},
		}}
}
