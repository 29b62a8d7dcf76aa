// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"log/slog"
	"strings"

	"github.com/spf13/cobra"
)

// shell is what the commands share.
type shell struct {
	streams
	log *slog.Logger // set before a command runs
}

// newRoot returns the tree of all commands.
func newRoot(s streams) *cobra.Command {
	sh := &shell{streams: s, log: slog.New(slog.DiscardHandler)}
	level, format := "info", "text"
	root := &cobra.Command{
		Use:   "vigie",
		Short: "Indicators of a contact centre, from its telephony's events",
		Long: `Vigie turns what a contact centre's telephony says, event by event, into the
indicators its managers steer by. Each indicator is defined once; the live
values, the store and this command line show the same number.

Results go to standard output, everything else to standard error.

Exit codes: 0 it worked, 1 it failed, 2 the command line is wrong.`,
		Example: `  # what does this queue log say?
  vigie replay --source asterisk-queue-log /var/log/asterisk/queue_log

  # the same as JSON, with a service level of 10 s for one queue
  vigie replay --source asterisk-queue-log --threshold support=10s --output json queue_log`,
		SilenceUsage:      true,
		SilenceErrors:     true,
		DisableAutoGenTag: true,
		Args:              cobra.ArbitraryArgs, // so that RunE can answer to a command that does not exist
		PersistentPreRunE: func(c *cobra.Command, _ []string) error {
			if err := fromEnvironment(c); err != nil {
				return err
			}
			return sh.setLog(level, format)
		},
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			return unknownCommand(c, args[0])
		},
	}
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.CompletionOptions.HiddenDefaultCmd = true
	root.PersistentFlags().StringVar(&level, "log-level", level, "least severe messages to show: debug, info, warn, error")
	root.PersistentFlags().StringVar(&format, "log-format", format, "form of messages on standard error: text, json")
	root.AddCommand(newDemo(sh), newRun(sh), newHealth(sh), newTop(sh), newFollow(sh), newReplay(sh), newImport(sh), newSimulate(sh), newRepeats(sh), newExplain(sh), newAbandoned(sh), newDashboards(sh), newRoles(sh),
		newApply(sh), newRules(sh), newRecord(sh), newRebuild(sh), newGet(sh), newHistory(sh), newIncident(sh), newAction(sh), newAlert(sh),
		newMigrate(sh), newBench(sh), newEngine(sh), newVersion(sh))
	return root
}

func unknownCommand(c *cobra.Command, name string) error {
	c.SuggestionsMinimumDistance = 2
	if near := c.SuggestionsFor(name); len(near) > 0 {
		return wrongUsage("there is no command %q; did you mean %s?", name, strings.Join(near, " or "))
	}
	return wrongUsage("there is no command %q", name)
}

// setLog makes the logger that the flags ask for.
func (sh *shell) setLog(level, format string) error {
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		return wrongUsage("--log-level %q: choose debug, info, warn or error", level)
	}
	options := &slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		sh.log = slog.New(slog.NewTextHandler(sh.err, options))
	case "json":
		sh.log = slog.New(slog.NewJSONHandler(sh.err, options))
	default:
		return wrongUsage("--log-format %q: choose text or json", format)
	}
	return nil
}

// only logs what is at or above a level.
func (sh *shell) only(level slog.Level) {
	sh.log = slog.New(slog.NewTextHandler(sh.err, &slog.HandlerOptions{Level: level}))
}

// noArguments refuses what follows the flags.
func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return wrongUsage("unexpected %s", fmt.Sprintf("%q", args))
	}
	return nil
}
