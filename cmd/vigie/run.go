// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/ingest"
)

// shutdownTimeout is how long a command may take to stop after a signal.
const shutdownTimeout = 25 * time.Second

func newRun(sh *shell) *cobra.Command {
	var kafka kafkaFlags
	var clickHouse clickHouseFlags
	var o app.Options
	var tokenFile string
	var access accessFlags
	var privacy privacyFlags
	var alerting alertFlags
	c := &cobra.Command{
		Use:   "run --kafka HOST:PORT [--clickhouse ADDRESS]",
		Short: "Run the pipeline: events in, indicators and facts out",
		Long: `Run digests the log: it computes the live indicators of every centre whose
partition it owns, writes facts to ClickHouse, and takes events over HTTP.
Several instances with the same --group share the partitions.

Stop it or kill it at any moment, or cut ClickHouse off: the stored numbers are
those of a run without faults. Without --clickhouse indicators are live only.

The wall boards are at /wall. They and the live API answer to this machine only,
unless --read-token-file names who else may read, or --read-public lets everybody.

Alerts of the centres' rules are on the walls; with --alertmanager they are sent,
docs/alerts.md.

Every flag can be given as a variable: --kafka as VIGIE_KAFKA.`,
		Example: `  # a broker and a ClickHouse on this machine
  vigie run --kafka localhost:9092 --clickhouse http://localhost:8123

  # is it healthy, and what does it show?
  curl -s localhost:8080/healthz
  curl -s 'localhost:8080/api/v1/indicators?scope=queue:support&window=30m'`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			var err error
			if o.Kafka, err = kafka.options(); err != nil {
				return err
			}
			if o.ClickHouse, err = clickHouse.options(); err != nil {
				return err
			}
			if o.Token, err = readSecret(tokenFile); err != nil {
				return err
			}
			if o.Privacy, err = privacy.load(); err != nil {
				return err
			}
			if err := access.load(&o); err != nil {
				return err
			}
			if o.Alerting, err = alerting.options(); err != nil {
				return err
			}
			o.Version, o.Logger = version, sh.log
			return sh.run(c.Context(), o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	kafka.add(flags)
	clickHouse.add(flags, "default: none, live indicators only")
	flags.StringVar(&o.Listen, "listen", "127.0.0.1:8080", "host:port of the HTTP interface; empty: none")
	flags.StringVar(&o.Group, "group", "vigie", "consumer group; the same for all instances that share the work")
	flags.StringVar(&tokenFile, "token-file", "", "file with the bearer token that senders of events must show (default: none)")
	access.add(flags, &o)
	flags.DurationVar(&o.CheckpointEvery, "checkpoint-every", 30*time.Second, "least log time between two checkpoints")
	flags.DurationVar(&o.TickEvery, "tick-every", time.Second, "how often the log's clock is moved when nothing happens")
	privacy.add(flags)
	alerting.add(flags)
	return c
}

// run runs the pipeline until a signal.
func (sh *shell) run(ctx context.Context, o app.Options) error {
	a, err := app.New(o)
	if err != nil {
		return &usageError{err}
	}
	if err := a.Start(ctx); err != nil {
		return err
	}
	sh.log.Info("running", "version", version, "http", a.Addr(), "group", o.Group)
	var failed error
	select {
	case <-ctx.Done():
	case failed = <-a.Failed():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	return errors.Join(failed, a.Stop(stop))
}

// newMigrate creates or updates the tables, for sites that do not let a program do it.
func newMigrate(sh *shell) *cobra.Command {
	var clickHouse clickHouseFlags
	c := &cobra.Command{
		Use:   "migrate --clickhouse ADDRESS",
		Short: "Create or update the tables and views in ClickHouse",
		Long: `Migrate brings the database to what this version needs: numbered migrations, a
column for each measure, and the views that the indicators are compiled to. Run
again, it changes nothing. vigie run does the same when it starts.`,
		Example: `  vigie migrate --clickhouse http://localhost:8123`,
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			o, err := clickHouse.required()
			if err != nil {
				return err
			}
			if err := app.Migrate(c.Context(), o, sh.log); err != nil {
				return err
			}
			sh.log.Info("the database is up to date", "database", o.Database)
			return nil
		},
	}
	c.Flags().SortFlags = false
	clickHouse.add(c.Flags(), "required")
	return c
}

// newFollow sends a growing queue log to the log.
func newFollow(sh *shell) *cobra.Command {
	var kafka kafkaFlags
	var o app.FollowOptions
	var members []string
	var privacy privacyFlags
	c := &cobra.Command{
		Use:   "follow --source asterisk-queue-log --centre ID --kafka HOST:PORT FILE",
		Short: "Send a growing file of a source to the log, as it grows",
		Long: `Follow reads a queue log as it grows, through rotations, and publishes its
events. It saves how far it is after Kafka has acknowledged, so a restart loses
nothing; what is sent twice is known by its id and counts once.`,
		Example: `  vigie follow --source asterisk-queue-log --centre paris --kafka localhost:9092 /var/log/asterisk/queue_log`,
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) != 1 {
				return wrongUsage("one file is followed at a time, got %d; start a vigie follow for each", len(files))
			}
			o.Path = files[0]
			var err error
			if o.Kafka, err = kafka.options(); err != nil {
				return err
			}
			if o.Privacy, err = privacy.load(); err != nil {
				return err
			}
			o.Members, o.Logger = members, sh.log
			if err := o.Validate(); err != nil {
				return &usageError{err}
			}
			return app.Follow(c.Context(), o)
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&o.Source, "source", "", "what writes the file: asterisk-queue-log (required)")
	flags.StringVar(&o.Centre, "centre", "", "id of the contact centre (required)")
	flags.StringVar(&o.Position, "position", "", "file that remembers how far it is (default: FILE.vigie-position)")
	flags.StringArrayVar(&members, "member", nil, "REGEXP=NAME: the advisor that a member's interface stands for; may be repeated")
	kafka.add(flags)
	privacy.add(flags)
	return c
}

// privacyFlags say how customers' identifiers are hashed.
type privacyFlags struct {
	keyFile, previousFile, country string
}

func (p *privacyFlags) add(flags interface {
	StringVar(*string, string, string, string)
}) {
	flags.StringVar(&p.keyFile, "customer-key-file", "", "file with ID:SECRET, the key that customers' numbers are hashed with (default: no customer is kept)")
	flags.StringVar(&p.previousFile, "customer-previous-key-file", "", "the key before, during a rotation")
	flags.StringVar(&p.country, "country", "", "calling code without +, for example 33, so that national and international forms of a number are one customer")
}

func (p *privacyFlags) load() (*ingest.Privacy, error) {
	if p.keyFile == "" {
		if p.previousFile != "" {
			return nil, wrongUsage("--customer-previous-key-file needs --customer-key-file")
		}
		return nil, nil
	}
	o := ingest.PrivacyOptions{Country: p.country}
	var err error
	if o.Current, err = readKey(p.keyFile); err != nil {
		return nil, err
	}
	if p.previousFile != "" {
		previous, err := readKey(p.previousFile)
		if err != nil {
			return nil, err
		}
		o.Previous = &previous
	}
	return ingest.NewPrivacy(o)
}
