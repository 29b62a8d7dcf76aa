// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"

	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// defineIndicators judges a centre's own indicators, as the organisation's reader asks.
func defineIndicators(name string, text []byte) ([]organisation.Indicator, organisation.Problems) {
	catalogue, err := indicator.Load()
	if err != nil {
		return nil, organisation.Problems{{Place: organisation.Place{File: name}, Text: err.Error()}}
	}
	known := len(catalogue.Indicators())
	with, err := catalogue.With(indicator.Source{Name: name, YAML: text})
	var wrong indicator.Problems
	if errors.As(err, &wrong) {
		var problems organisation.Problems
		for _, p := range wrong {
			text := p.Text
			if p.ID != "" {
				text = p.ID + ": " + text
			}
			problems = append(problems, &organisation.Problem{Place: organisation.Place(p.Place), Text: text})
		}
		return nil, problems
	}
	if err != nil {
		return nil, organisation.Problems{{Place: organisation.Place{File: name}, Text: err.Error()}}
	}
	return targetIndicators(with.Indicators()[known:]), nil
}
