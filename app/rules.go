// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"sync"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// ruleCatalogue is the catalogue that rules are compiled with.
var ruleCatalogue = sync.OnceValues(func() (*indicator.Catalogue, error) { return indicator.Load() })

// compileRule compiles a rule as the machine will.
func compileRule(r event.RuleConfig) (*alerts.Rule, error) {
	catalogue, err := ruleCatalogue()
	if err != nil {
		return nil, fmt.Errorf("loading the indicators: %w", err)
	}
	return alerts.Compile(catalogue, r)
}

// checkRule says what is wrong with a rule, for whoever reads the files.
func checkRule(r event.RuleConfig) []organisation.RuleFault {
	_, err := compileRule(r)
	var faults []organisation.RuleFault
	for _, f := range alerts.FaultsOf(err) {
		faults = append(faults, organisation.RuleFault{Key: f.Key, Text: f.Text})
	}
	return faults
}
