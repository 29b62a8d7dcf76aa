// SPDX-License-Identifier: Apache-2.0

package main

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

var update = flag.Bool("update", false, "write docs/cli.md instead of comparing with it")

// TestReferenceOfCommandsIsFresh keeps docs/cli.md as the commands describe themselves.
func TestReferenceOfCommandsIsFresh(t *testing.T) {
	const path = "../../docs/cli.md"
	want := referenceOfCommands()
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/cli.md is not what the commands say of themselves: run go test ./cmd/vigie -run TestReferenceOfCommands -update")
	}
}

// referenceOfCommands writes every command that help shows, as Markdown.
func referenceOfCommands() string {
	var b strings.Builder
	b.WriteString("<!-- Written by go test ./cmd/vigie -run TestReferenceOfCommands -update. Edit the commands instead. -->\n\n# Commands\n")
	describeCommand(&b, newRoot(streams{}))
	return b.String()
}

func describeCommand(b *strings.Builder, c *cobra.Command) {
	if c.Hidden || c.Name() == "help" || c.Name() == "completion" {
		return
	}
	long := c.Long
	if long == "" {
		long = c.Short + "."
	}
	fmt.Fprintf(b, "\n## %s\n\n%s\n\n", c.CommandPath(), strings.TrimSpace(long))
	if c.Runnable() {
		block(b, c.UseLine())
	}
	if c.Example != "" {
		b.WriteString("\nExamples:\n\n")
		block(b, c.Example)
	}
	if flags := c.NonInheritedFlags(); flags.HasAvailableFlags() {
		b.WriteString("\nFlags:\n\n")
		block(b, flags.FlagUsages())
	}
	for _, sub := range c.Commands() {
		describeCommand(b, sub)
	}
}

func block(b *strings.Builder, text string) {
	fmt.Fprintf(b, "```\n%s\n```\n", strings.Trim(text, "\n"))
}
