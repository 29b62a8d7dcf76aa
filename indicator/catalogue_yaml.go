// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/problem"
)

// Source is one YAML file of definitions.
type Source struct {
	// Name stands before the line in errors.
	Name string
	YAML []byte
}

// Limits of a file: what a person writes is far below.
const (
	maxSourceBytes = 1 << 20
	maxDefinitions = 1000
)

// entry is one definition as written, before any meaning is checked.
type entry struct {
	source *Source
	node   *yaml.Node

	ID, Kind, Formula, Unit, Better, Controllable written
	Name, Doc, Traps                              texts
	Switches                                      switches
	Scopes                                        []written
	MinN, ProvisionalDays, OverDays               wholeNumber
}

// written is a text and where it stands; node is nil when it is not there.
type written struct {
	text string
	node *yaml.Node
}

type texts struct {
	node   *yaml.Node
	en, fr written
}

type wholeNumber struct {
	value int64
	node  *yaml.Node
}

// switches keeps the order of the file, which a map would lose.
type switches []Switch

// entryKeys are the keys of an entry, for suggestions.
var entryKeys = []string{
	"id", "kind", "name", "formula", "switches", "unit", "better", "scopes", "controllable", "min_n",
	"provisional_days", "over_days", "doc", "traps",
}

func (s *Source) fail(n *yaml.Node, id, format string, args ...any) *problem.Problem {
	p := &problem.Problem{Place: problem.Place{File: s.Name}, ID: id, Text: fmt.Sprintf(format, args...)}
	if n != nil {
		p.Line, p.Column = n.Line, n.Column
	}
	return p
}

func (e *entry) place(n *yaml.Node) problem.Place {
	if n == nil {
		n = e.node
	}
	return problem.Place{File: e.source.Name, Line: n.Line, Column: n.Column}
}

// fail makes a problem at a node of the entry, or at the entry's beginning when the node
// is not there.
func (e *entry) fail(n *yaml.Node, format string, args ...any) *problem.Problem {
	id := e.ID.text
	if id == "" {
		id = "an indicator without id"
	}
	return &problem.Problem{Place: e.place(n), ID: id, Text: fmt.Sprintf(format, args...)}
}

// yamlErrorLine finds the line that the YAML library names in its errors.
var yamlErrorLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// read returns the entries of a file that could be read, and all the problems.
func (s *Source) read() ([]entry, Problems) {
	if len(s.YAML) > maxSourceBytes {
		return nil, Problems{s.fail(nil, "", "the file is larger than %d bytes; split it", maxSourceBytes)}
	}
	d := yaml.NewDecoder(bytes.NewReader(s.YAML))
	var first, second yaml.Node
	err := d.Decode(&first)
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, Problems{s.unreadable(err)}
	}
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, Problems{s.fail(&yaml.Node{Line: max(second.Line, 1), Column: 1}, "", "a second document (after ---): put everything into one")}
	}
	list := first.Content[0]
	switch {
	case list.Tag == "!!null":
		return nil, nil
	case list.Kind != yaml.SequenceNode:
		return nil, Problems{s.fail(list, "", "the file must be a list of indicators, each starting with \"- id:\"")}
	case len(list.Content) > maxDefinitions:
		return nil, Problems{s.fail(list, "", "the file has %d definitions; at most %d are allowed", len(list.Content), maxDefinitions)}
	}
	return s.entries(list)
}

func (s *Source) entries(list *yaml.Node) ([]entry, Problems) {
	var entries []entry
	var problems Problems
	for _, n := range list.Content {
		e := entry{source: s, node: resolved(n)}
		wrong := e.read()
		problems = append(problems, wrong...)
		if len(wrong) == 0 {
			entries = append(entries, e)
		}
	}
	return entries, problems
}

// unreadable reports what the YAML library could not read. It knows the line, not the column.
func (s *Source) unreadable(err error) *problem.Problem {
	m := yamlErrorLine.FindStringSubmatch(err.Error())
	if m == nil || m[1] == "" {
		return s.fail(nil, "", "this is not YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
	}
	line, _ := strconv.Atoi(m[1])
	return s.fail(&yaml.Node{Line: line, Column: 1}, "", "this is not YAML: %s; check the indentation and the quotes around here", err.Error()[len(m[0]):])
}

// resolved follows an alias (*name) to what it stands for.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// read fills e. Unknown keys are errors: a misspelt one would be silently without effect.
func (e *entry) read() Problems {
	if e.node.Kind != yaml.MappingNode {
		return Problems{e.fail(nil, "this is not an indicator; each item of the list starts with \"- id:\"")}
	}
	pairs := e.node.Content
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i].Value == "id" {
			e.ID.text = pairs[i+1].Value // so that errors can name it
		}
	}
	var problems Problems
	seen := map[string]bool{}
	for i := 0; i+1 < len(pairs); i += 2 {
		key := pairs[i]
		if seen[key.Value] {
			problems = append(problems, e.fail(key, "the key %s stands twice", key.Value))
			continue
		}
		seen[key.Value] = true
		if p := e.readKey(key, resolved(pairs[i+1])); p != nil {
			problems = append(problems, p)
		}
	}
	return problems
}

