// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/klauspost/compress/zstd"
	"github.com/segmentio/kafka-go"
)

// Latest finds the newest usable checkpoint of a partition.
func (c *Checkpoints) Latest(ctx context.Context, partition int) (Found, error) {
	return c.LatestAtOrBelow(ctx, partition, math.MaxInt64)
}

// LatestAtOrBelow finds the newest usable checkpoint whose Offset is at most offset.
func (c *Checkpoints) LatestAtOrBelow(ctx context.Context, partition int, offset int64) (Found, error) {
	return c.Find(ctx, partition, func(m CheckpointMeta) bool { return m.Offset <= offset })
}

// Find is the newest usable checkpoint that accept takes. It reads the index, then the chunks of one checkpoint; only a
// damaged one makes it read the one before. An error means that Kafka could not be asked, not that there is none.
func (c *Checkpoints) Find(ctx context.Context, partition int, accept func(CheckpointMeta) bool) (Found, error) {
	s, err := c.lock(partition)
	if err != nil {
		return Found{}, err
	}
	defer s.mu.Unlock()
	if err := c.refresh(ctx, partition, s); err != nil {
		return Found{}, err
	}
	var found Found
	for _, e := range c.newestFirst(s) {
		if !accept(e.meta()) {
			continue
		}
		data, err := c.load(ctx, partition, e)
		if err == nil {
			found.Checkpoint = &Checkpoint{CheckpointMeta: e.meta(), Data: data}
			return found, nil
		}
		if !errors.Is(err, errDamaged) {
			return Found{}, fmt.Errorf("loading the checkpoint of partition %d at offset %d: %w", partition, e.Offset, err)
		}
		found.Damaged = append(found.Damaged, Damage{CheckpointMeta: e.meta(), Reason: err.Error()})
	}
	return found, nil
}

// newestFirst are the entries of this epoch.
func (c *Checkpoints) newestFirst(s *series) []*listing {
	var entries []*listing
	for _, e := range s.entries {
		if e.Epoch == c.epoch {
			entries = append(entries, e)
		}
	}
	slices.SortFunc(entries, func(a, b *listing) int {
		return cmp.Or(cmp.Compare(b.Offset, a.Offset), cmp.Compare(b.indexOffset, a.indexOffset))
	})
	return entries
}

// refresh reads what was added to the index since the last time, by us or by a former owner.
func (c *Checkpoints) refresh(ctx context.Context, partition int, s *series) error {
	topic := c.log.indexTopic()
	first, next, err := c.log.bounds(ctx, topic, partition)
	if err != nil {
		return fmt.Errorf("reading the list of checkpoints: %w", err)
	}
	if s.entries == nil || s.next > next {
		s.entries, s.next = map[string]*listing{}, first // never read, or the topic was made anew
	}
	err = c.log.scan(ctx, topic, partition, max(first, s.next), next, func(m kafka.Message) error {
		s.next = m.Offset + 1
		if len(m.Value) == 0 {
			delete(s.entries, string(m.Key))
			return nil
		}
		e, err := decodeListing(m.Key, m.Value, m.Offset)
		if err != nil {
			c.log.logger.Warn("an entry of the list of checkpoints is passed over", "topic", topic, "partition", partition,
				"offset", m.Offset, "error", err)
			return nil
		}
		s.entries[e.ID] = e
		return nil
	})
	if err != nil {
		return fmt.Errorf("reading the list of checkpoints: %w", err)
	}
	return nil
}

// load reads the chunks of one checkpoint. An error is errDamaged when the checkpoint is at fault, another when Kafka is.
func (c *Checkpoints) load(ctx context.Context, partition int, e *listing) ([]byte, error) {
	switch {
	case e.Format != listingFormat:
		return nil, fmt.Errorf("%w: format %d, this version reads %d", errDamaged, e.Format, listingFormat)
	case e.State != stateComplete:
		return nil, fmt.Errorf("%w: torn: its writer stopped before the last chunk", errDamaged)
	case e.RawBytes < 0 || e.RawBytes > maxCheckpointBytes || e.StoredBytes < 0 || e.StoredBytes > maxCheckpointBytes ||
		e.Chunks != chunksOf(int(e.StoredBytes)):
		return nil, fmt.Errorf("%w: %d bytes stored as %d in %d chunks cannot be", errDamaged, e.RawBytes, e.StoredBytes, e.Chunks)
	}
	stored, err := c.loadChunks(ctx, partition, e)
	if err != nil {
		return nil, err
	}
	decoder, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(max(e.RawBytes, minDecoderBytes))))
	if err != nil {
		return nil, err
	}
	defer decoder.Close()
	data, err := decoder.DecodeAll(stored, make([]byte, 0, e.RawBytes))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if int64(len(data)) != e.RawBytes {
		return nil, fmt.Errorf("%w: it is %d bytes, %d were saved", errDamaged, len(data), e.RawBytes)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != e.SHA256 {
		return nil, fmt.Errorf("%w: its SHA-256 is %x, %s was saved", errDamaged, sum, e.SHA256)
	}
	return data, nil
}

// minDecoderBytes lets the decoder have its window for a small state too.
const minDecoderBytes = 64 << 20

// loadChunks collects the chunks between First and Last. Others may lie in between: those of another instance that saved
// at the same time, and a chunk stored twice by a retry.
func (c *Checkpoints) loadChunks(ctx context.Context, partition int, e *listing) ([]byte, error) {
	parts := make([][]byte, e.Chunks)
	have := 0
	if e.Chunks > 0 {
		err := c.log.scan(ctx, c.log.opts.CheckpointsTopic, partition, e.First, e.Last+1, func(m kafka.Message) error {
			number, part, ours := decodeChunk(e.ID, m.Value)
			if ours && number < e.Chunks && parts[number] == nil {
				parts[number] = part
				have++
			}
			return nil
		})
		if errors.Is(err, kafka.OffsetOutOfRange) {
			return nil, fmt.Errorf("%w: its chunks are no longer in %s", errDamaged, c.log.opts.CheckpointsTopic)
		}
		if err != nil {
			return nil, err
		}
	}
	if have != e.Chunks {
		return nil, fmt.Errorf("%w: %d of %d chunks are there", errDamaged, have, e.Chunks)
	}
	return slices.Concat(parts...), nil
}
