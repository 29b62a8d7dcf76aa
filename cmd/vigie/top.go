// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
)

// newTop shows the live board in a terminal.
func newTop(sh *shell) *cobra.Command {
	var o app.TopOptions
	var tokenFile string
	c := &cobra.Command{
		Use:   "top",
		Short: "Show the live board of a running vigie in this terminal",
		Long: `Top asks a running vigie for its live indicators and shows the centre and its
queues, once a second. The numbers are those of the wall and the API. Where
nothing is to be divided by there is a dash. With --board it shows a wall board:
the tiles of its page with their words.`,
		Example: `  vigie top
  vigie top --board centre
  vigie top --board mistral --lang fr
  vigie top --url https://vigie.example:8080 --token-file read.token
  vigie top --centre lyon --once`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if tokenFile != "" {
				raw, err := os.ReadFile(tokenFile)
				if err != nil {
					return fmt.Errorf("reading the token: %w", err)
				}
				o.Token, _, _ = strings.Cut(strings.TrimSpace(string(raw)), "\n")
			}
			if err := o.Validate(); err != nil {
				return &usageError{err}
			}
			o.Out, o.Live = sh.out, isTerminal(sh.out)
			return app.Top(c.Context(), o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.URL, "url", "http://127.0.0.1:8080", "address of the running vigie")
	flags.StringVar(&o.Centre, "centre", "", "id of the centre (default: all it has)")
	flags.StringVar(&o.Board, "board", "", "the wall board to show: centre, or a team's id (default: the queues in figures)")
	flags.StringVar(&o.Lang, "lang", "en", "language of a board: en, fr")
	flags.StringVar(&tokenFile, "token-file", "", "file with a token to read with (default: none)")
	flags.DurationVar(&o.Every, "every", time.Second, "how often the board is drawn")
	flags.BoolVar(&o.Once, "once", false, "show it once and end")
	return c
}
