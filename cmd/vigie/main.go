// SPDX-License-Identifier: Apache-2.0

// Command vigie turns what a contact centre's telephony says, event by event, into the indicators its managers steer by.
//
// This package knows flags, signals and exit codes, one file for each command, and nothing else: the work is in app. Start
// with newRoot, which lists the commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the linker: make build takes it from git.
var version = "dev"

// The exit codes, as the help of the root command tells them.
const (
	exitOK      = 0
	exitFailure = 1 // it was tried and did not work
	exitUsage   = 2 // the command line is wrong
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// streams are where a command reads and writes; a test gives its own.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// run executes one command line and returns the exit code.
func run(ctx context.Context, arguments []string, s streams) int {
	root := newRoot(s)
	root.SetArgs(append([]string{}, arguments...)) // never nil: cobra would take the process's own
	command, err := root.ExecuteContextC(ctx)
	var usage *usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &usage):
		fmt.Fprintf(s.err, "vigie: %v\nSee '%s --help'.\n", err, command.CommandPath())
		return exitUsage
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(s.err, "vigie: interrupted")
	default:
		fmt.Fprintf(s.err, "vigie: %v\n", err)
	}
	return exitFailure
}

// usageError says that the command line itself is wrong.
type usageError struct{ err error }

func (e *usageError) Error() string { return e.err.Error() }
func (e *usageError) Unwrap() error { return e.err }

// wrongUsage makes an error that ends in exitUsage.
func wrongUsage(format string, args ...any) error { return &usageError{fmt.Errorf(format, args...)} }
