// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/explain"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/store"
)

// explainFlags are the flags of vigie explain and vigie abandoned as they are written.
type explainFlags struct {
	clickHouse clickHouseFlags
	kafka      kafkaFlags
	o          app.ExplainOptions
	scopes     [indicator.NumScopeKinds]string
	output     string
	asOf       int64
	minWait    time.Duration
	all        bool
}

func newExplain(sh *shell) *cobra.Command {
	f := &explainFlags{}
	c := &cobra.Command{
		Use:   "explain INDICATOR --clickhouse ADDRESS",
		Short: "Show what a number was made of: which contacts counted, and why",
		Long: `Explain leads a number back to what made it: its value, the formula as it is
written and with the numbers put in, each contact that counted and why ("waited
14.2 s ≤ T 20 s: answered within T"), those that did not and why not, the
configuration that applied, and the partition and offset of each log record.
What the entries give adds up to the numerator and the denominator exactly.

Times without an offset are in the zone of the centre. --as-of shows the number
as it was known at a log record, without what the daily job found.

With --kafka the configurations are read, so that T, S and the variant of a queue
are named; without it only their version is.

Marks. taken_back: a later record took back what an earlier one had said.
corrected: it changed it. by_hand: a correction.issued added it. daily_job: the
daily job found it.

Advisors are not shown, unless --advisors is given: an explanation of one
person's work is for that person and those who may coach.

Output. text is for people, json has everything, csv has a row per fact. --all
takes all pages, with csv.`,
		Example: `  vigie explain sl_live --clickhouse http://localhost:8123 --queue assistance \
      --from 2026-11-17T09:00 --to 2026-11-17T10:00

  # as a spreadsheet, in French, for the whole business day
  vigie explain aht --clickhouse http://localhost:8123 --team matin --day 2026-11-17 --lang fr --output csv --all >dmt.csv`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) != 1 {
				return wrongUsage("name one indicator, for example: vigie explain sl_live")
			}
			f.o.Indicator = args[0]
			return sh.withExplainer(c, f, func(ctx context.Context, x *app.Explainer) error { return sh.explain(ctx, x, f) })
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	f.add(flags, explain.OnlyAll+", "+explain.OnlyCounted+" or "+explain.OnlyNotCounted)
	for kind := range indicator.ScopeKind(indicator.NumScopeKinds) {
		if kind != indicator.ScopeCentre {
			flags.StringVar(&f.scopes[kind], kind.String(), "", "explain the number of one "+kind.String()+" (default: of the centre)")
		}
	}
	flags.Int64Var(&f.asOf, "as-of", -1, "offset of the last log record to take into account (default: all)")
	flags.BoolVar(&f.o.Advisors, "advisors", false, "show who worked, by id, and allow --advisor")
	flags.BoolVar(&f.all, "all", false, "with --output csv: all pages")
	return c
}

