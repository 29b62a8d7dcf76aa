// SPDX-License-Identifier: Apache-2.0

package indicator

import (
	"os"
	"strings"
	"testing"
)

// TestFormulasOfTheDocument: what docs/formulas.md shows as valid is.
func TestFormulasOfTheDocument(t *testing.T) {
	text, err := os.ReadFile("../docs/formulas.md")
	if err != nil {
		t.Fatal(err)
	}
	c := loaded(t)
	for _, block := range fenced(string(text), "yaml") {
		if _, err := c.With(Source{"docs/formulas.md", []byte(block)}); err != nil {
			t.Error(err)
		}
	}
	for _, block := range fenced(string(text), "formula") {
		for line := range strings.Lines(block) {
			if _, err := compile(strings.TrimSpace(line), binder{c, noTargets{}}, nil, noTargets{}); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
	for _, block := range fenced(string(text), "condition") {
		for line := range strings.Lines(block) {
			if _, err := c.Condition(strings.TrimSpace(line), nil); err != nil {
				t.Errorf("%s: %v", line, err)
			}
		}
	}
	for _, name := range functionNames {
		if !strings.Contains(string(text), "`"+name+"(") {
			t.Errorf("the document says nothing of the function %s", name)
		}
	}
}

// fenced returns the blocks of a language in a Markdown text; the test fails without one.
func fenced(text, language string) []string {
	var blocks []string
	for _, part := range strings.Split(text, "```"+language+"\n")[1:] {
		blocks = append(blocks, part[:strings.Index(part, "```")])
	}
	if len(blocks) == 0 {
		panic("the document has no block of " + language)
	}
	return blocks
}
