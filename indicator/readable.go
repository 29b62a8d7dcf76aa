// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"go/token"
	"strconv"
	"strings"
)

// readable writes the formula of an id in words, in both languages.
func (c *Catalogue) readable(id string) Text {
	return Text{
		En: writer{c: c, l: English}.formula(id),
		Fr: writer{c: c, l: French}.formula(id),
	}
}

// writer writes formulas in words; with sums of measures, in numbers.
type writer struct {
	c    *Catalogue
	l    Language
	sums []int64 // nil: in words
}

// The binding strengths of what is written; a part that binds less than what surrounds it
// is put between parentheses.
const (
	bindsChoice = iota
	bindsOr
	bindsAnd
	bindsComparison
	bindsSum
	bindsProduct
	bindsAll
)

// phrase is a part of a formula in words.
type phrase struct {
	text  string
	binds int
}

func (p phrase) within(binds int) string {
	if p.binds >= binds {
		return p.text
	}
	return "(" + p.text + ")"
}

func (w writer) formula(id string) string {
	d, ok := w.c.definition(id)
	if !ok {
		panic("BUG: no definition of " + id)
	}
	return w.definition(d).text
}

// definition writes what a definition's formula says. It was parsed before, so it can be
// parsed again.
func (w writer) definition(d *definition) phrase {
	root, err := formula{d.Formula.text}.parse()
	if err != nil {
		panic("BUG: a formula of the catalogue cannot be read: " + err.Error())
	}
	return w.node(d, root)
}

func (w writer) node(d *definition, n node) phrase {
	switch n := n.(type) {
	case number:
		return phrase{formula{d.Formula.text}.literalText(n), bindsAll}
	case reference:
		return w.reference(d, n)
	case negation:
		return phrase{"−" + w.node(d, n.x).within(bindsAll), bindsProduct}
	case not:
		return phrase{w.say("not ", "non ") + w.node(d, n.x).within(bindsAll), bindsAll}
	case binary:
		return w.binary(d, n)
	case call:
		return w.call(d, n)
	}
	panic("BUG: unknown node in a formula")
}

func (w writer) say(en, fr string) string { return Text{en, fr}.In(w.l) }

// literalText is a literal as it was written.
func (f formula) literalText(n number) string {
	end, err := f.literalEnd(n.at)
	if err != nil {
		panic("BUG: a literal that was read cannot be read again: " + err.Error())
	}
	return f.text[n.at:end]
}

func (w writer) reference(d *definition, n reference) phrase {
	for _, s := range d.Switches {
		if s.Name == n.name && w.sums != nil {
			return phrase{strconv.FormatInt(s.Value, 10), bindsAll}
		}
		if s.Name == n.name {
			return phrase{n.name + w.say(" (0 or 1)", " (0 ou 1)"), bindsAll}
		}
	}
	if m, ok := ParseMeasure(n.name); ok && w.sums != nil {
		return w.sum(m)
	}
	if m, ok := ParseMeasure(n.name); ok {
		return phrase{m.Label().In(w.l), bindsAll}
	}
	if g, ok := ParseGauge(n.name); ok {
		return phrase{g.Label().In(w.l), bindsAll}
	}
	if f, ok := ParseBinFamily(n.name); ok {
		return phrase{f.Label().In(w.l), bindsAll}
	}
	if ind, ok := w.c.Lookup(n.name); ok && w.sums == nil {
		return phrase{w.say("“", "« ") + ind.Name.In(w.l) + w.say("”", " »"), bindsAll}
	}
	term, ok := w.c.definition(n.name)
	if !ok {
		panic("BUG: a formula of the catalogue names " + n.name)
	}
	if name := (Text{term.Name.en.text, term.Name.fr.text}).In(w.l); name != "" && w.sums == nil {
		return phrase{name, bindsAll}
	}
	return w.definition(term)
}

// written operators, with how strongly they bind; the right side of - and / must bind more.
var operators = map[token.Token]struct {
	text        Text
	binds, more int
}{
	token.ADD:  {Text{" + ", " + "}, bindsSum, bindsSum},
	token.SUB:  {Text{" − ", " − "}, bindsSum, bindsProduct},
	token.MUL:  {Text{" × ", " × "}, bindsProduct, bindsProduct},
	token.QUO:  {Text{" ÷ ", " ÷ "}, bindsProduct, bindsAll},
	token.LSS:  {Text{" < ", " < "}, bindsComparison, bindsSum},
	token.LEQ:  {Text{" ≤ ", " ≤ "}, bindsComparison, bindsSum},
	token.GTR:  {Text{" > ", " > "}, bindsComparison, bindsSum},
	token.GEQ:  {Text{" ≥ ", " ≥ "}, bindsComparison, bindsSum},
	token.EQL:  {Text{" = ", " = "}, bindsComparison, bindsSum},
	token.NEQ:  {Text{" ≠ ", " ≠ "}, bindsComparison, bindsSum},
	token.LAND: {Text{" and ", " et "}, bindsAnd, bindsAnd},
	token.LOR:  {Text{" or ", " ou "}, bindsOr, bindsOr},
}

func (w writer) binary(d *definition, n binary) phrase {
	op := operators[n.op]
	return phrase{w.node(d, n.x).within(op.binds) + op.text.In(w.l) + w.node(d, n.y).within(op.more), op.binds}
}

func (w writer) call(d *definition, n call) phrase {
	args := make([]phrase, len(n.args))
	for i, arg := range n.args {
		args[i] = w.node(d, arg)
	}
	of := func(en, fr string) phrase { return phrase{w.say(en, fr) + w.list(args), bindsAll} }
	switch n.name {
	case functionHours:
		return phrase{"(" + args[0].text + w.say(", in hours)", ", en heures)"), bindsAll}
	case functionIf:
		return phrase{w.say("if ", "si ") + args[0].text + w.say(" then ", " alors ") + args[1].within(bindsOr) +
			w.say(", else ", ", sinon ") + args[2].text, bindsChoice}
	case functionMin:
		return of("smallest of ", "plus petit de ")
	case functionMax:
		return of("largest of ", "plus grand de ")
	case functionClamp:
		return phrase{args[0].within(bindsSum) + w.say(", kept between ", ", maintenu entre ") + args[1].text + w.say(" and ", " et ") + args[2].text, bindsChoice}
	case functionCoalesce:
		return of("first with a value of ", "premier qui a une valeur de ")
	case functionTarget:
		return of("target of ", "objectif de ")
	}
	for _, p := range percentiles {
		if p.name == n.name && p.rankBp == fullBp {
			return of("largest of ", "plus grand de ")
		}
		if p.name == n.name {
			return of(p.name[1:]+"th percentile of ", p.name[1:]+"e centile : ")
		}
	}
	panic("BUG: unknown function in a formula")
}

func (w writer) list(args []phrase) string {
	if len(args) == 1 {
		return args[0].within(bindsAll)
	}
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = a.text
	}
	return "(" + strings.Join(texts, " ; ") + ")"
}
