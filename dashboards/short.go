// SPDX-License-Identifier: Apache-2.0

package dashboards

import "github.com/vigie-kpi/vigie/indicator"

// shortNames stand for names of the catalogue that do not fit the title of a panel or the head of a column. The panel's
// explanation begins with what the catalogue says in full.
var shortNames = map[string]indicator.Text{
	"waiting":                  tr("Waiting", "En attente"),
	"longest_wait":             tr("Longest wait", "Attente la plus longue"),
	"sl_live":                  tr("Live service level", "NS en direct"),
	"service_level":            tr("Service level", "NS contractuel"),
	"answer_rate_settled":      tr("Answer rate", "Taux de décroché"),
	"abandon_rate_net":         tr("Net abandons", "Abandons nets"),
	"asa":                      tr("Mean wait", "Attente moyenne"),
	"avg_abandon_time":         tr("Wait of abandoned", "Attente des abandons"),
	"wait_p90":                 tr("Wait p90", "Attente p90"),
	"aht":                      tr("AHT", "DMT"),
	"avg_talk":                 tr("Talk", "Conversation"),
	"avg_wrap":                 tr("After-call", "Post-appel"),
	"missed_rate":              tr("Missed offers", "Non-décrochés"),
	"conformance":              tr("Conformance", "Conformité"),
	"shrinkage":                tr("Shrinkage", "Improductif"),
	"absence_rate":             tr("Absence", "Absence"),
	"short_gap_rate":           tr("Short gaps", "Sans répit"),
	"occupancy":                tr("Occupancy", "Occupation"),
	"csat":                     tr("Satisfaction", "Satisfaction"),
	"ces_easy_rate":            tr("Found it easy", "Effort faible"),
	"quality_score":            tr("Quality", "Qualité"),
	"response_rate":            tr("Survey response", "Taux de réponse"),
	"fcr_7d":                   tr("FCR 7 days", "Résolu 1er contact 7 j"),
	"critical_rate_customer":   tr("Critical: customer", "Critique : client"),
	"critical_rate_compliance": tr("Critical: compliance", "Critique : conformité"),
	"transfer_rate":            tr("Transfers", "Transferts"),
	"help_rate":                tr("Helped", "Aidés"),
	"conversion":               tr("Conversion", "Transformation"),
	"conversion_records":       tr("Won per record", "Gagné par fiche"),
	"contact_rate":             tr("Contact rate", "Joignabilité"),
	"connect_rate":             tr("Human answer", "Décroché humain"),
	"pitched_per_hour":         tr("Pitched per hour", "Argumentés par heure"),
	"list_validity":            tr("List validity", "Validité du fichier"),
	"penetration":              tr("List penetration", "Fichier épuisé"),
	"dial_human":               tr("Human answers", "Décrochés humains"),
	"pitched_won":              tr("Won", "Gagnés"),
	"useful_contacts":          tr("Useful contacts", "Contacts utiles"),
	"dialler_abandon":          tr("Dialler abandon", "Abandon automate"),
	"cancellation_rate":        tr("Cancellations", "Annulations"),
	"revenue_gross":            tr("Gross revenue", "CA brut"),
	"revenue_net":              tr("Net revenue", "CA net"),
	"revenue_per_hour":         tr("Net revenue/hour", "CA net par heure"),
	"on_time":                  tr("On time", "Dans le délai"),
	"items_parked":             tr("Waiting for others", "En attente de tiers"),
	"follow_ups_overdue":       tr("Late follow-ups", "Relances en retard"),
	"items_overdue":            tr("Overdue", "En retard"),
	"items_created":            tr("In", "Entrées"),
	"items_solved":             tr("Solved", "Sorties"),
	"backlog":                  tr("Backlog", "Stock"),
	"oldest_item":              tr("Oldest", "Plus ancien"),
	"first_reply_p90":          tr("First reply p90", "Première réponse p90"),
	"resolution_business":      tr("Resolution", "Résolution"),
	"reopen_rate":              tr("Reopened", "Réouvertures"),
	"complaint_ack_rate":       tr("Complaints acknowledged", "Réclam. accusées"),
	"complaint_reply_rate":     tr("Complaints answered", "Réclam. répondues"),
	"dials_out_of_window":      tr("Out of hours", "Hors plage"),
	"dials_no_basis":           tr("No legal basis", "Sans base légale"),
	"dials_over_cap":           tr("Over the cap", "Au-delà du plafond"),
	"dials_in_refusal":         tr("After a refusal", "Après un refus"),
	"dials_cli_refused":        tr("Number refused", "Numéro refusé"),
	"dials_unverifiable":       tr("Unverifiable", "Invérifiables"),
	"dial_check_disagreed":     tr("Check disagreed", "Contrôle en désaccord"),
	"advisors_on_contact":      tr("On contact", "En ligne"),
	"advisors_available":       tr("Available", "Disponibles"),
	"advisors_ringing":         tr("Ringing", "En sonnerie"),
	"advisors_wrapping":        tr("After-call", "Post-appel"),
	"advisors_paused":          tr("Paused, other", "Pause, autre"),
	"utilisation":              tr("Utilisation", "Utilisation"),
	"paid_ms":                  tr("Paid", "Payées"),
	"logged_ms":                tr("Logged in", "Loguées"),
}

// name is the name of an indicator on a board.
func (m *maker) name(ind *indicator.Indicator) string {
	if short, ok := shortNames[ind.ID]; ok {
		return m.say(short)
	}
	return m.say(ind.Name)
}
