// SPDX-License-Identifier: Apache-2.0

package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/vigie-kpi/vigie/event"
)

// yamlFile reads one configuration file strictly and collects what is wrong with it.
type yamlFile struct {
	path string
	root *yaml.Node // nil when the file is empty or is not YAML
	errs []error
}

func (y *yamlFile) fail(line int, format string, args ...any) {
	y.errs = append(y.errs, fmt.Errorf("%s:%d: %s", y.path, line, fmt.Sprintf(format, args...)))
}

// yamlErrorLine finds the line that yaml.v3 names in its errors.
var yamlErrorLine = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)

func (y *yamlFile) parse(text []byte) {
	d := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	err := d.Decode(&first)
	if errors.Is(err, io.EOF) {
		return
	}
	if err != nil {
		why := strings.TrimPrefix(err.Error(), "yaml: ")
		if m := yamlErrorLine.FindStringSubmatch(err.Error()); m != nil && m[1] != "" {
			y.errs = append(y.errs, fmt.Errorf("%s:%s: this is not YAML: %s", y.path, m[1], err.Error()[len(m[0]):]))
			return
		}
		y.errs = append(y.errs, fmt.Errorf("%s: this is not YAML: %s", y.path, why))
		return
	}
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		y.fail(max(second.Line, 1), "a second document (after ---): put everything into one")
	}
	if first.Kind == yaml.DocumentNode && len(first.Content) == 1 && !isNull(first.Content[0]) {
		y.root = first.Content[0]
	}
}

// resolved follows an alias (*name) to what it stands for.
func resolved(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// list returns the items of a file that is a list.
func (y *yamlFile) list(key string) []*yaml.Node {
	if n := resolved(y.root); n.Kind == yaml.SequenceNode {
		return n.Content
	}
	y.fail(y.root.Line, "this must be a list; begin each item with \"- %s:\"", key)
	return nil
}

// yamlMapping is one mapping of known keys.
type yamlMapping struct {
	file   *yamlFile
	line   int
	fields map[string]*yaml.Node
	failed bool // a value could not be read, so judging the whole would only repeat that
}

// mapping checks the keys of n. It returns nil when n is no mapping at all.
func (y *yamlFile) mapping(n *yaml.Node, keys ...string) *yamlMapping {
	line := n.Line
	n = resolved(n)
	if n.Kind != yaml.MappingNode {
		y.fail(line, "this must hold keys; write for example \"%s: ...\"", keys[0])
		return nil
	}
	m := &yamlMapping{file: y, line: line, fields: map[string]*yaml.Node{}}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], resolved(n.Content[i+1])
		switch {
		case !slices.Contains(keys, key.Value):
			y.fail(key.Line, "there is no key %q here; it can be %s", key.Value, strings.Join(keys, ", "))
		case m.fields[key.Value] != nil:
			y.fail(key.Line, "%s: given twice; give it once", key.Value)
		case isNull(value):
			y.fail(key.Line, "%s: empty; leave the key out to have the default", key.Value)
		default:
			m.fields[key.Value] = value
		}
	}
	return m
}

func (m *yamlMapping) has(key string) bool { return m.fields[key] != nil }

func (m *yamlMapping) fail(key, format string, args ...any) {
	line := m.line
	if n := m.fields[key]; n != nil {
		line = n.Line
	}
	m.failed = true
	m.file.fail(line, "%s: %s", key, fmt.Sprintf(format, args...))
}

// once refuses a second item with the same identity.
func (m *yamlMapping) once(seen map[string]int, identity, what string) {
	if before := seen[identity]; before != 0 {
		m.file.fail(m.line, "%s is already in line %d; give it once, or another date with from", what, before)
		return
	}
	seen[identity] = m.line
}

// text returns a scalar as it is written: an advisor called 0042 keeps its zeros.
func (m *yamlMapping) text(key string) string {
	n := m.fields[key]
	if n == nil {
		return ""
	}
	if n.Kind != yaml.ScalarNode {
		m.fail(key, "must be a single value")
		return ""
	}
	if n.Value == "" {
		m.fail(key, "empty; leave the key out to have the default")
	}
	return n.Value
}

// texts returns the scalars of a list.
func (m *yamlMapping) texts(key string) []*yaml.Node {
	n := m.fields[key]
	if n == nil {
		return nil
	}
	if n.Kind != yaml.SequenceNode {
		m.fail(key, "must be a list, for example [%s]", strings.TrimSpace(n.Value+" ..."))
		return nil
	}
	var all []*yaml.Node
	for _, item := range n.Content {
		item = resolved(item)
		if item.Kind != yaml.ScalarNode || isNull(item) {
			m.file.fail(item.Line, "%s: each item must be a single value", key)
			continue
		}
		all = append(all, item)
	}
	return all
}

func (m *yamlMapping) durationMs(key string) int64 {
	text := m.text(key)
	if text == "" {
		return 0
	}
	d, err := time.ParseDuration(text)
	if err != nil || d%time.Millisecond != 0 {
		m.fail(key, "found %q, write a duration with its unit, for example 20s or 1m30s", text)
		return 0
	}
	return d.Milliseconds()
}

// clockMinutes reads a time of day as minutes after midnight. Unquoted, 05:00 may reach us as it is written.
func (m *yamlMapping) clockMinutes(key string) int {
	text := m.text(key)
	t, err := time.Parse("15:04", text)
	if err != nil {
		m.fail(key, "found %q, write a time of day, for example \"05:00\"", text)
		return 0
	}
	return t.Hour()*60 + t.Minute()
}

// yamlKeys names the members of the payloads as the files do.
var yamlKeys = map[string]string{
	"zone": "timezone", "day_starts_at_minutes": "day_starts", "threshold_ms": "threshold", "short_abandon_ms": "short_abandon",
	"variant": "service_level", "from_ms": "from", "to_ms": "to",
}

// check reports what the payload's own validation found, at the line of the key.
func (m *yamlMapping) check(err error) {
	if err == nil || m.failed {
		return
	}
	var field *event.FieldError
	if !errors.As(err, &field) {
		m.file.fail(m.line, "%v", err)
		return
	}
	key := strings.TrimPrefix(field.Field, "data.")
	if ours := yamlKeys[key]; ours != "" {
		key = ours
	}
	m.fail(key, "%s", field.Detail)
}
