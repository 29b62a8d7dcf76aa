// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"fmt"

	"github.com/segmentio/kafka-go"
)

// maxCommitMetadata is Kafka's default limit (offset.metadata.max.bytes).
const maxCommitMetadata = 4096

// Commit stores, in the group, the offset of the next record to digest, with up to 4096 bytes of the caller's own
// metadata. It is refused with ErrFenced when a is no longer the current assignment. The stored offset is what lag
// monitors show; nothing in Vigie resumes from it.
func (g *Group) Commit(ctx context.Context, a Assignment, offset int64, metadata string) error {
	if len(metadata) > maxCommitMetadata {
		return fmt.Errorf("committing %s/%d: metadata of %d bytes, at most %d fit", g.log.name(Events), a.Partition, len(metadata), maxCommitMetadata)
	}
	topic := g.log.name(Events)
	request := &kafka.OffsetCommitRequest{
		GroupID:      g.opts.ID,
		GenerationID: int(a.Generation),
		MemberID:     a.Member,
		Topics:       map[string][]kafka.OffsetCommit{topic: {{Partition: a.Partition, Offset: offset, Metadata: metadata}}},
	}
	err := retried(ctx, func() error {
		response, err := g.log.client.OffsetCommit(ctx, request)
		if err != nil {
			return err
		}
		return commitResult(response.Topics[topic], a.Partition)
	})
	if err == nil {
		return nil
	}
	for _, fenced := range []error{
		kafka.IllegalGeneration, kafka.UnknownMemberId, kafka.RebalanceInProgress, kafka.FencedInstanceID,
	} {
		if errors.Is(err, fenced) {
			return fmt.Errorf("committing %s/%d in generation %d: %w: %w", topic, a.Partition, a.Generation, ErrFenced, err)
		}
	}
	return fmt.Errorf("committing %s/%d: %w", topic, a.Partition, err)
}

func commitResult(results []kafka.OffsetCommitPartition, partition int) error {
	for _, r := range results {
		if r.Partition == partition {
			return r.Error
		}
	}
	return unavailable(errors.New("the answer does not mention the partition"))
}

// Committed is what was last committed for a partition. Without any commit, offset is -1.
func (g *Group) Committed(ctx context.Context, partition int) (offset int64, metadata string, err error) {
	topic := g.log.name(Events)
	offset = -1
	err = retried(ctx, func() error {
		response, err := g.log.client.OffsetFetch(ctx, &kafka.OffsetFetchRequest{
			GroupID: g.opts.ID, Topics: map[string][]int{topic: {partition}},
		})
		if err != nil {
			return err
		}
		for _, p := range response.Topics[topic] {
			if p.Partition == partition && p.Error == nil {
				offset, metadata = p.CommittedOffset, p.Metadata
			} else if p.Partition == partition {
				return p.Error
			}
		}
		return response.Error
	})
	if err != nil {
		return 0, "", fmt.Errorf("asking the commit of %s/%d: %w", topic, partition, err)
	}
	return offset, metadata, nil
}
