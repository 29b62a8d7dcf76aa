// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"strconv"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/event"
)

// Definer checks a centre's own indicators, which it is given as their file's name and text. It returns what a target must
// respect of each, or everything that is wrong. This package knows no formula; who calls Read does.
type Definer func(name string, text []byte) ([]Indicator, Problems)

// readIndicators reads the centre's own indicators. The catalogue judges them first, because it knows what is wrong with a
// formula and where; what it takes, this package can read.
func (r *reader) readIndicators(s *source) {
	if r.options.Define != nil {
		own, problems := r.options.Define(s.name, s.text)
		if len(problems) > 0 {
			r.problems = append(r.problems, problems...)
			// Targets and rules may name one of these: that it does not exist would be said beside why.
			r.options.Indicators, r.options.CheckRule = nil, nil
			return
		}
		r.options.Indicators = append(append([]Indicator(nil), r.options.Indicators...), own...)
	}
	for _, e := range s.list(indicatorFields) {
		i := event.IndicatorConfig{ID: e.text("id"), Kind: e.text("kind"), Formula: e.text("formula"), Unit: e.text("unit"), Better: e.text("better"),
			Controllable: e.text("controllable"), MinSample: e.count("min_n"), ProvisionalDays: e.count("provisional_days"), OverDays: e.count("over_days"),
			Name: e.textByLanguage("name"), Doc: e.textByLanguage("doc"), Traps: e.textByLanguage("traps"), Switches: e.switches("switches")}
		for _, scope := range e.texts("scopes") {
			i.Scopes = append(i.Scopes, scope.value)
		}
		r.declare("indicators.yaml", e, "id", i.ID, i.ID, giveOnce)
		e.check(i.Validate())
		r.org.Indicators = append(r.org.Indicators, i)
	}
}

// count reads a whole number, 0 or more.
func (e *entry) count(key string) int64 {
	text := e.text(key)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		e.fail(key, "found %s, write a whole number, 0 or more", quoted(text))
		return 0
	}
	return n
}

// textByLanguage reads {en: ..., fr: ...}.
func (e *entry) textByLanguage(key string) map[string]string {
	texts := map[string]string{}
	e.each(key, "in two languages, as in {en: ..., fr: ...}", func(language, text string) { texts[language] = text })
	if len(texts) == 0 {
		return nil
	}
	return texts
}

// switches reads {name: 0 or 1, ...}.
func (e *entry) switches(key string) map[string]int64 {
	values := map[string]int64{}
	e.each(key, "a mapping of names to 0 or 1", func(name, text string) {
		if text != "0" && text != "1" {
			e.fail(key, "%s: found %s, write 0 or 1", name, quoted(text))
			return
		}
		values[name] = int64(text[0] - '0')
	})
	if len(values) == 0 {
		return nil
	}
	return values
}

// each calls take for each pair of a mapping of single values, in its order.
func (e *entry) each(key, wanted string, take func(key, value string)) {
	n := e.fields[key]
	if n == nil {
		return
	}
	if n.Kind != yaml.MappingNode {
		e.fail(key, "give it %s", wanted)
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		value := resolved(n.Content[i+1])
		if value.Kind != yaml.ScalarNode {
			e.fail(key, "%s must be a single value", quoted(n.Content[i].Value))
			return
		}
		take(n.Content[i].Value, value.Value)
	}
}
