// SPDX-License-Identifier: Apache-2.0

package alerts

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"text/template"
	"unicode/utf8"

	"github.com/vigie-kpi/vigie/indicator"
)

// texts are the templates of one language.
type texts struct{ summary, description, short *template.Template }

// maxShortSigns is what a third of a wall has room for in one line.
const maxShortSigns = 48

// words is what a template may name.
type words struct {
	Rule, Centre, ScopeKind, Scope string
	// Value is what the rule shows, with its unit, in the language of the text; a dash when it has none.
	Value string
	// Limit is the rule's limit for the scope, Window and For are its window and how long the condition holds.
	Limit, Window, For string
	Owner              string
}

// templates reads the texts of both languages and tries them out.
func (c *compiler) templates() {
	r := c.rule
	read := func(key, text string) *template.Template {
		if text == "" {
			return nil
		}
		t, err := template.New(key).Option("missingkey=error").Parse(text)
		if err == nil {
			err = t.Execute(&strings.Builder{}, words{})
		}
		if err != nil {
			c.fail(key, "%s; a text may name .Scope, .ScopeKind, .Centre, .Value, .Limit, .Window, .For, .Owner and .Rule, each between {{ and }}", templateFault(key, err))
			return nil
		}
		return t
	}
	r.texts = [2]texts{
		indicator.English: {read("summary_en", r.SummaryEn), read("description_en", r.DescriptionEn), read("short_en", r.ShortEn)},
		indicator.French:  {read("summary_fr", r.SummaryFr), read("description_fr", r.DescriptionFr), read("short_fr", r.ShortFr)},
	}
	c.checkShort("short_en", indicator.English)
	c.checkShort("short_fr", indicator.French)
}

// checkShort refuses a text for walls that has no room there, with a value of the usual length in it.
func (c *compiler) checkShort(key string, l indicator.Language) {
	r := c.rule
	w := words{Rule: r.RuleConfig.Rule, ScopeKind: r.ScopeKind, Value: "100.0 %", Limit: r.Limit, Window: windowWord(r.Window, l), For: duration(r.ForMs), Owner: r.Owner}
	if n := utf8.RuneCountInString(execute(r.texts[l].short, w)); n > maxShortSigns {
		c.fail(key, "%d signs with a value in it; a wall has room for %d, and names the scope and the time beside it", n, maxShortSigns)
	}
}

// templateFault says what is wrong with a text, without the words of those who wrote the engine.
func templateFault(key string, err error) string {
	if _, after, is := strings.Cut(err.Error(), "can't evaluate field "); is {
		name, _, _ := strings.Cut(after, " ")
		return "there is no ." + name
	}
	return "line " + strings.TrimPrefix(err.Error(), "template: "+key+":")
}

// Text returns the alert in words: one line, and more about it, which may be "".
func (a *Alert) Text(l indicator.Language) (summary, description string) {
	w, t := a.words(l), &a.Rule.texts[l]
	return execute(t.summary, w), execute(t.description, w)
}

// Short returns the few words of a wall, with the value as it is now; the wall names the scope beside them. It is "" when the rule
// has none.
func (a *Alert) Short(l indicator.Language) string {
	now := *a
	now.Shown = a.Now
	return execute(a.Rule.texts[l].short, now.words(l))
}

// history is what the transitions of an alert say: Transition.Text and Transition.Short.
func (a *Alert) history() (text, short indicator.Text) {
	in := func(l indicator.Language) (text, short string) {
		text = indicator.WithoutScope(execute(a.Rule.texts[l].summary, a.words(l)), a.Scope)
		return text, cmp.Or(a.Short(l), text)
	}
	text.En, short.En = in(indicator.English)
	text.Fr, short.Fr = in(indicator.French)
	return text, short
}

func (a *Alert) words(l indicator.Language) words {
	r := a.Rule
	w := words{Rule: r.RuleConfig.Rule, Centre: a.Centre, ScopeKind: r.ScopeKind, Scope: a.Scope, Window: windowWord(r.Window, l), Owner: r.Owner,
		Value: r.format(a.Shown, l), Limit: r.limitOf(a.Scope), For: duration(r.ForMs)}
	if bp, is := strings.CutSuffix(w.Limit, "bp"); is {
		if n, err := strconv.ParseInt(bp, 10, 64); err == nil {
			w.Limit = decimal(n, indicator.English) + "%"
		}
	}
	if l == indicator.French {
		w.Limit = strings.ReplaceAll(strings.ReplaceAll(w.Limit, ".", ","), "%", " %")
		w.Limit = strings.ReplaceAll(w.Limit, "  ", " ")
	}
	return w
}

// windowWord is a window as people write it: 5 min, 1 h.
func windowWord(window string, l indicator.Language) string {
	if window == "today" {
		return indicator.Text{En: "today", Fr: "la journée"}.In(l)
	}
	window = strings.Replace(window, "m", " min", 1)
	return strings.Replace(window, "h", " h", 1)
}

func execute(t *template.Template, w words) string {
	if t == nil {
		return ""
	}
	var b strings.Builder
	if err := t.Execute(&b, w); err != nil {
		return "(" + err.Error() + ")" // an alert whose text cannot be written is told all the same
	}
	return strings.TrimSpace(b.String())
}

// format writes a value with its unit.
func (r *Rule) format(s Shown, l indicator.Language) string {
	if r.show == nil || !s.Valid {
		return "–"
	}
	switch r.show.unit {
	case indicator.UnitMs:
		return duration(s.Hundredths)
	case indicator.UnitPercent, indicator.UnitBp:
		return l.Decimal(float64(tenths(s.Hundredths))/10, 1) + indicator.Text{En: "%", Fr: " %"}.In(l)
	case indicator.UnitCents, indicator.UnitCentsPerHour:
		return decimal(s.Hundredths, l) + " EUR"
	}
	return decimal(s.Hundredths, l)
}

// tenths rounds hundredths: a share has one decimal here as on the tiles of a wall. A half goes away from zero.
func tenths(hundredths int64) int64 {
	if hundredths < 0 {
		return -tenths(-hundredths)
	}
	return (hundredths + 5) / 10
}

// decimal writes hundredths, without zeros at the end.
func decimal(hundredths int64, l indicator.Language) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "-", -hundredths
	}
	text := fmt.Sprintf("%s%d.%02d", sign, hundredths/100, hundredths%100)
	text = strings.TrimRight(strings.TrimRight(text, "0"), ".")
	if l == indicator.French {
		return strings.Replace(text, ".", ",", 1)
	}
	return text
}

// duration writes 3 min 20 s; "" for none.
func duration(ms int64) string {
	if ms < 1000 {
		return strconv.FormatInt(ms, 10) + " ms"
	}
	var parts []string
	s := ms / 1000
	for _, u := range [...]struct {
		seconds int64
		name    string
	}{{3600, "h"}, {60, "min"}, {1, "s"}} {
		if n := s / u.seconds; n > 0 {
			parts = append(parts, strconv.FormatInt(n, 10)+" "+u.name)
			s -= n * u.seconds
		}
	}
	return strings.Join(parts, " ")
}
