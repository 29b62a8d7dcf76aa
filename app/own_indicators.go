// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/vigie-kpi/vigie/event"
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

// ownSource is the source of a centre's published indicators. The data of config.indicator is an entry of the catalogue as
// JSON, and JSON is YAML, so a list of them is a source like a file.
func ownSource(centre string, objects []event.ConfigObject) (source indicator.Source, some bool) {
	var text bytes.Buffer
	text.WriteString("[")
	for _, o := range objects {
		if o.Type != event.ConfigIndicator {
			continue
		}
		if some {
			text.WriteString(",\n ")
		}
		text.Write(o.Data)
		some = true
	}
	text.WriteString("]\n")
	return indicator.Source{Name: centre + "/own.yaml", YAML: text.Bytes()}, some
}

// withOwn is the catalogue with a centre's own indicators; the catalogue itself when it has none.
func withOwn(catalogue *indicator.Catalogue, centre string, objects []event.ConfigObject) (*indicator.Catalogue, error) {
	source, some := ownSource(centre, objects)
	if !some {
		return catalogue, nil
	}
	with, err := catalogue.With(source)
	if err != nil {
		return nil, fmt.Errorf("the indicators that centre %s defines itself: %w", centre, err)
	}
	return with, nil
}
