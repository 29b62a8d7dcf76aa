// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

// outbound is the board of a team that calls out.
var outbound = Spec{Kind: KindOutbound,
	Curve: CurveSpec{Title: Text{En: "The day by quarters of an hour", Fr: "La journée par quart d'heure"}, Scope: AllCampaigns,
		Bars: Text{En: "useful contacts", Fr: "contacts utiles"}, Line: Text{En: "conversion", Fr: "transformation"}, Count: "useful_contacts", Rate: "conversion", Target: 1800},
	Rows: []RowSpec{
		{Size: "giant", Tiles: []TileSpec{
			{ID: "sales", Title: Text{En: "Sales today", Fr: "Ventes du jour"}, Indicator: "sales", Window: Today, Scope: OwnTeam},
			{ID: "pitched_per_hour", Title: Text{En: "Pitched per hour", Fr: "Argumentés / heure"}, Indicator: "pitched_per_hour", Window: Today, Scope: OwnTeam,
				Format: FormatPerHour, Judge: JudgeHigher, Limits: Limits{OK: 600, Watch: 500}},
			{ID: "conversion", Title: Text{En: "Conversion", Fr: "Transformation"}, Indicator: "conversion", Window: Today, Scope: OwnTeam,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 1800, Watch: 1400}, MinN: 30},
			{ID: "compliance", Title: Text{En: "Outside legal hours", Fr: "Hors plage légale"}, Indicator: "dials_out_of_window", Window: Today, Scope: AllCampaigns,
				Judge: JudgeLower, Limits: Limits{OK: 0, Watch: 0}, Hours: true,
				Details: []Detail{
					{Label: Text{En: "%s over the cap", Fr: "%s au-delà du plafond"}, Indicator: "dials_over_cap", HideZero: true},
					{Label: Text{En: "%s after a refusal", Fr: "%s après un refus"}, Indicator: "dials_in_refusal", HideZero: true},
					{Label: Text{En: "%s without a basis", Fr: "%s sans base légale"}, Indicator: "dials_no_basis", HideZero: true},
					{Label: Text{En: "%s checked", Fr: "%s contrôlés"}, Indicator: "dials_checked"}}},
		}},
		{Size: "large", Tiles: []TileSpec{
			{ID: "contact_rate", Title: Text{En: "Contact rate", Fr: "Joignabilité"}, Indicator: "contact_rate", Window: Today, Scope: AllCampaigns,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 3500, Watch: 2800}, MinN: 30},
			{ID: "human", Title: Text{En: "Human answer", Fr: "Décroché humain"}, Indicator: "connect_rate", Window: Last30m, Scope: AllCampaigns, Format: FormatPercent, MinN: 30},
			{ID: "list", Title: Text{En: "List validity", Fr: "Validité du fichier"}, Indicator: "list_validity", Window: Today, Scope: AllCampaigns,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 9200, Watch: 8800}, MinN: 30,
				Details: []Detail{{Label: Text{En: "worked %s", Fr: "traité %s"}, Indicator: "penetration", Format: FormatPercent}}},
			{ID: "dialler_abandon", Title: Text{En: "Dialler abandon", Fr: "Abandon automate"}, Indicator: "dialler_abandon", Window: Today, Scope: AllCampaigns,
				Format: FormatPercent, Judge: JudgeLower, Limits: Limits{OK: 100, Watch: 300}, MinN: 30},
			{ID: "follow_ups", Title: Text{En: "Follow-ups", Fr: "Relances promises"}, Indicator: "follow_ups", Window: Today, Scope: OwnTeam},
		}},
		{Size: "large", Tiles: []TileSpec{states,
			{ID: "revenue", Title: Text{En: "Revenue", Fr: "Chiffre d'affaires"}, Indicator: "revenue_gross", Window: Today, Scope: OwnTeam, Format: FormatMoney,
				Details: []Detail{{Label: Text{En: "gross; net %s", Fr: "brut ; net %s"}, Indicator: "revenue_net", Format: FormatMoney}}},
			{ID: "cancellations", Title: Text{En: "Cancellations", Fr: "Annulations"}, Indicator: "cancellation_rate", Window: FourWeeks, Scope: OwnTeam,
				Format: FormatPercent, Judge: JudgeLower, Limits: Limits{OK: 600, Watch: 900}, MinN: 30},
			{ID: "listenings", Title: Text{En: "Listenings", Fr: "Écoutes"}, Indicator: "quality_score", Window: FourWeeks, Scope: OwnTeam,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 9500, Watch: 9000}},
			{ID: "revenue_per_hour", Title: Text{En: "Net per hour", Fr: "Net par heure"}, Indicator: "revenue_per_hour", Window: Today, Scope: OwnTeam, Format: FormatMoney},
		}},
		{Size: "normal", Tiles: []TileSpec{occupancy}},
	}}

// specs lists all boards.
var specs = []*Spec{&overview, &inbound, &backOffice, &outbound}

// HistoryMeasures lists the measures that the boards read of the past: those of the curves, and of the windows of days.
func HistoryMeasures(c *indicator.Catalogue) []indicator.Measure {
	var list []indicator.Measure
	add := func(id string) {
		if ind, known := c.Lookup(id); known {
			list = append(list, ind.Measures()...)
		}
	}
	for _, s := range specs {
		add(s.Curve.Count)
		add(s.Curve.Rate)
		for _, row := range s.Rows {
			for i := range row.Tiles {
				if row.Tiles[i].Window.days() > 0 {
					add(row.Tiles[i].Indicator)
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// TileIDs lists the tiles whose limits a site may set.
func TileIDs() []string {
	var ids []string
	for _, s := range specs {
		for _, row := range s.Rows {
			for i := range row.Tiles {
				ids = append(ids, row.Tiles[i].ID)
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
