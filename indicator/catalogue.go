// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"embed"
	"errors"
	"fmt"
)

//go:embed catalogue/*.yaml
var builtin embed.FS

// kindTerm is the kind of an entry that only names a formula for others.
const (
	kindAdditive = "additive"
	kindTerm     = "term"
)

// Catalogue is a set of indicators, checked as a whole. It is immutable.
type Catalogue struct {
	indicators []*Indicator
	byID       map[string]int
}

// Load returns the built-in catalogue, followed by the indicators of the given
// sources. The error, if any, lists everything that is wrong.
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
// any, lists everything that is wrong, in the same order.
func New(sources ...Source) (*Catalogue, error) {
	b := builder{byID: map[string]int{}}
	for _, s := range sources {
		entries, errs := s.read()
		b.errs = append(b.errs, errs...)
		for i := range entries {
			b.add(entries[i])
		}
	}
	c := &Catalogue{byID: map[string]int{}}
	for i := range b.definitions {
		if ind := b.indicator(i); ind != nil {
			c.byID[ind.ID] = len(c.indicators)
			c.indicators = append(c.indicators, ind)
		}
	}
	b.checkNames(c.indicators)
	if len(b.errs) > 0 {
		return nil, errors.Join(b.errs...)
	}
	return c, nil
}

// Indicators returns all the indicators, in the order of the sources. The caller
// must not change the slice.
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
func (c *Catalogue) Suggest(id string) string {
	ids := make([]string, len(c.indicators))
	for i, ind := range c.indicators {
		ids[i] = ind.ID
	}
	return didYouMean(id, ids)
}

// builder compiles definitions on demand, because one may name another that comes
// later.
type builder struct {
	definitions []definition
	byID        map[string]int
	errs        []error
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
	if reason := b.idReason(e.ID); reason != "" {
		b.errs = append(b.errs, e.fail("%s", reason))
		return
	}
	if i, ok := b.byID[e.ID]; ok {
		first := &b.definitions[i]
		b.errs = append(b.errs, e.fail("this id is already taken by %s:%d; choose another", first.file, first.line))
		return
	}
	b.byID[e.ID] = len(b.definitions)
	b.definitions = append(b.definitions, definition{entry: e})
}

// maxIDBytes keeps an id usable as a column and, with a prefix, a metric name.
const maxIDBytes = 60

func (b *builder) idReason(id string) string {
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
	return ""
}

// compile returns the form of definition i, nil when it is wrong; the reason is
// then among the errors, once.
func (b *builder) compile(i int) *Form {
	d := &b.definitions[i]
	if d.state != stateUntouched {
		return d.form
	}
	d.state = stateCompiling
	form, err := compile(d.Formula, b, d.Switches)
	if err != nil {
		d.state = stateWrong
		b.errs = append(b.errs, d.fail("formula, %v", err))
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

// ids implements library.
func (b *builder) ids() []string {
	ids := make([]string, len(b.definitions))
	for i := range b.definitions {
		ids[i] = b.definitions[i].ID
	}
	return ids
}
