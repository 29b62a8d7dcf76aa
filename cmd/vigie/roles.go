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
	var f boardFlags
	var dir string
	c := &cobra.Command{
		Use:   "generate --dir DIR",
		Short: "Write ClickHouse's accounts and Grafana's organisations for a centre",
		Long: `Generate writes, in DIR/clickhouse, a users' file and the same as SQL for each kind of
account: for the centre's walls, its teams, each team's manager, coaches, analysts
and each client of an outsourcer. In DIR/organisations it writes, for each of
Grafana's organisations, its data sources and its folders of boards. The same
organisation gives the same bytes. Generate again when teams, people, programmes
or queues change.`,
		Example: `  vigie roles generate --dir deploy --organisation my-centre`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return wrongUsage("--dir is missing: name the folder to write to, for example --dir deploy")
			}
			files, accounts, err := f.roles()
			if err != nil {
				return err
			}
			if err := dashboards.WriteDir(dir, files); err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "%d accounts, %d files in %s.\n", accounts, len(files), dir)
			return nil
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&dir, "dir", "", "folder to write to (required)")
	f.add(c.Flags())
	return c
}

// roles makes the files that the flags ask for, and counts the accounts in them.
func (f *boardFlags) roles() ([]dashboards.File, int, error) {
	options, set, err := f.generate()
	if err != nil {
		return nil, 0, err
	}
	at, err := instantOf(f.day)
	if err != nil {
		return nil, 0, err
	}
	o, err := organisationIn(f.organisation)
	if err != nil {
		return nil, 0, err
	}
	centre := roles.CentreOf(o, at.UnixMilli())
	centre.ID = options.Centre.ID
	accounts, err := centre.Files()
	if err != nil {
		return nil, 0, err
	}
	files, err := dashboards.RoleFiles(options, set, &centre)
	if err != nil {
		return nil, 0, err
	}
	for _, a := range accounts {
		files = append(files, dashboards.File(a))
	}
	return files, len(centre.Accounts()), nil
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
