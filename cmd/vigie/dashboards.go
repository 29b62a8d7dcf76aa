// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/dashboards"
	"github.com/vigie-kpi/vigie/indicator"
)

// errDiffers is the answer of vigie dashboards diff when something differs.
var errDiffers = errors.New("the boards differ; vigie dashboards generate writes them, vigie dashboards push sends them")

// boardFlags are the flags of all commands about boards.
type boardFlags struct {
	organisation, centre, day string
	languages                 []string
	sources                   dashboards.Sources
}

// addCentre adds the flags that name the centre.
func (f *boardFlags) addCentre(flags *pflag.FlagSet) {
	flags.StringVar(&f.organisation, "organisation", "", "folder of the organisation's YAML files (default: the demo centre)")
	flags.StringVar(&f.centre, "centre", "", "id of the centre, when its centre.yaml does not say")
	flags.StringVar(&f.day, "day", "", "day whose people and targets hold, as 2026-11-17 (default: today)")
}

func (f *boardFlags) add(flags *pflag.FlagSet) {
	f.addCentre(flags)
	flags.StringSliceVar(&f.languages, "language", []string{"en", "fr"}, "languages of the boards")
	flags.StringVar(&f.sources.ClickHouse, "clickhouse-uid", dashboards.DefaultClickHouse, "uid of Grafana's ClickHouse data source")
	flags.StringVar(&f.sources.People, "people-uid", dashboards.DefaultPeople, "uid of the ClickHouse data source of panels on teams and advisors")
	flags.StringVar(&f.sources.Prometheus, "prometheus-uid", dashboards.DefaultPrometheus, "uid of Grafana's Prometheus data source")
}

func newDashboards(sh *shell) *cobra.Command {
	c := &cobra.Command{
		Use:   "dashboards",
		Short: "Make Grafana's boards from the indicators and the organisation",
		Long: `Dashboards makes the boards that managers look at: walls, team, queue, staffing,
campaign, quality, backlog, compliance, coaching, newcomers, alerts and the health
of the pipeline, in English and French. They are made from the catalogue of
indicators and from the organisation's queues, teams, campaigns and targets, and
never clicked together: what is changed in Grafana is told by diff and undone by
the next push.`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newDashboardsGenerate(sh), newDashboardsPush(sh), newDashboardsDiff(sh))
	return c
}

func newDashboardsGenerate(sh *shell) *cobra.Command {
	var f boardFlags
	var dir string
	c := &cobra.Command{
		Use:   "generate --dir DIR",
		Short: "Write boards and provisioning files for Grafana",
		Long: `Generate writes classic JSON boards by folder, the provisioning of folders and data
sources, and a playlist of the walls. The same organisation gives the same bytes.
Files that nobody generates any more are kept; vigie dashboards diff lists them.`,
		Example: `  vigie dashboards generate --dir deploy/grafana --organisation my-centre --language fr`,
		Args:    noArguments,
		RunE: func(*cobra.Command, []string) error {
			if dir == "" {
				return wrongUsage("--dir is missing: name the folder to write to, for example --dir deploy/grafana")
			}
			o, set, err := f.generate()
			if err != nil {
				return err
			}
			files, err := set.Files(o)
			if err != nil {
				return err
			}
			if err := dashboards.WriteDir(dir, files); err != nil {
				return err
			}
			fmt.Fprintf(sh.out, "%d boards in %d folders, %d files in %s.\n", len(set.Dashboards), len(set.Folders), len(files), dir)
			return nil
		},
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&dir, "dir", "", "folder to write to (required)")
	f.add(c.Flags())
	return c
}

// grafanaFlags say where Grafana is.
type grafanaFlags struct{ url, tokenFile string }

func (f *grafanaFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.url, "grafana", "", "address of Grafana, http://host:3000")
	flags.StringVar(&f.tokenFile, "grafana-token-file", "", "file that holds the token of a service account")
}

func (f *grafanaFlags) client() (*dashboards.Grafana, error) {
	token, err := readSecret(f.tokenFile)
	if err != nil {
		return nil, err
	}
	return &dashboards.Grafana{URL: f.url, Token: token}, nil
}

