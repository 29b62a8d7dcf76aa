// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
)

// historyFlags are the flags of vigie history.
type historyFlags struct {
	kafka  kafkaFlags
	centre string
	limit  int
}

func newHistory(sh *shell) *cobra.Command {
	var f historyFlags
	c := &cobra.Command{
		Use:   "history --kafka HOST:PORT",
		Short: "List the versions of an organisation, and what each changed",
		Long: `History lists the versions that vigie apply published, newest first: when, by
whom, why, and what each changed against the one before. The newest 200 versions
are kept, however short the log's retention is.`,
		Example: `  vigie history --kafka localhost:9092
  vigie history --kafka localhost:9092 --centre paris --limit 3`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.limit < 1 {
				return wrongUsage("--limit %d: give 1 or more", f.limit)
			}
			return sh.history(c.Context(), &f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.centre, "centre", "", "id of the centre (default: the only one there is)")
	flags.IntVar(&f.limit, "limit", 10, "how many versions to show")
	f.kafka.add(flags)
	return c
}

func (sh *shell) history(ctx context.Context, f *historyFlags) error {
	configs, err := sh.openConfigs(ctx, &f.kafka)
	if err != nil {
		return err
	}
	defer configs.Close()
	history, err := configs.History(ctx, f.centre)
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.out, "Centre %s\n", history.Centre)
	for i := range history.Versions[:min(f.limit, len(history.Versions))] {
		v := &history.Versions[i]
		fmt.Fprintf(sh.out, "\nversion %d, %s", v.Version, madeBy(v))
		if v.State != app.StatePublished {
			fmt.Fprint(sh.out, ", never confirmed: it may have been in force")
		}
		fmt.Fprintln(sh.out)
		changes, err := history.Changes(i)
		if err != nil {
			fmt.Fprintf(sh.out, "  %v\n", err)
			continue
		}
		showChanges(sh.out, changes, mostAlike)
		if len(changes) == 0 {
			fmt.Fprintln(sh.out, "  the same as before")
		}
	}
	if rest := len(history.Versions) - f.limit; rest > 0 {
		fmt.Fprintf(sh.out, "\n%d older versions: --limit %d shows them.\n", rest, len(history.Versions))
	}
	return nil
}
