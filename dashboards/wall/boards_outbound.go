// SPDX-License-Identifier: Apache-2.0

package wall

import (
	"maps"
	"slices"

	"github.com/vigie-kpi/vigie/indicator"
)

// outbound is the board of a team that calls out.
var outbound = Spec{Kind: KindOutbound,
	Curve: CurveSpec{Title: Text{En: "Pitched and won by the hour", Fr: "Argumentés et gagnés par heure"}, Scope: AllCampaigns, Hourly: true,
		Bars: Text{En: "pitched", Fr: "argumentés"}, Inner: Text{En: "won", Fr: "gagnés"}, Line: Text{En: "conversion", Fr: "transformation"},
		Count: "useful_contacts", Rate: "conversion", Target: 1800, Legal: Text{En: "hours in which one may call", Fr: "plage légale"}},
	Rows: []RowSpec{
		{Size: "giant", Tiles: []TileSpec{
			{ID: "sales", Title: Text{En: "Sales today", Fr: "Ventes du jour"}, Indicator: "sales", Window: Today, Scope: OwnTeam,
				Extra: ExtraPace, Limits: Limits{OK: 10_000, Watch: 8500}},
			{ID: "pitched_per_hour", Title: Text{En: "Pitched per hour", Fr: "Argumentés / heure"}, Indicator: "pitched_per_hour", Window: Today, Scope: OwnTeam,
				Format: FormatPerHour, Judge: JudgeHigher, Limits: Limits{OK: 600, Watch: 500}},
			{ID: "conversion", Title: Text{En: "Conversion", Fr: "Transformation"}, Indicator: "conversion", Window: Today, Scope: OwnTeam,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 1800, Watch: 1400}, MinN: 30},
			{ID: "compliance", Title: Text{En: "Unlawful dials", Fr: "Appels illégaux"}, Indicator: "dials_unlawful", Window: Today, Scope: AllCampaigns,
				Judge: JudgeLower, Limits: Limits{OK: 0, Watch: 0}, Hours: true,
				Aside: &Detail{Label: Text{En: "%s held back", Fr: "%s refusés avant appel"}, Indicator: "dials_held_back", HideZero: true},
				Details: []Detail{
					{Label: Text{En: "%s outside hours", Fr: "%s hors plage"}, Indicator: "dials_out_of_window", HideZero: true},
					{Label: Text{En: "%s over the cap", Fr: "%s au-delà du plafond"}, Indicator: "dials_over_cap", HideZero: true},
					{Label: Text{En: "%s after a refusal", Fr: "%s après un refus"}, Indicator: "dials_in_refusal", HideZero: true},
					{Label: Text{En: "%s without a basis", Fr: "%s sans base légale"}, Indicator: "dials_no_basis", HideZero: true}}},
		}},
		{Size: "large", Tiles: []TileSpec{
			{ID: "contact_rate", Title: Text{En: "Contact rate", Fr: "Joignabilité"}, Indicator: "contact_rate", Window: Today, Scope: AllCampaigns,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 3500, Watch: 2800}, MinN: 30},
			{ID: "human", Title: Text{En: "Human answer", Fr: "Décroché humain"}, Indicator: "connect_rate", Window: Last30m, Scope: AllCampaigns, Format: FormatPercent, MinN: 30,
				Extra: ExtraOwnPast, Limits: Limits{OK: -1500, Watch: -3000}},
			{ID: "list", Title: Text{En: "List validity", Fr: "Validité fichier"}, Indicator: "list_validity", Window: Today, Scope: AllCampaigns,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 9200, Watch: 8800}, MinN: 30, Brief: true, Extra: ExtraList},
			{ID: "dialler_abandon", Title: Text{En: "Dialler abandon", Fr: "Abandon automate"}, Indicator: "dialler_abandon", Window: Today, Scope: AllCampaigns,
				Format: FormatPercent, Judge: JudgeLower, Limits: Limits{OK: 100, Watch: 300}, MinN: 30},
			{ID: "follow_ups", Title: Text{En: "Late follow-ups", Fr: "Relances en retard"}, Gauge: "follow_ups_overdue", Window: Now, Scope: AllCampaigns,
				Judge: JudgeLower, Limits: Limits{OK: 0, Watch: 3}, Details: []Detail{
					{Label: Text{En: "%s to make now", Fr: "%s à faire maintenant"}, Gauge: "follow_ups_pending"},
					{Label: Text{En: "%s promised today", Fr: "%s promises ce jour"}, Indicator: "follow_ups", Window: Today}}},
		}},
		{Size: "large", Tiles: []TileSpec{states,
			{ID: "revenue", Title: Text{En: "Revenue", Fr: "Chiffre d'affaires"}, Indicator: "revenue_gross", Window: Today, Scope: OwnTeam, Format: FormatMoney,
				Details: []Detail{{Label: Text{En: "gross; net %s", Fr: "brut ; net %s"}, Indicator: "revenue_net", Format: FormatMoney},
					{Label: Text{En: "%s/h", Fr: "%s/h"}, Indicator: "revenue_per_hour", Format: FormatMoney}}},
			{ID: "cancellations", Title: Text{En: "Cancellations", Fr: "Annulations"}, Indicator: "cancellation_rate", Window: Fortnight, Scope: OwnTeam,
				Format: FormatPercent, Judge: JudgeLower, Limits: Limits{OK: 600, Watch: 900}, MinN: 30},
			{ID: "listenings", Title: Text{En: "Compliant calls", Fr: "Écoutes conf."}, Indicator: "compliant_rate", Window: FourWeeks, Scope: OwnTeam,
				Format: FormatPercent, Judge: JudgeHigher, Limits: Limits{OK: 9500, Watch: 9000}},
			{ID: "production", Title: Text{En: "Production", Fr: "Production"}, Indicator: "production_ms", Window: Today, Scope: OwnTeam, Format: FormatHours,
				Details: []Detail{{Label: Text{En: "of %s planned", Fr: "sur %s planifiées"}, Indicator: "planned_productive_ms", Format: FormatHours}}},
		}},
		{Size: "normal", Tiles: []TileSpec{
			{ID: "challenge", Title: Text{En: "Team challenge", Fr: "Défi d'équipe"}, Window: Today, Scope: OwnTeam, Extra: ExtraChallenge},
			occupancy}},
	}}

