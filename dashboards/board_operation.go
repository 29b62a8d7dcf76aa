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
	rule, fired, scopes, latest := m.say(tr("Rule", "Règle")), m.say(tr("Times fired", "Déclenchements")), m.say(tr("Places", "Lieux")), m.say(tr("Latest", "Dernière"))
	count := shown{unit: "none", div: 1}
	return board{id: "alerts", folder: folderTeam, from: "now-7d", refresh: "1m",
		title: tr("Alerts and their noise", "Alertes et leur bruit"), question: tr("What fires now, and which rules cry too often to be heard?", "Qu'est-ce qui sonne, et quelles règles sonnent trop pour être entendues ?"),
		next: []string{"queue", "team", "pipeline"},
		rows: []row{
			{7, []panel{m.newAlerts(1, 20, 20), m.newFreshness(2, 4)}},
			{9, []panel{
				{id: 3, width: 12, kind: kindTable, title: m.say(tr("How often each rule fired", "Combien de fois chaque règle a sonné")),
					doc: m.say(tr("A rule that fires often and changes nothing that anybody does should be changed or dropped.", "Une règle qui sonne souvent sans que personne n'agisse est à changer ou à retirer.")),
					sql: fmt.Sprintf("SELECT rule AS %s, count() AS %s, uniqExact(scope, id) AS %s, max(at) AS %s\n%s\nGROUP BY rule\nORDER BY count() DESC, rule",
						alias(rule), alias(fired), alias(scopes), alias(latest), firing)},
				{id: 4, width: 12, kind: kindCurve, unit: count, title: m.say(tr("Alerts that began to fire, by day", "Alertes déclenchées, par jour")),
					doc: m.say(tr("Each alert counts once, when it begins to fire.", "Chaque alerte compte une fois, quand elle se déclenche.")),
					sql: fmt.Sprintf("SELECT toStartOfDay(at, %s) AS time, count() AS %s\n%s\nGROUP BY time\nORDER BY time", quote(m.o.Centre.Zone), alias(fired), firing)},
			}},
			{9, []panel{{id: 5, width: 24, kind: kindTable, title: m.say(tr("All transitions, the newest first", "Toutes les transitions, la plus récente d'abord")),
				doc: m.say(tr("Every change of state of every alert, with the numbers that made it.", "Chaque changement d'état de chaque alerte, avec les nombres qui l'ont fait.")),
				sql: fmt.Sprintf("SELECT at, rule, concat(scope, ' ', id) AS scope_id, state, reason, numerator, denominator\nFROM alerts FINAL\nWHERE centre = %s AND $__timeFilter(at)\nORDER BY at DESC, offset DESC, seq DESC\nLIMIT 200", m.centre)}}},
		}}
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
