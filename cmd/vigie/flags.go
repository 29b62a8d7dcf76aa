// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/vigie-kpi/vigie/eventlog"
	"github.com/vigie-kpi/vigie/ingest"
	"github.com/vigie-kpi/vigie/store"
)

// environmentPrefix begins the names of the variables that stand for flags: --kafka-brokers is VIGIE_KAFKA_BROKERS.
const environmentPrefix = "VIGIE_"

// fromEnvironment gives each flag that was not on the command line the value of its variable, if there is one.
func fromEnvironment(c *cobra.Command) error {
	var errs []error
	c.Flags().VisitAll(func(f *pflag.Flag) {
		name := environmentPrefix + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		value, ok := os.LookupEnv(name)
		if !ok || f.Changed {
			return
		}
		if err := c.Flags().Set(f.Name, value); err != nil {
			errs = append(errs, wrongUsage("variable %s, for --%s: %v", name, f.Name, err))
		}
	})
	return errors.Join(errs...)
}

// kafkaFlags are the flags of every command that reaches Kafka.
type kafkaFlags struct {
	o            eventlog.Options
	passwordFile string
}

func (k *kafkaFlags) add(flags *pflag.FlagSet) {
	o := &k.o
	flags.StringSliceVar(&o.Brokers, "kafka", nil, "Kafka brokers, host:port, separated by commas (required)")
	flags.IntVar(&o.Partitions, "partitions", 0, "partitions of the topics, fixed once they exist; 0: as they have, 12 of new ones")
	flags.IntVar(&o.Replication, "replication", 0, "copies of each partition; 0: the brokers' own default")
	flags.DurationVar(&o.Retention, "retention", eventlog.DefaultRetention, "how long events and dead letters are kept")
	flags.StringVar(&o.EventsTopic, "events-topic", eventlog.DefaultEventsTopic, "topic of the events")
	flags.StringVar(&o.CheckpointsTopic, "checkpoints-topic", eventlog.DefaultCheckpointsTopic, "topic of the checkpoints")
	flags.StringVar(&o.DeadLettersTopic, "dead-letters-topic", eventlog.DefaultDeadLettersTopic, "topic of what was refused")
	flags.BoolVar(&o.TLS.Enabled, "kafka-tls", false, "encrypt the connections to Kafka")
	flags.StringVar(&o.TLS.CAFile, "kafka-ca", "", "PEM file of the authorities that sign the brokers' certificates (default: the system's)")
	flags.StringVar(&o.TLS.CertFile, "kafka-cert", "", "PEM file of the client's certificate")
	flags.StringVar(&o.TLS.KeyFile, "kafka-key", "", "PEM file of the client's key")
	flags.StringVar(&o.SASL.Mechanism, "kafka-sasl", "", "login: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 (default: none)")
	flags.StringVar(&o.SASL.Username, "kafka-user", "", "name to log in with")
	flags.StringVar(&k.passwordFile, "kafka-password-file", "", "file that holds the password")
}

// given returns what the flags say, with a logger; nil where no broker is named, for a command that may do without.
func (k *kafkaFlags) given(log *slog.Logger) (*eventlog.Options, error) {
	if len(k.o.Brokers) == 0 {
		return nil, nil
	}
	o, err := k.options()
	o.Logger = log
	return &o, err
}

// options returns what the flags say.
func (k *kafkaFlags) options() (eventlog.Options, error) {
	if len(k.o.Brokers) == 0 {
		return k.o, wrongUsage("--kafka is missing: name some brokers, for example --kafka localhost:9092")
	}
	o := k.o
	var err error
	if o.SASL.Password, err = readSecret(k.passwordFile); err != nil {
		return o, err
	}
	if err := o.Validate(); err != nil {
		return o, &usageError{err}
	}
	return o, nil
}

// clickHouseFlags are the flags of every command that reaches ClickHouse.
type clickHouseFlags struct {
	o            store.Options
	passwordFile string
}

func (f *clickHouseFlags) add(flags *pflag.FlagSet, without string) {
	o := &f.o
	flags.StringVar(&o.Addr, "clickhouse", "", "ClickHouse: clickhouse://host:9000 or http://host:8123 ("+without+")")
	flags.StringVar(&o.Database, "clickhouse-database", store.DefaultDatabase, "database of our tables")
	flags.StringVar(&o.User, "clickhouse-user", "default", "name to log in with")
	flags.StringVar(&f.passwordFile, "clickhouse-password-file", "", "file that holds the password")
	flags.StringVar(&o.Cluster, "clickhouse-cluster", "", "name of the ClickHouse cluster; empty: one server")
	flags.BoolVar(&o.TLS, "clickhouse-tls", false, "encrypt the native protocol")
	flags.StringVar(&o.CAFile, "clickhouse-ca", "", "PEM file of the authorities that sign the server's certificate (default: the system's)")
}

// required returns what the flags say, for a command that needs a ClickHouse.
func (f *clickHouseFlags) required() (store.Options, error) {
	if f.o.Addr == "" {
		return store.Options{}, wrongUsage("--clickhouse is missing: say where ClickHouse is, for example --clickhouse http://localhost:8123")
	}
	return f.options()
}

// options returns what the flags say; without an address the rest is not looked at.
func (f *clickHouseFlags) options() (store.Options, error) {
	if f.o.Addr == "" {
		return store.Options{}, nil
	}
	o := f.o
	var err error
	if o.Password, err = readSecret(f.passwordFile); err != nil {
		return o, err
	}
	if err := o.Validate(); err != nil {
		return o, &usageError{err}
	}
	return o, nil
}

// readSecret reads a file that holds one secret; "" is no secret.
func readSecret(path string) (string, error) {
	if path == "" {
		return "", nil
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("reading a secret: %w", err)
	}
	secret := strings.TrimRight(string(raw), "\r\n")
	if secret == "" {
		return "", fmt.Errorf("the secret in %s is empty", path)
	}
	return secret, nil
}

// readKey reads ID:SECRET.
func readKey(path string) (ingest.Key, error) {
	raw, err := readSecret(path)
	if err != nil {
		return ingest.Key{}, err
	}
	id, secret, ok := strings.Cut(raw, ":")
	if !ok {
		return ingest.Key{}, fmt.Errorf("the key in %s: write ID:SECRET, for example k1 and a colon, then the output of openssl rand -hex 32", path)
	}
	return ingest.Key{ID: id, Secret: []byte(secret)}, nil
}

// isTerminal tells whether a stream is looked at by a person.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}
