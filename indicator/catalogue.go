// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"embed"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
)

//go:embed catalogue/*.yaml
var builtin embed.FS

// kindTerm is the kind of an entry that only names a formula for others.
const kindTerm = "term"

// Catalogue is a set of indicators, checked as a whole. It is immutable.
type Catalogue struct {
	sources     []Source
	indicators  []*Indicator
	byID        map[string]int
	definitions []definition
	definedByID map[string]int // terms too
}

// Load returns the built-in catalogue, followed by the indicators of the given
// sources. The error, if any, is Problems: everything that is wrong.
func Load(extra ...Source) (*Catalogue, error) {
	files, err := builtin.ReadDir("catalogue")
	if err != nil {
		return nil, fmt.Errorf("list the built-in catalogue: %w", err)
	}
	var sources []Source
	for _, f := range files {
		text, err := builtin.ReadFile("catalogue/" + f.Name())
		if err != nil {
			return nil, fmt.Errorf("read the built-in catalogue: %w", err)
		}
		sources = append(sources, Source{f.Name(), text})
	}
	return New(append(sources, extra...)...)
}

// New returns the catalogue of the given sources, in their order. The error, if
// any, is Problems: everything that is wrong, in the same order.
func New(sources ...Source) (*Catalogue, error) { return (&Catalogue{}).With(sources...) }

// With returns the catalogue with the indicators of further sources added, such as a centre's
// own. They may name those of the catalogue, and take neither their ids nor their names. What
// the catalogue has is shared, not compiled again, so that a hundred centres may each have
// theirs. The error, if any, is Problems: everything that is wrong, each with file, line and
// column.
func (c *Catalogue) With(own ...Source) (*Catalogue, error) {
	with := &Catalogue{sources: slices.Concat(c.sources, own), byID: map[string]int{}, indicators: slices.Clone(c.indicators)}
	b := builder{byID: map[string]int{}, definitions: slices.Clone(c.definitions)}
	maps.Copy(with.byID, c.byID)
	maps.Copy(b.byID, c.definedByID)
	for i := range own {
		entries, problems := own[i].read()
		b.problems = append(b.problems, problems...)
		for j := range entries {
			b.add(entries[j])
		}
	}
	for i := len(c.definitions); i < len(b.definitions); i++ {
		if ind := b.indicator(i); ind != nil {
			with.byID[ind.ID] = len(with.indicators)
			with.indicators = append(with.indicators, ind)
		}
	}
	b.checkNames(with.indicators)
	if len(b.problems) > 0 {
		return nil, sorted(b.problems, with.sources)
	}
	with.definitions, with.definedByID = b.definitions, b.byID
	for _, ind := range with.indicators[len(c.indicators):] {
		ind.Readable = with.readable(ind.ID)
	}
	return with, nil
}

// Indicators returns all the indicators, of every kind, in the order of the sources. The
// caller must not change the slice.
func (c *Catalogue) Indicators() []*Indicator { return c.indicators }

// Lookup returns the indicator of that id, and whether there is one.
func (c *Catalogue) Lookup(id string) (*Indicator, bool) {
	i, ok := c.byID[id]
	if !ok {
		return nil, false
	}
	return c.indicators[i], true
}

// Suggest returns a hint for an id that does not exist, as in `did you mean
// "answer_rate"?`, or nothing.
func (c *Catalogue) Suggest(id string) string { return didYouMean(id, c.ids()) }

func (c *Catalogue) ids() []string {
	ids := make([]string, len(c.indicators))
	for i, ind := range c.indicators {
		ids[i] = ind.ID
	}
	return ids
}

// definition returns what was written under an id, a term's too.
func (c *Catalogue) definition(id string) (*definition, bool) {
	i, ok := c.definedByID[id]
	if !ok {
		return nil, false
	}
	return &c.definitions[i], true
}

func (c *Catalogue) sourceOf(id string) *entry {
	d, ok := c.definition(id)
	if !ok {
		return nil
	}
	return &d.entry
}

