// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/segmentio/kafka-go"
)

// chunkBytes is the most that one record of the checkpoints topic carries of a checkpoint.
const chunkBytes = 512 << 10

// maxCheckpointBytes bounds a checkpoint before compression, and with it what a corrupt one can make us allocate: 2 GiB.
// A hundred thousand advisors at 12 KB each take about 1.2 GB.
const maxCheckpointBytes = 1<<31 - 1

// CheckpointMeta says what a checkpoint is the state of.
type CheckpointMeta struct {
	// Offset is the last record of the partition that the state accounts for.
	Offset int64
	// Version is whose format the state is in: the caller's, opaque here.
	Version string
	// CreatedMs is when it was saved, Unix milliseconds by this machine's clock. Save sets it.
	CreatedMs int64
	// RawBytes and StoredBytes are its size before and after compression. Save sets them.
	RawBytes    int64
	StoredBytes int64
}

// Checkpoint is a state as it was saved.
type Checkpoint struct {
	CheckpointMeta
	Data []byte
}

// Damage is a checkpoint that is listed and cannot be used.
type Damage struct {
	CheckpointMeta
	Reason string
}

// Found is the outcome of a search: the newest usable checkpoint, nil when there is none, and those that were newer and
// had to be passed over, newest first.
type Found struct {
	Checkpoint *Checkpoint
	Damaged    []Damage
}

// Checkpoints stores large opaque states, one series per partition of the events topic. A state is cut into chunks, in
// the partition of the same number of the checkpoints topic; a small second topic lists the states: first as begun, then,
// once every chunk is acknowledged, as complete with size and SHA-256. So a state is whole or is known not to be.
//
// All states belong to one epoch (see TopicEpoch): offsets of another are another log's. Safe for concurrent use; calls
// for the same partition run one after the other.
type Checkpoints struct {
	log     *Log
	epoch   string
	encoder *zstd.Encoder
	series  []series // one per partition
}

// series is what is known of the checkpoints of one partition.
type series struct {
	mu      sync.Mutex
	next    int64               // the first offset of the index not read yet
	entries map[string]*listing // by id
}

// Checkpoints opens the checkpoints of one epoch of the events topic. It does no I/O.
func (l *Log) Checkpoints(epoch string) (*Checkpoints, error) {
	encoder, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("checkpoints: %w", err)
	}
	return &Checkpoints{log: l, epoch: epoch, encoder: encoder, series: make([]series, l.opts.Partitions)}, nil
}

// Save stores a state and returns when all in-sync replicas have the whole of it. Older states stay until Prune. After
// an error the state is not listed as complete; a search reports it as torn.
func (c *Checkpoints) Save(ctx context.Context, partition int, meta CheckpointMeta, data []byte) error {
	s, err := c.lock(partition)
	if err != nil {
		return err
	}
	defer s.mu.Unlock()
	if int64(len(data)) > maxCheckpointBytes {
		return fmt.Errorf("checkpoint of partition %d: %d bytes, at most %d can be stored", partition, len(data), int64(maxCheckpointBytes))
	}
	stored := c.encoder.EncodeAll(data, nil)
	sum := sha256.Sum256(data)
	e := &listing{
		Format: listingFormat, State: stateBegun, Epoch: c.epoch,
		Offset: meta.Offset, Version: meta.Version, CreatedMs: time.Now().UnixMilli(),
		RawBytes: int64(len(data)), StoredBytes: int64(len(stored)),
		Chunks: chunksOf(len(stored)), SHA256: hex.EncodeToString(sum[:]), ID: newID(),
	}
	if err := c.list(ctx, partition, e); err != nil {
		return err
	}
	if err := c.sendChunks(ctx, partition, e, stored); err != nil {
		return err
	}
	e.State = stateComplete
	return c.list(ctx, partition, e)
}

// maxBetween is how many checkpoints stay between the newest usable one at or below what is stored and the two newest.
const maxBetween = 12

// Prune deletes what nobody will ask for again: every state older than the newest usable one at or below keepFrom, the
// last offset that is stored for good. That one, or the oldest when there is none, and the two newest stay. Of those
// between them, which only shorten a replay, maxBetween stay, spread over the log: while the store is away for days they
// would be thousands. It returns how many were deleted.
func (c *Checkpoints) Prune(ctx context.Context, partition int, keepFrom int64) (int, error) {
	s, err := c.lock(partition)
	if err != nil {
		return 0, err
	}
	defer s.mu.Unlock()
	if err := c.refresh(ctx, partition, s); err != nil {
		return 0, err
	}
	deleted := 0
	for _, e := range prunable(c.newestFirst(s), keepFrom) {
		if err := c.delete(ctx, partition, e); err != nil {
			return deleted, err
		}
		delete(s.entries, e.ID)
		deleted++
	}
	return deleted, nil
}

