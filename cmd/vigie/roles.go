// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vigie-kpi/vigie/dashboards"
	"github.com/vigie-kpi/vigie/dashboards/roles"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/store"
)

func newRoles(sh *shell) *cobra.Command {
	c := &cobra.Command{
		Use:   "roles",
		Short: "Make the accounts that decide who sees what",
		Long: `Roles makes, from one table, what each role may see: ClickHouse's accounts with their
grants and row policies, and Grafana's organisations with their data sources, folders
and permissions. docs/roles.md has the table.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newRolesGenerate(sh), newRolesPush(sh))
	return c
}

func newRolesGenerate(sh *shell) *cobra.Command {
	var f boardFlags
	var dir, keyFile string
	c := &cobra.Command{
		Use:   "generate --dir DIR",
		Short: "Write ClickHouse's accounts for a centre",
		Long: `Generate writes, in DIR/clickhouse, a users' file and the same as SQL for each kind of
account: for the centre's walls, its teams, each team's manager, coaches, analysts
and each client of an outsourcer. The same organisation and key give the same bytes.
Generate again when teams, people, programmes or queues change.`,
		Example: `  vigie roles generate --dir deploy --organisation my-centre --key-file accounts_key`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return wrongUsage("--dir is missing: name the folder to write to, for example --dir deploy")
			}
			centre, err := f.roles()
			if err != nil {
				return err
			}
			key, err := readAccountsKey(keyFile)
			if err != nil {
				return err
			}
			accounts, err := centre.Files(key)
			if err != nil {
				return err
			}
			files := make([]dashboards.File, len(accounts))
			for i, a := range accounts {
				files[i] = dashboards.File(a)
			}
			if err := dashboards.WriteDir(dir, files); err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "%d accounts, %d files in %s.\n", len(centre.Accounts()), len(files), dir)
			return nil
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&dir, "dir", "", "folder to write to (required)")
	addAccountsKey(c.Flags(), &keyFile)
	f.addCentre(c.Flags())
	return c
}

func newRolesPush(sh *shell) *cobra.Command {
	var f boardFlags
	var url, user, passwordFile, keyFile, clickHouse string
	login := dashboards.Login{Database: store.DefaultDatabase}
	c := &cobra.Command{
		Use:   "push --grafana URL --grafana-password-file FILE",
		Short: "Make Grafana's organisations for a centre's roles",
		Long: `Push makes, in Grafana, an organisation for each role of a centre: for its walls, each
team's manager, coaches, analysts and each client. Each has the data sources of its
role's accounts, the folders of boards that it opens, and permissions to look and not
to change. It says what it changed; pushing again changes nothing. Grafana's own
administrator has to do it, for organisations are not made with a token. Passwords
are those of --key-file, or of the variables that docs/roles.md names.`,
		Example: `  vigie roles push --grafana http://localhost:3000 --grafana-password-file admin_password --key-file accounts_key`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if url == "" || passwordFile == "" {
				return wrongUsage("--grafana or --grafana-password-file is missing: say where Grafana is and its administrator's password, " +
					"for example --grafana http://localhost:3000 --grafana-password-file admin_password")
			}
			var err error
			if login.Host, login.Port, err = splitAddress(clickHouse); err != nil {
				return err
			}
			options, set, err := f.generate()
			if err != nil {
				return err
			}
			centre, err := f.roles()
			if err != nil {
				return err
			}
			key, err := readAccountsKey(keyFile)
			if err != nil {
				return err
			}
			login.Password = passwordsOf(key)
			grafana := &dashboards.Grafana{URL: url, User: user}
			if grafana.Password, err = readSecret(passwordFile); err != nil {
				return err
			}
			return sh.pushRoles(c.Context(), grafana, options, set, centre, &login)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&url, "grafana", "", "address of Grafana, http://host:3000 (required)")
	flags.StringVar(&user, "grafana-user", "admin", "login of Grafana's administrator")
	flags.StringVar(&passwordFile, "grafana-password-file", "", "file that holds the administrator's password (required)")
	addAccountsKey(flags, &keyFile)
	flags.StringVar(&clickHouse, "clickhouse-address", "clickhouse:9000", "host:port of ClickHouse's native protocol, as Grafana reaches it")
	f.add(flags)
	return c
}

// pushRoles pushes, and writes a line for each organisation and each thing that had to be changed.
func (sh *shell) pushRoles(ctx context.Context, g *dashboards.Grafana, o *dashboards.Options, set *dashboards.Set, centre *roles.Centre, login *dashboards.Login) error {
	if err := centre.Validate(); err != nil {
		return err
	}
	differ, same := 0, 0
	err := g.PushRoles(ctx, o, set, centre, login, func(c dashboards.Change) {
		if c.Kind == dashboards.Same {
			same++
		} else {
			differ++
		}
		if c.Kind != dashboards.Same || strings.HasPrefix(c.UID, "organisation ") {
			fmt.Fprintln(sh.out, c)
		}
	})
	fmt.Fprintf(sh.out, "%d differ, %d are the same.\n", differ, same)
	return err
}

func addAccountsKey(flags *pflag.FlagSet, file *string) {
	flags.StringVar(file, "key-file", "", "file that holds the key from which each account's password is made (default: passwords from variables)")
}

// readAccountsKey reads the key of passwords; none is none.
func readAccountsKey(path string) ([]byte, error) {
	key, err := readSecret(path)
	if err != nil || path == "" {
		return nil, err
	}
	if len(key) < roles.MinKey {
		return nil, fmt.Errorf("the key in %s has %d characters: passwords are as hard to guess as it, so it needs %d; openssl rand -hex 32 makes one", path, len(key), roles.MinKey)
	}
	return []byte(key), nil
}

// passwordsOf finds the password of an account: made from the key, or in its variable.
func passwordsOf(key []byte) func(roles.Login) (string, error) {
	return func(l roles.Login) (string, error) {
		if key != nil {
			return roles.Password(key, l.User), nil
		}
		if password := os.Getenv(l.Variable); password != "" {
			return password, nil
		}
		return "", wrongUsage("there is no password for %s: give the --key-file that vigie roles generate was given, or set the variable %s", l.User, l.Variable)
	}
}

// splitAddress reads host:port.
func splitAddress(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err == nil {
		port, err = strconv.Atoi(text)
	}
	if err != nil || host == "" || port < 1 || port > 65535 {
		return "", 0, wrongUsage("--clickhouse-address %q: write it as clickhouse:9000", address)
	}
	return host, port, nil
}

// roles is what of the centre that the flags name decides who sees what.
func (f *boardFlags) roles() (*roles.Centre, error) {
	at, err := instantOf(f.day)
	if err != nil {
		return nil, err
	}
	o, err := organisationIn(f.organisation)
	if err != nil {
		return nil, err
	}
	centre := roles.CentreOf(o, at.UnixMilli())
	if f.centre != "" {
		centre.ID = f.centre
	}
	return &centre, nil
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
