// SPDX-License-Identifier: Apache-2.0

// Package eventlog is Kafka, and the only place where Kafka is known.
//
// It knows topics, partitions, offsets, consumer groups and how a value is stored so that it is not lost. It treats
// every value as opaque bytes: it never knows what an event is, what a checkpoint holds, or that ClickHouse exists. It
// never decides what to do about a lost record or a stopped partition: it says so with numbers, and the caller decides.
//
// Start at [Open] and [Log]. From a Log come:
//
//   - [Log.EnsureTopics] and [Log.TopicEpoch]: the topics, and which incarnation of the events topic this is;
//   - [Producer]: publish by key or to a partition, acknowledged by all replicas;
//   - [PartitionReader]: every record of one partition, in order, or an error; never a silent skip;
//   - [Group]: which partitions are ours now, and commits that a former owner cannot make;
//   - [Checkpoints]: large opaque states, stored whole or not at all;
//   - [Log.ScanConfigs]: what must outlive the events' retention, by key.
//
// The client library does not appear in any exported name, so that it can be replaced. DESIGN.md holds the decisions
// and the facts that surprise.
package eventlog
