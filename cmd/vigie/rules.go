// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
)

func newRules(sh *shell) *cobra.Command {
	c := &cobra.Command{
		Use:   "rules",
		Short: "Check and try alert rules",
		Long: `Rules says when somebody is to be called: rules.yaml in the folder of an
organisation, which vigie apply publishes. docs/alerts.md describes them.`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			return unknownCommand(c, args[0])
		},
	}
	c.AddCommand(newRulesCheck(sh), newRulesTest(sh), newRulesBacktest(sh))
	return c
}

func newRulesCheck(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "check DIR",
		Short: "Check the rules of an organisation, with everything that they name",
		Long: `Check reads the folder of an organisation as vigie apply does and reports
everything that is wrong, each with file, line and what to write instead. It
publishes nothing and needs no Kafka.`,
		Example: `  vigie rules check my-centre`,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUsage("one organisation is checked at a time, got %d; name its folder", len(args))
			}
			o, err := readFolder(args[0])
			if err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "%s: %d rules, nothing is wrong with them\n", args[0], len(o.Rules))
			return nil
		},
	}
}

func newRulesTest(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "test FILE...",
		Short: "Try rules on written series or recordings: which alerts fire when",
		Long: `Test runs files of tests of alert rules. Each test says what measures and gauges
do, step by step, or names a recording (events, one JSON object a line, such as
vigie simulate writes), and which alerts must fire at which times; all others
must not. docs/alerts.md describes the files.

It exits with 1 when an alert fires that should not, or does not that should.`,
		Example: `  # a recording of the demo day, and the tests that name it
  vigie simulate --out day.ndjson
  vigie rules test seeds/cap-rivage/tests/rules.yaml day.yaml`,
		RunE: func(_ *cobra.Command, files []string) error {
			if len(files) == 0 {
				return wrongUsage("no file is named; name at least one file of tests")
			}
			return sh.testRules(files)
		},
	}
}

// testRules runs the files and tells what did not come as expected.
func (sh *shell) testRules(files []string) error {
	passed, failed := 0, 0
	for _, file := range files {
		results, err := app.RunRuleTests(file)
		if err != nil {
			return err
		}
		for _, r := range results {
			if len(r.Failures) == 0 {
				passed++
				continue
			}
			failed++
			fmt.Fprintf(sh.out, "%s: %s\n", file, r.Name)
			for _, failure := range r.Failures {
				fmt.Fprintf(sh.out, "  %s\n", failure)
			}
		}
	}
	fmt.Fprintf(sh.out, "%d tests passed, %d failed\n", passed, failed)
	if failed > 0 {
		return fmt.Errorf("%d of %d tests of alert rules failed", failed, passed+failed)
	}
	return nil
}
