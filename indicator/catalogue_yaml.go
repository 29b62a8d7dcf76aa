// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"

	"gopkg.in/yaml.v3"
)

// Source is one YAML file of definitions.
type Source struct {
	// Name stands before the line in errors.
	Name string
	YAML []byte
}

// entry is one definition as written, before any meaning is checked.
type entry struct {
	file string
	line int

	ID           string   `yaml:"id"`
	Kind         string   `yaml:"kind"`
	Name         text     `yaml:"name"`
	Formula      string   `yaml:"formula"`
	Switches     switches `yaml:"switches"`
	Unit         string   `yaml:"unit"`
	Better       string   `yaml:"better"`
	Scopes       []string `yaml:"scopes"`
	Controllable string   `yaml:"controllable"`
	MinN         int64    `yaml:"min_n"`
	Doc          text     `yaml:"doc"`
}

type text struct {
	En string `yaml:"en"`
	Fr string `yaml:"fr"`
}

// entryKeys are the keys of an entry, for suggestions.
var entryKeys = []string{
	"id", "kind", "name", "formula", "switches", "unit", "better", "scopes", "controllable", "min_n", "doc",
}

// switches keeps the order of the file, which a map would lose.
type switches []Switch

// UnmarshalYAML implements yaml.Unmarshaler.
func (s *switches) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return errors.New("switches is a mapping of names to 0 or 1")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		var value int64
		if err := n.Content[i+1].Decode(&value); err != nil || value < 0 || value > 1 {
			return fmt.Errorf("switch %s must be 0 or 1", n.Content[i].Value)
		}
		*s = append(*s, Switch{n.Content[i].Value, value})
	}
	return nil
}

// fail makes an error at the entry's place.
func (e *entry) fail(format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s: %s", e.file, e.line, e.label(), fmt.Sprintf(format, args...))
}

func (e *entry) label() string {
	if e.ID == "" {
		return "an indicator without id"
	}
	return e.ID
}

// read returns the entries of a file that could be read, and all the errors.
func (s Source) read() ([]entry, []error) {
	var list []yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(s.YAML))
	if err := dec.Decode(&list); err != nil {
		return nil, []error{fmt.Errorf("%s: the file must be a YAML list of indicators, each starting with \"- id:\": %w", s.Name, err)}
	}
	var extra yaml.Node
	if dec.Decode(&extra) == nil {
		return nil, []error{fmt.Errorf("%s: the file holds a second YAML document; remove the line \"---\"", s.Name)}
	}
	var entries []entry
	var errs []error
	for i := range list {
		e := entry{file: s.Name, line: list[i].Line}
		if err := e.readKeys(&list[i]); err != nil {
			errs = append(errs, err)
			continue
		}
		entries = append(entries, e)
	}
	return entries, errs
}

// readKeys fills e. Unknown keys are errors: a misspelt one would be silently
// without effect.
func (e *entry) readKeys(n *yaml.Node) error {
	if n.Kind != yaml.MappingNode {
		return e.fail("this is not an indicator; each item of the list starts with \"- id:\"")
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if key := n.Content[i]; key.Value == "id" {
			e.ID = n.Content[i+1].Value // so that errors can name it
		}
	}
	var errs []error
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if known(key.Value, entryKeys) {
			continue
		}
		at := entry{file: e.file, line: key.Line, ID: e.ID}
		errs = append(errs, at.fail("there is no key %s", hinted(key.Value, entryKeys)))
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	if err := n.Decode(e); err != nil {
		return e.fail("%v", err)
	}
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

// hinted quotes a wrong name, followed by the nearest right one.
func hinted(name string, names []string) string {
	if hint := didYouMean(name, names); hint != "" {
		return strconv.Quote(name) + "; " + hint
	}
	return strconv.Quote(name)
}
