// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/organisation"
)

// applyFlags are the flags of vigie apply.
type applyFlags struct {
	kafka              kafkaFlags
	clickHouse         clickHouseFlags
	centre, message    string
	dryRun, yes, again bool
}

func newApply(sh *shell) *cobra.Command {
	var f applyFlags
	c := &cobra.Command{
		Use:   "apply --kafka HOST:PORT DIR",
		Short: "Check the files of an organisation, show what changes, and put it in force",
		Long: `Apply reads the YAML files of a folder: the centre, its queues, teams, advisors,
calendars, targets and so on; docs/configuration.md describes them. It reports
everything that is wrong with them at once, each with file, line, column and
what to write instead, and publishes nothing then.

Else it shows in words what changes against the version that applies now, asks,
and publishes all of it as the next version. It returns when every in-sync
replica has it and the log was read back: from that record on it applies, to
events of dates that it says. Nothing is restarted, and nothing counted before
is counted anew.

A running vigie run with ClickHouse brings its views up to date by itself within
seconds. With --clickhouse apply does it too, before it returns.

--dry-run stops after the changes. Without --kafka it only checks the files.`,
		Example: `  # are the files right?
  vigie apply --dry-run centre/

  # what would change?
  vigie apply --kafka localhost:9092 --dry-run centre/

  # put it in force, with a word for the history
  vigie apply --kafka localhost:9092 --message "orvalie: T 40 s as agreed" centre/`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUsage("one folder is applied at a time, got %d; write for example vigie apply --kafka localhost:9092 centre/", len(args))
			}
			return sh.apply(c.Context(), args[0], &f)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&f.centre, "centre", "", "id of the centre (default: the id of centre.yaml)")
	flags.BoolVar(&f.dryRun, "dry-run", false, "show what would change, and publish nothing")
	flags.BoolVar(&f.yes, "yes", false, "publish without asking")
	flags.StringVar(&f.message, "message", "", "why, for the history")
	flags.BoolVar(&f.again, "again", false, "publish even if nothing changes, for example after the log was lost")
	f.kafka.add(flags)
	f.clickHouse.add(flags, "default: none, the running pipeline brings the views up to date")
	return c
}

func (sh *shell) apply(ctx context.Context, dir string, f *applyFlags) error {
	o, err := readFolder(dir)
	var problems organisation.Problems
	if errors.As(err, &problems) {
		return fmt.Errorf("nothing was published: %w", err)
	}
	if err != nil {
		return err
	}
	if f.dryRun && len(f.kafka.o.Brokers) == 0 {
		fmt.Fprintf(sh.out, "%s is right: %s.\n", dir, counted(organisation.Describe(o.Objects(), nil)))
		return nil
	}
	clickHouse, err := f.clickHouse.options()
	if err != nil {
		return err
	}
	configs, err := sh.openConfigs(ctx, &f.kafka)
	if err != nil {
		return err
	}
	defer configs.Close()
	plan, err := configs.Plan(ctx, f.centre, o)
	if err != nil {
		return err
	}
	sh.showPlan(plan)
	if f.dryRun || !plan.Needed() && !f.again {
		return nil
	}
	if !f.yes {
		if err := sh.confirm(fmt.Sprintf("Publish this as version %d?", plan.Version)); err != nil {
			return err
		}
	}
	v, err := configs.Publish(ctx, plan, whoAmI(), f.message)
	if err != nil {
		return err
	}
	fmt.Fprintf(sh.out, "Version %d of centre %s is in force: %d objects, record %d of the log.\n", v.Version, v.Centre, v.Count, v.Offset)
	if clickHouse.Addr == "" {
		return nil
	}
	if err := app.StoreConfig(ctx, clickHouse, plan, &v, sh.log); err != nil {
		return fmt.Errorf("version %d is in force, but the views in ClickHouse are as before; vigie run brings them up to date when it can reach it: %w", v.Version, err)
	}
	return nil
}

// readFolder reads the files of an organisation.
func readFolder(dir string) (*organisation.Organisation, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, fmt.Errorf("reading the organisation: %w", err)
	}
	if !info.IsDir() {
		return nil, wrongUsage("%s is a file; give the folder that it lies in", dir)
	}
	o, err := app.ReadOrganisation(os.DirFS(dir), dir)
	var problems organisation.Problems
	if errors.As(err, &problems) && len(problems) > 1 {
		err = fmt.Errorf("%d problems:\n%w", len(problems), err)
	}
	return o, err
}

