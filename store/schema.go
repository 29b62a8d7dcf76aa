// SPDX-License-Identifier: Apache-2.0

package store

import (
	"fmt"
	"strings"
)

// The windows of deduplication by token. They protect the block in flight: between
// the first attempt of a block and its last, no more than this many others may be
// inserted. 12 partitions that write a block of two days each five seconds make
// 288 entries a minute: 20,000 last more than an hour; what outlives them is
// caught by counting (see recovery.go).
const (
	dedupWindow = 20_000
	// dedupWindowSeconds is the retention of the log, 14 days.
	dedupWindowSeconds = 14 * 24 * 3600
)

// schema names tables as one server or a cluster has them. It is what the
// templates of migrations and the statements of this package are written over.
type schema struct {
	database, cluster string
}

// schema returns the names under validated options.
func (o Options) schema() schema {
	s := schema{database: o.Database, cluster: o.Cluster}
	if s.database == "" {
		s.database = DefaultDatabase
	}
	return s
}

// Database is the name of the database.
func (s schema) Database() string { return s.database }

// Name is the table that statements read and write: on a cluster, all its shards.
func (s schema) Name(table string) string { return s.database + "." + table }

// Local is the table that holds the rows of one server.
func (s schema) Local(table string) string {
	if s.cluster == "" {
		return s.Name(table)
	}
	return s.Name(table) + "_local"
}

// OnCluster makes a statement one of the whole cluster.
func (s schema) OnCluster() string {
	if s.cluster == "" {
		return ""
	}
	return " ON CLUSTER '" + s.cluster + "'"
}

// Clustered tells a cluster from one server.
func (s schema) Clustered() bool { return s.cluster != "" }

// Engine is a table engine of the MergeTree family with its arguments; on a
// cluster its replicated kind, sharded.
func (s schema) Engine(table, family string, args ...string) string {
	return s.engine("{shard}", s.table(table), family, args)
}

// EngineEverywhere is Engine for small tables that every server holds whole.
func (s schema) EngineEverywhere(table, family string, args ...string) string {
	return s.engine("everywhere", table, family, args)
}

func (s schema) engine(shard, table, family string, args []string) string {
	if s.cluster == "" {
		return family + "(" + strings.Join(args, ", ") + ")"
	}
	// {shard} and {replica} are macros that the servers' own configuration defines.
	path := fmt.Sprintf("'/clickhouse/tables/%s/%s/%s'", shard, s.database, table)
	return "Replicated" + family + "(" + strings.Join(append([]string{path, "'{replica}'"}, args...), ", ") + ")"
}

func (s schema) table(name string) string {
	_, name, _ = strings.Cut(s.Local(name), ".")
	return name
}

// Distributed creates, on a cluster, the table over all shards. The key is the
// partition of the log, so that a block goes to one shard as a whole and a centre
// lives on one.
func (s schema) Distributed(table string) string {
	if s.cluster == "" {
		return ""
	}
	return fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s%s AS %s\nENGINE = Distributed('%s', '%s', '%s', partition);",
		s.Name(table), s.OnCluster(), s.Local(table), s.cluster, s.database, s.table(table))
}

// DedupSettings are the table settings without which a token means nothing: the
// window of a plain MergeTree is off by default.
func (s schema) DedupSettings() string {
	if s.cluster == "" {
		return fmt.Sprintf("non_replicated_deduplication_window = %d", dedupWindow)
	}
	return fmt.Sprintf("replicated_deduplication_window = %d, replicated_deduplication_window_seconds = %d",
		dedupWindow, dedupWindowSeconds)
}

// syncStatement waits, on each server of a cluster, for what its replicas have.
func (s schema) syncStatement(table string) string {
	return "SYSTEM SYNC REPLICA" + s.OnCluster() + " " + s.Local(table) + " LIGHTWEIGHT"
}

// quote writes a string as a literal of ClickHouse SQL.
func quote(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`).Replace(text) + "'"
}
