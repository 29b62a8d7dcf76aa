// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/dashboards"
	"github.com/vigie-kpi/vigie/dashboards/roles"
	"github.com/vigie-kpi/vigie/organisation"
)

func newRoles(sh *shell) *cobra.Command {
	c := &cobra.Command{
		Use:   "roles",
		Short: "Make the accounts that decide who sees what",
		Long: `Roles makes, from one table, what each role may see: ClickHouse's accounts with their
grants and row policies, and Grafana's organisations with their data sources and
folders. docs/roles.md has the table.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newRolesGenerate(sh))
	return c
}

func newRolesGenerate(sh *shell) *cobra.Command {
	var dir, folder, centre, day string
	c := &cobra.Command{
		Use:   "generate --dir DIR",
		Short: "Write ClickHouse's accounts for a centre, as users' files and as SQL",
		Long: `Generate writes a users' file and the same as SQL for each kind of account: an account
for the centre's walls, one for each team's manager, one for coaches, one for
analysts and one for each client of an outsourcer. The same organisation gives
the same bytes. Generate again when teams, people, programmes or queues change.`,
		Example: `  vigie roles generate --dir deploy --organisation my-centre`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return wrongUsage("--dir is missing: name the folder to write to, for example --dir deploy")
			}
			at, err := instantOf(day)
			if err != nil {
				return err
			}
			o, err := organisationIn(folder)
			if err != nil {
				return err
			}
			c := roles.CentreOf(o, at.UnixMilli())
			if centre != "" {
				c.ID = centre
			}
			files, err := c.Files()
			if err != nil {
				return err
			}
			written := make([]dashboards.File, len(files))
			for i, f := range files {
				written[i] = dashboards.File(f)
			}
			if err := dashboards.WriteDir(dir, written); err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "%d accounts, %d files in %s.\n", len(c.Accounts()), len(files), dir)
			return nil
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&dir, "dir", "", "folder to write to (required)")
	c.Flags().StringVar(&folder, "organisation", "", "folder of the organisation's YAML files (default: the demo centre)")
	c.Flags().StringVar(&centre, "centre", "", "id of the centre, when its centre.yaml does not say")
	c.Flags().StringVar(&day, "day", "", "day whose teams hold, as 2026-11-17 (default: today)")
	return c
}

// instantOf is noon of the day that somebody named; now when nobody did.
func instantOf(day string) (time.Time, error) {
	if day == "" {
		return time.Now(), nil
	}
	at, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return at, wrongUsage("--day %q: write it as 2026-11-17", day)
	}
	return at.Add(12 * time.Hour), nil
}

// organisationIn reads the organisation in a folder; the demo centre's when none is named.
func organisationIn(folder string) (*organisation.Organisation, error) {
	if folder == "" {
		return organisationOf(nil)
	}
	return readFolder(folder)
}
