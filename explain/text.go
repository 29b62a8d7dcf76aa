// SPDX-License-Identifier: Apache-2.0

package explain

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/vigie-kpi/vigie/indicator"
)

// WriteText writes the explanation for people.
func (e *Explanation) WriteText(out io.Writer) error {
	var b bytes.Buffer
	w := e.words
	fmt.Fprintf(&b, "%s (%s)\n%s\n\n  %s", e.Name, e.Indicator, e.where(), e.Shown)
	if e.Why != "" {
		fmt.Fprintf(&b, "%s%s", w.say(": ", " : "), e.Why)
	}
	fmt.Fprintf(&b, "\n\n%s %s\n%s %s\n", w.say("formula ", "formule   "), e.Formula, w.say("in words", "en clair  "), e.Readable)
	if e.Worked != "" {
		fmt.Fprintf(&b, "%s %s\n", w.say("worked  ", "application"), e.Worked)
	}
	for _, t := range e.Terms {
		coefficient := signed(t.Coef)
		fmt.Fprintf(&b, "  %-12s %s × %s (%s) = %s\n", w.side(t.Side), coefficient, t.Label, t.Measure, t.Shown)
	}
	e.writeBins(&b)
	for _, note := range e.Notes {
		fmt.Fprintf(&b, "%s %s\n", w.say("note:", "note :"), note)
	}
	e.writeRules(&b)
	fmt.Fprintf(&b, "\n%s\n", w.sayf("%d entries count, %d do not.", "%d entrées comptent, %d ne comptent pas.", e.Counted, e.NotCounted))
	if shown := len(e.Entries); e.Page.Number > 0 && shown < e.Counted+e.NotCounted {
		fmt.Fprintf(&b, "%s\n", w.sayf("Page %d, of %d entries a page: %d shown.", "Page %d, à %d entrées par page : %d affichées.", e.Page.Number, e.Page.Size, shown))
	}
	for i := range e.Entries {
		e.writeEntry(&b, &e.Entries[i])
	}
	_, err := out.Write(b.Bytes())
	return err
}

func (w words) side(side string) string {
	if side == "numerator" {
		return w.say("numerator", "numérateur")
	}
	return w.say("denominator", "dénominateur")
}

// scopeWords are the kinds of scope.
var scopeWords = [indicator.NumScopeKinds]indicator.Text{
	indicator.ScopeCentre:    {En: "the whole centre", Fr: "tout le centre"},
	indicator.ScopeProgramme: {En: "programme", Fr: "donneur d'ordre"},
	indicator.ScopeTeam:      {En: "team", Fr: "équipe"},
	indicator.ScopeAdvisor:   {En: "advisor", Fr: "conseiller"},
	indicator.ScopeQueue:     {En: "queue", Fr: "file"},
	indicator.ScopeCampaign:  {En: "campaign", Fr: "campagne"},
	indicator.ScopeChannel:   {En: "channel", Fr: "canal"},

	indicator.ScopeLine:        {En: "line", Fr: "ligne"},
	indicator.ScopeWorkstation: {En: "workstation", Fr: "poste"},
}

// where says which scope and interval are explained.
func (e *Explanation) where() string {
	w := e.words
	kind, _ := indicator.ParseScopeKind(e.Scope)
	scope := strings.TrimSpace(scopeWords[kind].In(w.l) + " " + e.ID)
	if e.Day != "" {
		return w.sayf("centre %s, %s, business day %s", "centre %s, %s, journée du %s", e.Centre, scope, e.Day)
	}
	return w.sayf("centre %s, %s, from %s to %s", "centre %s, %s, de %s à %s", e.Centre, scope, e.From, e.To)
}

func (e *Explanation) writeBins(b *bytes.Buffer) {
	w := e.words
	for _, bin := range e.Bins {
		here := ""
		if bin.Here {
			here = w.say("  <- the rank is here", "  <- le rang est ici")
		}
		fmt.Fprintf(b, "  (%s, %s]  %d, %s %d%s\n", w.duration(bin.AboveMs), w.duration(bin.UpToMs), bin.Count, w.say("so far", "cumul"), bin.SoFar, here)
	}
}

func (e *Explanation) writeRules(b *bytes.Buffer) {
	w := e.words
	for _, r := range e.Rules {
		fmt.Fprintf(b, "%s\n", w.sayf("configuration: version %d, queue %s: T %s, S %s, %s", "configuration : version %d, file %s : T %s, S %s, %s",
			r.Version, r.Queue, w.duration(r.ThresholdMs), w.duration(r.ShortAbandonMs), r.Variant))
	}
	if len(e.Rules) == 0 && len(e.Versions) > 0 {
		fmt.Fprintf(b, "%s %s\n", w.say("configuration: version", "configuration : version"), strings.Trim(fmt.Sprint(e.Versions), "[]"))
	}
}

func (e *Explanation) writeEntry(b *bytes.Buffer, entry *Entry) {
	w := e.words
	from := entry.AtMs
	sign := "–"
	if entry.Counted {
		sign = "✓"
	}
	whose := w.say("contact ", "contact ") + entry.Contact
	if entry.Contact == "" {
		whose = strings.TrimSpace(w.say("team ", "équipe ") + entry.Team + " " + entry.Advisor)
		if entry.Team == "" && entry.Advisor == "" {
			whose = w.say("no contact", "sans contact")
		}
	}
	fmt.Fprintf(b, "\n%s %s  %s: %s%s\n", sign, w.instant(from), whose, entry.Why, brackets(entry.Marks))
	for i := range entry.Lines {
		l := &entry.Lines[i]
		who := ""
		if l.Advisor != "" {
			who = ", " + l.Advisor
		}
		record := fmt.Sprintf("%d@%d", l.Partition, l.Offset)
		if l.LastOffset > l.Offset {
			record += fmt.Sprintf("…%d, %d %s", l.LastOffset, l.Rows, w.say("facts", "faits"))
		}
		fmt.Fprintf(b, "    %s  %s%s%s  (%s, v%d)\n", w.clock(l.AtMs, from), l.Text, who, brackets(l.Marks), record, l.Version)
	}
}

func brackets(marks []string) string {
	if len(marks) == 0 {
		return ""
	}
	return " [" + strings.Join(marks, ", ") + "]"
}