// builder compiles definitions on demand, because one may name another that comes
// later.
type builder struct {
	definitions []definition
	byID        map[string]int
	problems    Problems
}

type definition struct {
	entry
	state state
	form  *Form
}

type state uint8

const (
	stateUntouched state = iota
	stateCompiling       // met again in this state, the definition refers to itself
	stateCompiled
	stateWrong
)

func (b *builder) add(e entry) {
	if reason := idReason(e.ID.text); reason != "" {
		b.problems = append(b.problems, e.fail(e.ID.node, "%s", reason))
		return
	}
	if i, ok := b.byID[e.ID.text]; ok {
		first := &b.definitions[i]
		b.problems = append(b.problems, e.fail(e.ID.node, "this id is already taken by %s:%d; choose another", first.source.Name, first.node.Line))
		return
	}
	b.byID[e.ID.text] = len(b.definitions)
	b.definitions = append(b.definitions, definition{entry: e})
}

// maxIDBytes keeps an id usable as a column and, with a prefix, a metric name.
const maxIDBytes = 60

// columnNames are other columns of the views; scopes are too. columnEndings are those that
// the views add to ids.
var (
	columnNames   = []string{"day", "hour", "quarter", "week", "month", "site", "reason", "lane", "at"}
	columnEndings = []string{"_num", "_den", "_n"}
)

func idReason(id string) string {
	if id == "" {
		return "it has no id"
	}
	if len(id) > maxIDBytes {
		return fmt.Sprintf("the id is longer than %d characters", maxIDBytes)
	}
	for i, c := range []byte(id) {
		letter := 'a' <= c && c <= 'z'
		if !letter && (i == 0 || !isDigit(c) && c != '_') {
			return "an id starts with a lower-case letter and holds lower-case letters, digits and _"
		}
	}
	if _, ok := ParseBinFamily(id); ok || known(id, functionNames) {
		return "this id is a word of the formula language; choose another"
	}
	if known(id, columnNames) || known(id, scopeNames[:]) {
		return "this id is that of a column of every view; choose another"
	}
	for _, ending := range columnEndings {
		if strings.HasSuffix(id, ending) {
			return "an id cannot end in " + ending + ": views add it for numerators, denominators and cases"
		}
	}
	return ""
}

// compile returns the form of definition i, nil when it is wrong; the reason is
// then among the problems, once.
func (b *builder) compile(i int) *Form {
	d := &b.definitions[i]
	if d.state != stateUntouched {
		return d.form
	}
	d.state = stateCompiling
	form, err := compile(d.Formula.text, b, d.Switches, nil)
	if err != nil {
		d.state = stateWrong
		b.problems = append(b.problems, problemAt(&d.entry, err))
		return nil
	}
	d.state, d.form = stateCompiled, form
	return form
}

// lookup implements library.
func (b *builder) lookup(id string) (form *Form, reason string, found bool) {
	i, ok := b.byID[id]
	if !ok {
		return nil, "", false
	}
	if b.definitions[i].state == stateCompiling {
		return nil, id + " refers to itself, directly or through others", true
	}
	if form := b.compile(i); form != nil {
		return form, "", true
	}
	return nil, "the formula of " + id + " is wrong itself", true
}

// unit implements library.
func (b *builder) unit(id string) (Unit, bool) {
	i, ok := b.byID[id]
	if !ok || b.definitions[i].Kind.text == kindTerm {
		return 0, false
	}
	return ParseUnit(b.definitions[i].Unit.text)
}

// ids implements library.
func (b *builder) ids() []string {
	ids := make([]string, len(b.definitions))
	for i := range b.definitions {
		ids[i] = b.definitions[i].ID.text
	}
	return ids
}

// subject is the name of a source without folder and ending.
func subject(s *Source) string {
	return strings.TrimSuffix(path.Base(s.Name), path.Ext(s.Name))
}
