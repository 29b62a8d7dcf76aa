// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/organisation"
)

// getFlags are the flags of vigie get.
type getFlags struct {
	kafka          kafkaFlags
	centre, output string
	version        int
}

func newGet(sh *shell) *cobra.Command {
	var f getFlags
	c := &cobra.Command{
		Use:   "get --kafka HOST:PORT [KIND [NAME]]",
		Short: "Show the organisation that applies now, or applied before",
		Long: `Get shows what vigie apply published: without a kind, how much there is of each;
with one, such as queues or advisors, a line for each thing and the time it
holds; with a name, that one only.

Kinds: ` + strings.Join(kinds(), ", ") + `.

Output. text is for people. json is what is in the log, one object a line.`,
		Example: `  vigie get --kafka localhost:9092
  vigie get --kafka localhost:9092 queues
  vigie get --kafka localhost:9092 advisor a001
  vigie get --kafka localhost:9092 --version 3 --output json targets`,
		RunE: func(c *cobra.Command, args []string) error {
			noun, name, err := f.wanted(args)
			if err != nil {
				return err
			}
			return sh.get(c.Context(), noun, name, &f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.centre, "centre", "", "id of the centre (default: the only one there is)")
	flags.IntVar(&f.version, "version", 0, "version to show (default: the newest)")
	flags.StringVar(&f.output, "output", "text", "form of the result: text, json")
	f.kafka.add(flags)
	return c
}

func kinds() []string {
	var all []string
	for _, noun := range organisation.Nouns() {
		all = append(all, plural(noun))
	}
	return all
}

// wanted checks the arguments.
func (f *getFlags) wanted(args []string) (noun, name string, err error) {
	if f.output != "text" && f.output != "json" {
		return "", "", wrongUsage("--output %q: choose text or json", f.output)
	}
	if f.version < 0 {
		return "", "", wrongUsage("--version %d: versions count from 1", f.version)
	}
	if len(args) == 0 {
		return "", "", nil
	}
	i := slices.IndexFunc(organisation.Nouns(), func(n string) bool { return args[0] == n || args[0] == plural(n) })
	if i < 0 {
		near := event.Nearest(args[0], kinds())
		if near != "" {
			return "", "", wrongUsage("there is no kind %q; did you mean %s?", args[0], near)
		}
		return "", "", wrongUsage("there is no kind %q; choose one of %s", args[0], strings.Join(kinds(), ", "))
	}
	return organisation.Nouns()[i], strings.Join(args[1:], " "), nil
}

func (sh *shell) get(ctx context.Context, noun, name string, f *getFlags) error {
	configs, err := sh.openConfigs(ctx, &f.kafka)
	if err != nil {
		return err
	}
	defer configs.Close()
	history, err := configs.History(ctx, f.centre)
	if err != nil {
		return err
	}
	v, err := history.Find(f.version)
	if err != nil {
		return err
	}
	objects, err := history.Objects(v)
	if err != nil {
		return err
	}
	if f.output == "json" {
		return writeObjects(sh.out, organisation.Select(objects, noun, name))
	}
	return sh.describe(v, objects, noun, name)
}

func (sh *shell) describe(v *app.ConfigVersion, objects []event.ConfigObject, noun, name string) error {
	indicators, err := app.TargetIndicators()
	if err != nil {
		return err
	}
	lines := organisation.Describe(objects, indicators)
	if noun == "" {
		fmt.Fprintf(sh.out, "Centre %s, version %d, %s: %s.\n", v.Centre, v.Version, madeBy(v), counted(lines))
		return nil
	}
	lines = slices.DeleteFunc(lines, func(l organisation.Change) bool { return l.Noun != noun || name != "" && l.Name != name })
	if len(lines) == 0 && name != "" {
		return fmt.Errorf("version %d has no %s %s; vigie get %s lists those it has", v.Version, noun, name, plural(noun))
	}
	for _, line := range lines {
		fmt.Fprintln(sh.out, line)
	}
	return nil
}

// writeObjects writes objects as they are in the log, one a line.
func writeObjects(w io.Writer, objects []event.ConfigObject) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	for _, o := range objects {
		if err := e.Encode(struct {
			Type string          `json:"type"`
			Data json.RawMessage `json:"data"`
		}{o.Type.String(), o.Data}); err != nil {
			return fmt.Errorf("writing the objects: %w", err)
		}
	}
	return nil
}
