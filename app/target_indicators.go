// SPDX-License-Identifier: Apache-2.0

package app

import (
	"slices"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// handleTimes are the indicators that a hasty advisor improves at the customer's expense.
var handleTimes = []string{"aht", "aht_contact", "load_aht", "avg_talk", "avg_hold", "avg_hold_held", "avg_wrap"}

// qualities are the indicators that may guard a target that is reached at the expense of something.
var qualities = []string{"quality_score", "compliant_rate", "csat", "csat_mean", "nps", "ces", "fcr_declared", "fcr_7d", "repeat_rate_7d", "transfer_rate", "complaint_rate",
	"cancellation_rate"}

// TargetIndicators are the indicators on which targets may be set, as organisation must know them.
func TargetIndicators() ([]organisation.Indicator, error) {
	catalogue, err := builtIn()
	if err != nil {
		return nil, err
	}
	return targetIndicators(catalogue.Indicators()), nil
}

// targetIndicators says what a target must respect of each of the indicators.
func targetIndicators(indicators []*indicator.Indicator) []organisation.Indicator {
	var all []organisation.Indicator
	for _, i := range indicators {
		in := organisation.Indicator{ID: i.ID, Unit: i.Unit.String(), ByAdvisor: i.Controllable == indicator.ControllableAdvisor, Better: i.Better.String()}
		switch {
		case i.FromSums():
			in.OnBoards = organisation.BoardsPast
		case i.Kind == indicator.KindSampled && i.OfState():
			in.OnBoards = organisation.BoardsNow
		}
		for k := range indicator.NumScopeKinds {
			if kind := indicator.ScopeKind(k); i.Scopes.Has(kind) {
				in.Scopes = append(in.Scopes, kind.String())
			}
		}
		switch {
		case i.Live():
			in.Windows = event.RuleWindows
		case i.Kind == indicator.KindSampled && i.OfState():
			in.Windows = []string{organisation.NowWindow}
		}
		all = append(all, in)
	}
	for i := range all {
		all[i].HandleTime, all[i].Quality = slices.Contains(handleTimes, all[i].ID), slices.Contains(qualities, all[i].ID)
	}
	return all
}