func (sh *shell) openConfigs(ctx context.Context, kafka *kafkaFlags) (*app.Configs, error) {
	o, err := kafka.options()
	if err != nil {
		return nil, err
	}
	return app.OpenConfigs(ctx, o, time.Now, sh.log)
}

// showPlan says what applies now and what changes.
func (sh *shell) showPlan(p *app.Plan) {
	switch {
	case p.Current == nil:
		fmt.Fprintf(sh.out, "Centre %s has no configuration yet.\n", p.Centre)
	default:
		fmt.Fprintf(sh.out, "Centre %s: version %d applies, %s.\n", p.Centre, p.Current.Version, madeBy(p.Current))
	}
	if u := p.Unsettled; u != nil {
		fmt.Fprintf(sh.out, "Version %d was announced, %s, and never confirmed: it may be in force. Publishing settles it.\n", u.Version, madeBy(u))
	}
	showChanges(sh.out, p.Changes, mostAlike)
	if len(p.Changes) == 0 {
		fmt.Fprintln(sh.out, "Nothing changes.")
	}
}

// mostAlike is how many things of a kind are shown one by one when they are all new or all gone.
const mostAlike = 12

// showChanges writes a line for each change; many things of one kind that are new or gone are one line.
func showChanges(w io.Writer, changes []organisation.Change, most int) {
	for i := 0; i < len(changes); {
		end := i
		for end < len(changes) && changes[end].Noun == changes[i].Noun && changes[end].Kind == changes[i].Kind {
			end++
		}
		alike := changes[i:end]
		i = end
		if alike[0].Kind == organisation.Changed || len(alike) <= most {
			for _, c := range alike {
				fmt.Fprintf(w, "  %s\n", c)
			}
			continue
		}
		word := map[organisation.ChangeKind]string{organisation.Added: "added", organisation.Removed: "removed"}[alike[0].Kind]
		fmt.Fprintf(w, "  %d %s %s: %s, %s, ... %s\n", len(alike), plural(alike[0].Noun), word, alike[0].Name, alike[1].Name, alike[len(alike)-1].Name)
	}
}

// counted says how many of each kind there are: 9 queues, 106 advisors.
func counted(things []organisation.Change) string {
	var parts []string
	for _, noun := range organisation.Nouns() {
		names := map[string]bool{}
		for _, c := range things {
			if c.Noun == noun {
				names[c.Name] = true
			}
		}
		if n := len(names); n > 0 && plural(noun) != noun && noun != "centre" {
			word := noun
			if n > 1 {
				word = plural(noun)
			}
			parts = append(parts, fmt.Sprintf("%d %s", n, word))
		}
	}
	if len(parts) == 0 {
		return "the centre alone"
	}
	return strings.Join(parts, ", ")
}

// plural is the plural of an organisation's noun; dispositions and states are plural already.
func plural(noun string) string {
	if strings.HasSuffix(noun, "s") {
		return noun
	}
	return noun + "s"
}

// madeBy says when and by whom a version was applied.
func madeBy(v *app.ConfigVersion) string {
	text := "applied " + time.UnixMilli(v.MadeMs).Format("2006-01-02 15:04")
	if v.By != "" {
		text += " by " + v.By
	}
	if v.Message != "" {
		text += fmt.Sprintf(" (%s)", v.Message)
	}
	return text
}

// whoAmI is the user of this machine, for the history; "" when it cannot be told.
func whoAmI() string {
	u, err := user.Current()
	if err != nil {
		return ""
	}
	return u.Username
}

// errNotConfirmed is the answer to a question that was not yes.
var errNotConfirmed = errors.New("nothing was published")

// confirm asks a question on standard error. Who cannot be asked must give --yes.
func (sh *shell) confirm(question string) error {
	fmt.Fprintf(sh.err, "%s [y/N] ", question)
	answer, err := bufio.NewReader(sh.in).ReadString('\n')
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes", "o", "oui":
		return nil
	}
	if errors.Is(err, io.EOF) && answer == "" {
		fmt.Fprintln(sh.err)
		return fmt.Errorf("%w: there is nobody to ask; give --yes", errNotConfirmed)
	}
	return errNotConfirmed
}