// prunable are the entries, newest first, that Prune deletes.
func prunable(entries []*listing, keepFrom int64) []*listing {
	var old []*listing
	newer := entries
	keep := slices.IndexFunc(entries, func(e *listing) bool { return e.State == stateComplete && e.Offset <= keepFrom })
	if keep >= 0 {
		newer = entries[:keep+1]
		for _, e := range entries[keep+1:] {
			if e.Offset < entries[keep].Offset { // of one saved twice at the same offset the next Prune takes both
				old = append(old, e)
			}
		}
	}
	usable := slices.DeleteFunc(slices.Clone(newer), func(e *listing) bool { return e.State != stateComplete })
	const ends = 3 // the two newest and the last
	for len(usable) > maxBetween+ends {
		// The one whose neighbours are nearest to each other is missed the least.
		least := 2
		gap := func(i int) int64 { return usable[i-1].Offset - usable[i+1].Offset }
		for i := least + 1; i < len(usable)-1; i++ {
			if gap(i) < gap(least) {
				least = i
			}
		}
		old = append(old, usable[least])
		usable = slices.Delete(usable, least, least+1)
	}
	return old
}

// List tells which checkpoints are listed for a partition, newest first, complete ones only.
func (c *Checkpoints) List(ctx context.Context, partition int) ([]CheckpointMeta, error) {
	s, err := c.lock(partition)
	if err != nil {
		return nil, err
	}
	defer s.mu.Unlock()
	if err := c.refresh(ctx, partition, s); err != nil {
		return nil, err
	}
	var metas []CheckpointMeta
	for _, e := range c.newestFirst(s) {
		if e.State == stateComplete {
			metas = append(metas, e.meta())
		}
	}
	return metas, nil
}

func (c *Checkpoints) lock(partition int) (*series, error) {
	if err := c.log.checkPartition(partition); err != nil {
		return nil, err
	}
	s := &c.series[partition]
	s.mu.Lock()
	return s, nil
}

func (c *Checkpoints) sendChunks(ctx context.Context, partition int, e *listing, stored []byte) error {
	for i := range e.Chunks {
		part := stored[i*chunkBytes : min((i+1)*chunkBytes, len(stored))]
		offset, err := c.put(ctx, c.log.opts.CheckpointsTopic, partition, Record{
			Key: chunkKey(e.ID, i), Value: encodeChunk(e.ID, i, part),
		})
		if err != nil {
			return fmt.Errorf("checkpoint of partition %d at offset %d, chunk %d of %d: %w", partition, e.Offset, i+1, e.Chunks, err)
		}
		if i == 0 {
			e.First = offset
		}
		e.Last = offset
	}
	return nil
}

// list writes an entry of the index. The key is the id, so the later entry replaces the earlier in the compacted topic.
func (c *Checkpoints) list(ctx context.Context, partition int, e *listing) error {
	value, err := e.encode()
	if err != nil {
		return err
	}
	if _, err := c.put(ctx, c.log.indexTopic(), partition, Record{Key: []byte(e.ID), Value: value}); err != nil {
		return fmt.Errorf("listing the checkpoint of partition %d at offset %d as %s: %w", partition, e.Offset, e.State, err)
	}
	return nil
}

// delete marks the chunks, then the entry as deleted: in this order, so that after a crash in between the entry is still
// there for the next Prune, and no chunk is left without an entry.
func (c *Checkpoints) delete(ctx context.Context, partition int, e *listing) error {
	if e.Chunks < 0 || e.Chunks > chunksOf(maxCheckpointBytes) {
		return fmt.Errorf("pruning the checkpoint of partition %d at offset %d: it claims %d chunks", partition, e.Offset, e.Chunks)
	}
	marks := make([]Record, e.Chunks)
	for i := range marks {
		marks[i] = Record{Key: chunkKey(e.ID, i)}
	}
	if len(marks) > 0 {
		if _, err := c.put(ctx, c.log.opts.CheckpointsTopic, partition, marks...); err != nil {
			return fmt.Errorf("pruning the checkpoint of partition %d at offset %d: %w", partition, e.Offset, err)
		}
	}
	if _, err := c.put(ctx, c.log.indexTopic(), partition, Record{Key: []byte(e.ID)}); err != nil {
		return fmt.Errorf("pruning the checkpoint of partition %d at offset %d: %w", partition, e.Offset, err)
	}
	return nil
}

// put stores records in one request, uncompressed: chunks are compressed already, and entries are small.
func (c *Checkpoints) put(ctx context.Context, topic string, partition int, records ...Record) (int64, error) {
	now := time.Now()
	return c.log.send(ctx, batch{
		topic: topic, partition: partition,
		records: func() kafka.RecordReader { return &recordReader{now: now, parts: [][]Record{records}} },
	}, func() {})
}

// newID names one saving. It is random, so that two instances which both believe to own a partition cannot overwrite or
// delete each other's chunks.
func newID() string {
	var id [16]byte
	rand.Read(id[:]) // never fails
	return hex.EncodeToString(id[:])
}

func chunksOf(storedBytes int) int { return (storedBytes + chunkBytes - 1) / chunkBytes }

var errDamaged = errors.New("damaged")