func (e *entry) readKey(key, value *yaml.Node) *problem.Problem {
	switch key.Value {
	case "id":
		return e.readText(key.Value, value, &e.ID)
	case "kind":
		return e.readText(key.Value, value, &e.Kind)
	case "formula":
		return e.readText(key.Value, value, &e.Formula)
	case "unit":
		return e.readText(key.Value, value, &e.Unit)
	case "better":
		return e.readText(key.Value, value, &e.Better)
	case "controllable":
		return e.readText(key.Value, value, &e.Controllable)
	case "name":
		return e.readTexts(key.Value, value, &e.Name)
	case "doc":
		return e.readTexts(key.Value, value, &e.Doc)
	case "traps":
		return e.readTexts(key.Value, value, &e.Traps)
	case "switches":
		return e.readSwitches(value)
	case "scopes":
		return e.readScopes(value)
	case "min_n":
		return e.readNumber(key.Value, value, &e.MinN)
	case "provisional_days":
		return e.readNumber(key.Value, value, &e.ProvisionalDays)
	case "over_days":
		return e.readNumber(key.Value, value, &e.OverDays)
	}
	return e.fail(key, "there is no key %s", hinted(key.Value, entryKeys))
}

func (e *entry) readText(key string, n *yaml.Node, into *written) *problem.Problem {
	if n.Kind != yaml.ScalarNode {
		return e.fail(n, "%s is a text; if it begins with a sign of YAML, put it between quotes", key)
	}
	if n.Tag != "!!null" {
		into.text = n.Value
	}
	into.node = n
	return nil
}

func (e *entry) readTexts(key string, n *yaml.Node, into *texts) *problem.Problem {
	if n.Kind != yaml.MappingNode {
		return e.fail(n, "%s is given in two languages, as in %s: {en: ..., fr: ...}", key, key)
	}
	into.node = n
	for i := 0; i+1 < len(n.Content); i += 2 {
		language, text := n.Content[i], resolved(n.Content[i+1])
		target := &into.en
		switch language.Value {
		case "en":
		case "fr":
			target = &into.fr
		default:
			return e.fail(language, "%s has no language %q; it has en and fr", key, language.Value)
		}
		if p := e.readText(key+"."+language.Value, text, target); p != nil {
			return p
		}
	}
	return nil
}

func (e *entry) readSwitches(n *yaml.Node) *problem.Problem {
	if n.Kind != yaml.MappingNode {
		return e.fail(n, "switches is a mapping of names to 0 or 1")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		if value.Value != "0" && value.Value != "1" {
			return e.fail(value, "switch %s must be 0 or 1", name.Value)
		}
		on := int64(0)
		if value.Value == "1" {
			on = 1
		}
		e.Switches = append(e.Switches, Switch{name.Value, on})
	}
	return nil
}

func (e *entry) readScopes(n *yaml.Node) *problem.Problem {
	if n.Kind != yaml.SequenceNode {
		return e.fail(n, "scopes is a list, as in scopes: [centre, queue]")
	}
	for _, item := range n.Content {
		var w written
		if p := e.readText("a scope", resolved(item), &w); p != nil {
			return p
		}
		e.Scopes = append(e.Scopes, w)
	}
	return nil
}

func (e *entry) readNumber(key string, n *yaml.Node, into *wholeNumber) *problem.Problem {
	value, err := strconv.ParseInt(n.Value, 10, 64)
	if n.Kind != yaml.ScalarNode || err != nil || value < 0 {
		return e.fail(n, "%s is a whole number, 0 or more", key)
	}
	into.value, into.node = value, n
	return nil
}

func known(name string, names []string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// hinted quotes a wrong name, followed by the nearest right one, or by all of them when
// none is near.
func hinted(name string, names []string) string {
	if hint := didYouMean(name, names); hint != "" {
		return strconv.Quote(name) + "; " + hint
	}
	return strconv.Quote(name) + "; use " + strings.Join(names, ", ")
}