func newAbandoned(sh *shell) *cobra.Command {
	f := &explainFlags{}
	c := &cobra.Command{
		Use:   "abandoned --clickhouse ADDRESS",
		Short: "List who gave up waiting, to call them back",
		Long: `Abandoned lists the contacts that ended with an abandon, newest first: when, in
which queue, after how long, and whether the customer came back since or was
called. It is pseudonymous: a customer is the hash that the gateway made; only
the system that knows the key finds the person.

--only to_call leaves out who was answered since.`,
		Example: `  vigie abandoned --clickhouse http://localhost:8123 --queue assistance --day 2026-11-17 --only to_call --min-wait 30s`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if f.minWait < 0 {
				return wrongUsage("--min-wait %s: give 0s or more", f.minWait)
			}
			f.o.MinWaitMs = f.minWait.Milliseconds()
			return sh.withExplainer(c, f, func(ctx context.Context, x *app.Explainer) error { return sh.abandoned(ctx, x, f) })
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	f.add(flags, explain.OnlyAll+" or "+app.OnlyToCall)
	flags.StringVar(&f.scopes[indicator.ScopeQueue], "queue", "", "of one queue (default: all)")
	flags.DurationVar(&f.minWait, "min-wait", 0, "leave out who waited less, such as 10s")
	return c
}

// add adds the flags of both commands.
func (f *explainFlags) add(flags *pflag.FlagSet, only string) {
	flags.StringVar(&f.o.Centre, "centre", "", "id of the contact centre (default: the only one there is)")
	flags.StringVar(&f.o.Day, "day", "", "business day, YYYY-MM-DD")
	flags.StringVar(&f.o.From, "from", "", "start of the interval instead, such as 2026-11-17T09:00")
	flags.StringVar(&f.o.To, "to", "", "end of the interval; it does not belong to it")
	flags.StringVar(&f.o.Timezone, "timezone", "", "IANA time zone of times that are read and written (default: the centre's, by --kafka or by the configuration in ClickHouse; UTC if neither knows)")
	flags.StringVar(&f.o.Language, "lang", "en", "language: en, fr")
	flags.StringVar(&f.o.Only, "only", explain.OnlyAll, "what to list: "+only)
	flags.IntVar(&f.o.Page, "page", 1, "page to show")
	flags.IntVar(&f.o.Size, "limit", app.DefaultExplainSize, fmt.Sprintf("entries of a page, at most %d", app.MaxExplainSize))
	flags.StringVar(&f.output, "output", "text", "form of the result: text, json, csv")
	f.clickHouse.add(flags, "required")
	f.kafka.add(flags)
	flags.Lookup("kafka").Usage = "Kafka brokers, host:port, separated by commas, to read configurations (default: none)"
}

// options checks the flags.
func (f *explainFlags) options() error {
	switch f.output {
	case "text", "json", "csv":
	default:
		return wrongUsage("--output %q: choose text, json or csv", f.output)
	}
	if f.all && f.output != "csv" {
		return wrongUsage("--all is for --output csv; choose a page with --page, or a larger one with --limit")
	}
	if f.asOf >= 0 {
		f.o.AsOf = &f.asOf
	}
	for kind, id := range f.scopes {
		if id == "" {
			continue
		}
		if f.o.Scope != indicator.ScopeCentre {
			return wrongUsage("--%s and --%s: one at a time", f.o.Scope, indicator.ScopeKind(kind))
		}
		f.o.Scope, f.o.ID = indicator.ScopeKind(kind), id
	}
	return nil
}

// withExplainer opens what an explanation reads, and closes it.
func (sh *shell) withExplainer(c *cobra.Command, f *explainFlags, do func(context.Context, *app.Explainer) error) (err error) {
	if err := f.options(); err != nil {
		return err
	}
	clickHouse, err := f.clickHouse.required()
	if err != nil {
		return err
	}
	x := &app.Explainer{}
	if x.Catalogue, err = indicator.Load(); err != nil {
		return fmt.Errorf("loading the indicators: %w", err)
	}
	if len(f.kafka.o.Brokers) > 0 {
		configs, err := sh.openConfigs(c.Context(), &f.kafka)
		if err != nil {
			return err
		}
		defer configs.Close()
		x.Configs = app.ConfigsReader(configs)
	}
	if x.Store, err = store.Open(c.Context(), clickHouse); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Store.Close()) }()
	err = do(c.Context(), x)
	var wrong *app.AskError
	if errors.As(err, &wrong) {
		return &usageError{err}
	}
	return err
}

func (sh *shell) explain(ctx context.Context, x *app.Explainer, f *explainFlags) error {
	if f.all {
		f.o.Page, f.o.Size = 1, app.MaxExplainSize
	}
	for {
		e, err := x.Explain(ctx, f.o)
		if err != nil {
			return err
		}
		switch f.output {
		case "json":
			return writeIndented(sh.out, e)
		case "text":
			return e.WriteText(sh.out)
		}
		if err := e.WriteCSV(sh.out, f.o.Page == 1 || !f.all); err != nil {
			return fmt.Errorf("writing the explanation: %w", err)
		}
		if !f.all || len(e.Entries) < f.o.Size {
			return nil
		}
		f.o.Page++
	}
}

func (sh *shell) abandoned(ctx context.Context, x *app.Explainer, f *explainFlags) error {
	list, err := x.Abandoned(ctx, f.o)
	if err != nil {
		return err
	}
	switch f.output {
	case "json":
		return writeIndented(sh.out, list)
	case "csv":
		return list.WriteCSV(sh.out)
	}
	return list.WriteText(sh.out)
}

// writeIndented writes JSON that a person can read too.
func writeIndented(w io.Writer, value any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return fmt.Errorf("writing the result: %w", err)
	}
	return nil
}
