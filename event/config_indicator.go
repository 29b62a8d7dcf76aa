// SPDX-License-Identifier: Apache-2.0

package event

import (
	"maps"
	"slices"
)

// Limits on an indicator of a centre's own.
const (
	MaxIndicatorTextBytes = 4000 // a formula or a doc: a page
	maxIndicatorWords     = 64   // scopes or switches
)

// Languages lists the languages of texts for people.
var Languages = []string{"en", "fr"}

// IndicatorConfig is the data of config.indicator: one indicator that a centre defines itself, an entry of the catalogue
// as JSON. Nothing that is counted depends on it: it is read by whoever evaluates indicators. Whether its formula can be
// computed is for those to say who know the measures.
type IndicatorConfig struct {
	ID              string            `json:"id" required:"true" doc:"Its stable name."`
	Kind            string            `json:"kind" required:"true" doc:"What it is computed from, as in the catalogue; term for a named part of formulas."`
	Name            map[string]string `json:"name,omitempty" keys:"languages" doc:"What people call it, by language."`
	Formula         string            `json:"formula" required:"true" doc:"The formula, over measures, gauges and other indicators."`
	Switches        map[string]int64  `json:"switches,omitempty" doc:"Constants of the formula, 0 or 1."`
	Unit            string            `json:"unit,omitempty" doc:"Its unit."`
	Better          string            `json:"better,omitempty" doc:"Which way it gets better."`
	Scopes          []string          `json:"scopes,omitempty" doc:"Kinds of scope in which it is shown."`
	Controllable    string            `json:"controllable,omitempty" doc:"Who can move it."`
	MinSample       int64             `json:"min_n,omitempty" doc:"Number of cases below which no gap is given."`
	ProvisionalDays int64             `json:"provisional_days,omitempty" doc:"For how many days a value may still change."`
	OverDays        int64             `json:"over_days,omitempty" doc:"Number of days over which measures are added up beside a gauge."`
	Doc             map[string]string `json:"doc,omitempty" keys:"languages" doc:"What it counts, by language."`
	Traps           map[string]string `json:"traps,omitempty" keys:"languages" doc:"Where it misleads, by language."`
}

// ParseIndicatorConfig reads and validates the data of config.indicator.
func ParseIndicatorConfig(data []byte) (IndicatorConfig, error) {
	return parseAs[IndicatorConfig](data)
}

// Validate says whether the indicator has a form that can be read; the formula itself is not looked at.
func (i *IndicatorConfig) Validate() error {
	return firstFault(
		checkName("id", i.ID, true),
		checkName("kind", i.Kind, true),
		checkWords("formula", i.Formula, true),
		checkTexts("name", i.Name),
		checkTexts("doc", i.Doc),
		checkTexts("traps", i.Traps),
		i.checkSwitches(),
		checkName("unit", i.Unit, false),
		checkName("better", i.Better, false),
		i.checkScopes(),
		checkName("controllable", i.Controllable, false),
		checkNumber("min_n", i.MinSample, 0, MaxConfigVersion),
		checkNumber("provisional_days", i.ProvisionalDays, 0, MaxConfigVersion),
		checkNumber("over_days", i.OverDays, 0, MaxConfigVersion),
	)
}

func (i *IndicatorConfig) checkSwitches() *FieldError {
	if n := len(i.Switches); n > maxIndicatorWords {
		return refuseData("switches", ReasonOutOfRange, "found %d, at most %d are allowed", n, maxIndicatorWords)
	}
	for _, name := range slices.Sorted(maps.Keys(i.Switches)) {
		if err := firstError(checkName("switches", name, true), checkNumber("switches."+name, i.Switches[name], 0, 1)); err != nil {
			return err
		}
	}
	return nil
}

func (i *IndicatorConfig) checkScopes() *FieldError {
	if n := len(i.Scopes); n > maxIndicatorWords {
		return refuseData("scopes", ReasonOutOfRange, "found %d, at most %d are allowed", n, maxIndicatorWords)
	}
	for _, scope := range i.Scopes {
		if err := checkName("scopes", scope, true); err != nil {
			return err
		}
	}
	return nil
}

// checkTexts checks a text in several languages.
func checkTexts(member string, texts map[string]string) *FieldError {
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		if err := firstError(checkWord(member, language, Languages), checkWords(member+"."+language, texts[language], false)); err != nil {
			return err
		}
	}
	return nil
}

// checkWords checks a text of several words and lines.
func checkWords(member, text string, required bool) *FieldError {
	switch {
	case text == "" && required:
		return refuseData(member, ReasonMissing, "missing; give it")
	case len(text) > MaxIndicatorTextBytes:
		return refuseData(member, ReasonTooLong, "%d bytes long, at most %d are allowed", len(text), MaxIndicatorTextBytes)
	}
	return nil
}
