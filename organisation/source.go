// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/event"
)

// source is one file while it is read.
type source struct {
	name string // as in errors
	text []byte
	root *yaml.Node // nil when the file is empty or is not YAML
	out  *Problems
}

func (s *source) fail(n *yaml.Node, format string, args ...any) {
	*s.out = append(*s.out, &Problem{Place: s.place(n), Text: fmt.Sprintf(format, args...)})
}

func (s *source) place(n *yaml.Node) Place {
	if n == nil {
		return Place{File: s.name}
	}
	return Place{File: s.name, Line: n.Line, Column: n.Column}
}

// yamlErrorLine finds the line that yaml.v3 names in its errors.
var yamlErrorLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

// parse reads the text; false when it is not YAML.
func (s *source) parse(text []byte) bool {
	d := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	err := d.Decode(&first)
	if errors.Is(err, io.EOF) {
		return true
	}
	if err != nil {
		s.refuse(err)
		return false
	}
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		s.fail(&yaml.Node{Line: max(second.Line, 1), Column: 1}, "a second document (after ---): put everything into one")
		return false
	}
	if first.Kind == yaml.DocumentNode && len(first.Content) == 1 && !isNull(first.Content[0]) {
		s.root = first.Content[0]
	}
	return true
}

// refuse reports what the YAML library could not read. It knows the line, not the column.
func (s *source) refuse(err error) {
	m := yamlErrorLine.FindStringSubmatch(err.Error())
	why := strings.TrimPrefix(err.Error(), "yaml: ")
	if m == nil || m[1] == "" {
		s.fail(nil, "this is not YAML: %s", why)
		return
	}
	line, _ := strconv.Atoi(m[1])
	s.fail(&yaml.Node{Line: line, Column: 1}, "this is not YAML: %s; check the indentation and the quotes around here", err.Error()[len(m[0]):])
}

// resolved follows an alias (*name) to what it stands for.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// entry is one mapping of known keys: one queue, one advisor, the centre.
type entry struct {
	src    *source
	node   *yaml.Node
	keys   map[string]*yaml.Node // the keys that are given
	fields map[string]*yaml.Node // their values
	failed bool                  // a value could not be read, so judging the whole would only repeat that
}

// mapping checks that n holds known keys only. It returns nil when n holds no keys at all.
func (s *source) mapping(n *yaml.Node, of []field) *entry {
	at := n
	n = resolved(n)
	if n.Kind != yaml.MappingNode {
		s.fail(at, "this must hold keys; write for example \"%s: ...\"", of[0].key)
		return nil
	}
	e := &entry{src: s, node: at, keys: map[string]*yaml.Node{}, fields: map[string]*yaml.Node{}}
	names := keysOf(of)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolved(n.Content[i+1])
		switch {
		case !slices.Contains(names, key.Value):
			s.fail(key, "there is no key %s here%s; it can be %s", quoted(key.Value), event.DidYouMean(key.Value, names), strings.Join(names, ", "))
		case e.fields[key.Value] != nil:
			s.fail(key, "%s: given twice; give it once", key.Value)
		case isNull(value):
			s.fail(key, "%s: empty; leave the key out to have the default", key.Value)
		default:
			e.keys[key.Value], e.fields[key.Value] = key, value
		}
	}
	for _, f := range of {
		if f.required && e.fields[f.key] == nil && !hasKey(n, f.key) {
			e.fail(f.key, "missing; %s", f.remedy())
		}
	}
	return e
}

func hasKey(n *yaml.Node, key string) bool {
	for i := 0; i < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return true
		}
	}
	return false
}

func (e *entry) has(key string) bool { return e.fields[key] != nil }

// place is where a key's value is, or the entry when the key is not there.
func (e *entry) place(key string) Place {
	if n := e.fields[key]; n != nil {
		return e.src.place(n)
	}
	return e.src.place(e.node)
}

// fail reports something about the value of a key.
func (e *entry) fail(key, format string, args ...any) {
	e.failed = true
	at := e.fields[key]
	if at == nil {
		at = e.node
	}
	e.src.fail(at, "%s: %s", key, fmt.Sprintf(format, args...))
}

// text returns a scalar as it is written: an advisor called 0042 keeps its zeros.
func (e *entry) text(key string) string {
	n := e.fields[key]
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		e.fail(key, "must be a single value")
		return ""
	}
	if strings.TrimSpace(n.Value) == "" {
		e.fail(key, "empty; leave the key out to have the default")
		return ""
	}
	return n.Value
}

// word is a text that must be one of some words.
func (e *entry) word(key string, words []string) string {
	text := e.text(key)
	if text == "" || slices.Contains(words, text) {
		return text
	}
	e.fail(key, "found %s, it must be %s%s", quoted(text), oneOf(words), event.DidYouMean(text, words))
	return ""
}

// item is one value of a list.
type item struct {
	value string
	node  *yaml.Node
}

// texts returns the values of a list; a single value is a list of one.
func (e *entry) texts(key string) []item {
	n := e.fields[key]
	switch {
	case n == nil:
		return nil
	case n.Kind == yaml.ScalarNode:
		return []item{{n.Value, n}}
	case n.Kind != yaml.SequenceNode:
		e.fail(key, "must be a list, for example [a, b]")
		return nil
	}
	var all []item
	for _, part := range n.Content {
		value := resolved(part)
		if value.Kind != yaml.ScalarNode || isNull(value) || value.Value == "" {
			e.failed = true
			e.src.fail(part, "%s: each item must be a single value", key)
			continue
		}
		all = append(all, item{value.Value, part})
	}
	return all
}

// entries returns the mappings in a list under a key.
func (e *entry) entries(key string, of []field) []*entry {
	n := e.fields[key]
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		e.fail(key, "must be a list; begin each item with \"- %s:\"", of[0].key)
		return nil
	}
	var all []*entry
	for _, part := range n.Content {
		if sub := e.src.mapping(part, of); sub != nil {
			all = append(all, sub)
			e.failed = e.failed || sub.failed
		}
	}
	return all
}

// quoted is a value in an error, cut when long.
func quoted(s string) string {
	const most = 60
	if r := []rune(s); len(r) > most {
		return fmt.Sprintf("%q...", string(r[:most]))
	}
	return strconv.Quote(s)
}

// oneOf returns "a, b or c".
func oneOf(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}
