// SPDX-License-Identifier: Apache-2.0

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/register"
)

// registerFlags are the flags of the commands on incidents, actions and alerts.
type registerFlags struct {
	kafka      kafkaFlags
	clickHouse clickHouseFlags
	word       app.RegisterWord
	o          app.RegisterOptions
	output     string
}

// group returns a command that has only subcommands.
func group(use, short, long string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Long: long, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			return unknownCommand(c, args[0])
		}}
	c.AddCommand(commands...)
	return c
}

// addWord adds the flags that each word has.
func (f *registerFlags) addWord(flags *pflag.FlagSet, what string) {
	flags.StringVar(&f.word.By, "by", "", "who says so: a role or a pseudonymous id, such as supervisor or a017; never a name")
	flags.StringVar(&f.word.At, "at", "", "when "+what+", such as 2026-11-17T10:02 (default: now)")
	flags.StringVar(&f.word.Centre, "centre", "", "id of the contact centre (default: the only one that has a configuration)")
	f.kafka.add(flags)
}

// addQuestion adds the flags that each question has.
func (f *registerFlags) addQuestion(flags *pflag.FlagSet) {
	flags.StringVar(&f.o.Centre, "centre", "", "id of the contact centre (default: the only one there is)")
	flags.StringVar(&f.o.Timezone, "timezone", "", "IANA time zone of times that are read and written (default: the centre's, by --kafka or by the configuration in ClickHouse; UTC if neither knows)")
	flags.StringVar(&f.o.Language, "lang", "en", "language: en, fr")
	flags.StringVar(&f.output, "output", "text", "form of the result: text, json")
	f.clickHouse.add(flags, "required")
	f.kafka.add(flags)
	flags.Lookup("kafka").Usage = "Kafka brokers, host:port, separated by commas, to read the centre's zone (default: none)"
}

// say brings a word into the log and tells what is there now.
func (sh *shell) say(ctx context.Context, t event.Type, f *registerFlags) (err error) {
	configs, err := sh.openConfigs(ctx, &f.kafka)
	if err != nil {
		return err
	}
	defer configs.Close()
	catalogue, err := indicator.Load()
	if err != nil {
		return fmt.Errorf("loading the indicators: %w", err)
	}
	clickHouse, err := f.clickHouse.options()
	if err != nil {
		return err
	}
	said, err := app.SayThroughLog(ctx, configs, clickHouse, catalogue, t, f.word)
	var wrong *app.AskError
	if errors.As(err, &wrong) {
		return &usageError{err}
	}
	if err != nil {
		return err
	}
	name := cmp.Or(said.ID, f.word.Alert)
	fmt.Fprintf(sh.out, "%s %s%s at %s\n", said.Type, name, placeSaid(t, said.Scope), time.UnixMilli(said.AtMs).UTC().Format(time.RFC3339))
	return nil
}

// placeSaid is where a word of the register is of, in parentheses. Words that end something say no place of their own: it is
// where it began.
func placeSaid(t event.Type, p register.Place) string {
	if t == event.IncidentClosed || t == event.ActionEnded {
		return ""
	}
	return fmt.Sprintf(" (%s)", p)
}

// question answers a question on the register.
func (sh *shell) question(c *cobra.Command, f *registerFlags, answer func(ctx context.Context, x *app.Explainer) error) error {
	if f.output != "text" && f.output != "json" {
		return wrongUsage("--output %q: choose text or json", f.output)
	}
	e := &explainFlags{clickHouse: f.clickHouse, kafka: f.kafka, output: f.output, asOf: -1}
	return sh.withExplainer(c, e, answer)
}

// oneArgument is the one thing that a command is about.
func oneArgument(args []string, what string) (string, error) {
	if len(args) != 1 {
		return "", wrongUsage("name one %s; the list command shows them", what)
	}
	return args[0], nil
}
