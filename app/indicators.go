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
	return withOwn(o.ID, o.Objects())
}

// withOwn is the catalogue with what the objects of a centre's configuration define.
func withOwn(centre string, objects []event.ConfigObject) (*indicator.Catalogue, error) {
	c, err := builtIn()
	if err != nil {
		return nil, err
	}
	return c.WithOwn(centre, objects)
}

// definer judges what names indicators, for the reader of an organisation: the centre's own first, then its rules.
type definer struct{ catalogue *indicator.Catalogue }

// define judges the centre's own indicators, and knows them from then on.
func (d *definer) define(name string, text []byte) ([]organisation.Indicator, organisation.Problems) {
	with, err := d.catalogue.With(indicator.Source{Name: name, YAML: text})
	var wrong indicator.Problems
	if err != nil && !errors.As(err, &wrong) {
		wrong = indicator.Problems{{Place: organisation.Place{File: name}, Text: err.Error()}}
	}
	if err != nil {
		return nil, wrong
	}
	own := with.Indicators()[len(d.catalogue.Indicators()):]
	if clashes := checkMetrics(name, own); clashes != nil {
		return nil, clashes
	}
	d.catalogue = with
	return targetIndicators(own), nil
}

// checkRule says what is wrong with a rule, as the machine will compile it, and what it cannot mean.
func (d *definer) checkRule(r event.RuleConfig) []organisation.RuleFault {
	rule, err := alerts.Compile(d.catalogue, r)
	list := alerts.FaultsOf(err)
	if err == nil {
		list = rule.Doubts()
	}
	var faults []organisation.RuleFault
	for _, f := range list {
		faults = append(faults, organisation.RuleFault{Key: f.Key, Text: f.Text})
	}
	return faults
}
