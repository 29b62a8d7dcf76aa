// SPDX-License-Identifier: Apache-2.0

package app

import (
	"errors"
	"fmt"
	"sync"

	"github.com/vigie-kpi/vigie/alerts"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// builtIn is the catalogue that every centre has.
var builtIn = sync.OnceValues(func() (*indicator.Catalogue, error) {
	c, err := indicator.Load()
	if err != nil {
		return nil, fmt.Errorf("loading the indicators: %w", err)
	}
	return c, nil
})

// CatalogueOf is the catalogue of an organisation: the indicators that every centre has, and its own.
func CatalogueOf(o *organisation.Organisation) (*indicator.Catalogue, error) {
	c, err := builtIn()
	if err != nil {
		return nil, err
	}
	return c.WithOwn(o.ID, o.Objects())
}

// definer judges what names indicators, for the reader of an organisation: the centre's own first, then its rules.
type definer struct{ catalogue *indicator.Catalogue }

// define judges the centre's own indicators, and knows them from then on.
func (d *definer) define(name string, text []byte) ([]organisation.Indicator, organisation.Problems) {
	with, err := d.catalogue.With(indicator.Source{Name: name, YAML: text})
	var wrong indicator.Problems
	switch {
	case errors.As(err, &wrong):
		var problems organisation.Problems
		for _, p := range wrong {
			text := p.Text
			if p.ID != "" {
				text = p.ID + ": " + text
			}
			problems = append(problems, &organisation.Problem{Place: organisation.Place(p.Place), Text: text})
		}
		return nil, problems
	case err != nil:
		return nil, organisation.Problems{{Place: organisation.Place{File: name}, Text: err.Error()}}
	}
	own := with.Indicators()[len(d.catalogue.Indicators()):]
	d.catalogue = with
	return targetIndicators(own), nil
}

// checkRule says what is wrong with a rule, as the machine will compile it.
func (d *definer) checkRule(r event.RuleConfig) []organisation.RuleFault {
	_, err := alerts.Compile(d.catalogue, r)
	var faults []organisation.RuleFault
	for _, f := range alerts.FaultsOf(err) {
		faults = append(faults, organisation.RuleFault{Key: f.Key, Text: f.Text})
	}
	return faults
}