func newDashboardsPush(sh *shell) *cobra.Command {
	var f boardFlags
	var g grafanaFlags
	c := &cobra.Command{
		Use:   "push --grafana URL",
		Short: "Send the boards to Grafana",
		Long: `Push makes Grafana's folders and boards those that are generated, and says what it
changed. Pushing again changes nothing. What was changed by hand in Grafana is
undone; boards that are generated no more are told and kept.`,
		Example: `  vigie dashboards push --grafana http://localhost:3000 --grafana-token-file /run/secrets/grafana`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if g.url == "" {
				return wrongUsage("--grafana is missing: say where it is, for example --grafana http://localhost:3000")
			}
			o, set, err := f.generate()
			if err != nil {
				return err
			}
			grafana, err := g.client()
			if err != nil {
				return err
			}
			changes, err := grafana.Push(c.Context(), set, o.Centre.ID, "vigie dashboards push")
			sh.showBoards(changes)
			return err
		},
	}
	c.Flags().SortFlags = false
	g.add(c.Flags())
	f.add(c.Flags())
	return c
}

func newDashboardsDiff(sh *shell) *cobra.Command {
	var f boardFlags
	var g grafanaFlags
	var dir string
	c := &cobra.Command{
		Use:   "diff --grafana URL | --dir DIR",
		Short: "Say how Grafana, or a folder, differs from what would be generated",
		Long: `Diff names the boards that are new, changed, moved or left over, and the panels that
differ. It changes nothing. It fails when something differs, so that a job can
watch over it.`,
		Example: `  vigie dashboards diff --dir deploy/grafana`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if (g.url == "") == (dir == "") {
				return wrongUsage("give either --grafana or --dir, to compare with")
			}
			changes, err := f.diff(c.Context(), &g, dir)
			if err != nil {
				return err
			}
			if sh.showBoards(changes) > 0 {
				return errDiffers
			}
			return nil
		},
	}
	c.Flags().SortFlags = false
	g.add(c.Flags())
	c.Flags().StringVar(&dir, "dir", "", "folder to compare with")
	f.add(c.Flags())
	return c
}

func (f *boardFlags) diff(ctx context.Context, g *grafanaFlags, dir string) ([]dashboards.Change, error) {
	o, set, err := f.generate()
	if err != nil {
		return nil, err
	}
	if dir != "" {
		files, err := set.Files(o)
		if err != nil {
			return nil, err
		}
		return dashboards.DiffDir(dir, files)
	}
	grafana, err := g.client()
	if err != nil {
		return nil, err
	}
	return grafana.Diff(ctx, set, o.Centre.ID)
}

// showBoards writes a line for each board that differs and a sum, and returns how many do.
func (sh *shell) showBoards(changes []dashboards.Change) (differ int) {
	for _, c := range changes {
		if c.Kind != dashboards.Same {
			differ++
			fmt.Fprintln(sh.out, c)
		}
	}
	fmt.Fprintf(sh.out, "%d differ, %d are the same.\n", differ, len(changes)-differ)
	return differ
}

// generate makes the boards that the flags ask for.
func (f *boardFlags) generate() (*dashboards.Options, *dashboards.Set, error) {
	at, err := instantOf(f.day)
	if err != nil {
		return nil, nil, err
	}
	o := &dashboards.Options{Sources: f.sources}
	for _, tag := range f.languages {
		switch strings.TrimSpace(tag) {
		case "en":
			o.Languages = append(o.Languages, indicator.English)
		case "fr":
			o.Languages = append(o.Languages, indicator.French)
		default:
			return nil, nil, wrongUsage("--language %q: choose en, fr or both, separated by a comma", tag)
		}
	}
	organisation, err := organisationIn(f.organisation)
	if err != nil {
		return nil, nil, err
	}
	catalogue, err := app.CatalogueOf(organisation)
	if err != nil {
		return nil, nil, err
	}
	o.Catalogue, o.Centre = catalogue, dashboards.CentreOf(organisation, catalogue, at.UnixMilli())
	if f.centre != "" {
		o.Centre.ID = f.centre
	}
	set, err := dashboards.Generate(o)
	return o, set, err
}