// specs lists all boards.
var specs = []*Spec{&overview, &inbound, &backOffice, &outbound}

// Needs are the measures that the boards read of the past.
type Needs struct {
	Quarters []indicator.Measure              // of each quarter of this day, and of the same weekday before
	Long     map[LongNeed][]indicator.Measure // of all days of a window together
}

// LongNeed is a window of days and a kind of scope of which something is read.
type LongNeed struct {
	Window Window
	Kind   indicator.ScopeKind
}

// kindsOf are the kinds of scope that a rule resolves to.
func kindsOf(rule ScopeRule) []indicator.ScopeKind {
	switch rule {
	case OwnTeam:
		return []indicator.ScopeKind{indicator.ScopeCentre, indicator.ScopeTeam}
	case AllCampaigns:
		return []indicator.ScopeKind{indicator.ScopeCampaign}
	}
	return []indicator.ScopeKind{indicator.ScopeQueue}
}

// extraNeeds are the indicators that extras read over windows of days.
var extraNeeds = map[Extra]map[Window][]string{
	ExtraStock:   {LastWeek: {"days_of_stock"}},
	ExtraList:    {LastWeek: {"penetration"}, ListLife: {"penetration"}},
	ExtraOwnPast: {Fortnight: {"connect_rate"}},
}

// guardWindow is over how long a quality guard is looked at.
const guardWindow = FourWeeks

// NeedsOf lists what the boards read of the past: for the curves, and for the windows of days.
func NeedsOf(c *indicator.Catalogue) Needs {
	n := Needs{Long: map[LongNeed][]indicator.Measure{}}
	measures := func(id string) []indicator.Measure {
		if ind, known := c.Lookup(id); known {
			return ind.Measures()
		}
		return nil
	}
	long := func(w Window, rule ScopeRule, id string) {
		list := measures(id)
		if w.Days() == 0 || len(list) == 0 {
			return
		}
		for _, kind := range kindsOf(rule) {
			need := LongNeed{w, kind}
			n.Long[need] = append(n.Long[need], list...)
		}
	}
	for _, s := range specs {
		n.Quarters = append(append(n.Quarters, measures(s.Curve.Count)...), measures(s.Curve.Rate)...)
		if b := s.Curve.Burn; b != nil {
			n.Quarters = append(append(append(n.Quarters, measures(b.Done)...), measures(b.Arrived)...), stockMeasures...)
		}
		for _, row := range s.Rows {
			for i := range row.Tiles {
				tile := &row.Tiles[i]
				long(tile.Window, tile.Scope, tile.Indicator)
				for _, d := range tile.Details {
					long(d.Window, tile.Scope, d.Indicator)
				}
				if d := tile.Aside; d != nil {
					long(d.Window, tile.Scope, d.Indicator)
				}
				if tile.Judge == JudgeReference {
					long(referenceWindow, tile.Scope, tile.Indicator)
				}
				for _, w := range slices.Sorted(maps.Keys(extraNeeds[tile.Extra])) {
					for _, id := range extraNeeds[tile.Extra][w] {
						long(w, tile.Scope, id)
						if tile.Extra == ExtraOwnPast {
							need := LongNeed{w, indicator.ScopeLine}
							n.Long[need] = append(n.Long[need], measures(id)...)
						}
					}
				}
			}
		}
	}
	for _, id := range guards {
		long(guardWindow, OwnTeam, id)
	}
	n.Quarters = sorted(n.Quarters)
	//deterministic: each by itself.
	for need, list := range n.Long {
		n.Long[need] = sorted(list)
	}
	return n
}

func sorted(list []indicator.Measure) []indicator.Measure {
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
