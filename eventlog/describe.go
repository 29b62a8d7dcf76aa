// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/twmb/franz-go/pkg/kmsg"
)

// topicID is Kafka's identity of a topic, new at each creation.
type topicID [16]byte

func (id topicID) String() string { return hex.EncodeToString(id[:]) }

// described is what the cluster says of a topic now.
type described struct {
	id         topicID
	partitions int
	leaders    map[int]kafka.Broker // partitions without a leader are absent
	err        error                // ErrNoTopic, or why the cluster does not tell
}

const (
	metadataKey = 3
	// Versions 10 to 12 of the Metadata request carry topic ids. kafka-go stops at 8, which is why this one request is
	// written here: without the id a topic that was deleted and created again cannot be told from the old one.
	metadataMin = 10
	metadataMax = 12
	// maxMetadataBytes bounds the response: four topics of 10,000 partitions take about 2 MB.
	maxMetadataBytes = 32 << 20
)

// describe asks the cluster, not a cache, and never creates a topic.
func (l *Log) describe(ctx context.Context, topics ...string) (map[string]described, error) {
	conn, bare, err := l.dialAny(ctx)
	if err != nil {
		return nil, fmt.Errorf("connecting to %v: %w", l.opts.Brokers, classify(ctx, err))
	}
	defer conn.Close()
	var response *kmsg.MetadataResponse
	err = l.guarded(ctx, conn, l.opts.RequestTimeout, func() error {
		version, err := metadataVersion(conn)
		if err != nil {
			return err
		}
		// From here the bare connection is ours: its own deadline counts, not that of conn.
		if err := bare.SetDeadline(time.Now().Add(l.opts.RequestTimeout)); err != nil {
			return err
		}
		stop := context.AfterFunc(ctx, func() { _ = bare.SetDeadline(longPast) })
		defer stop()
		response, err = l.askMetadata(bare, version, topics)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("asking the cluster about topics: %w", classify(ctx, err))
	}
	return describeAll(response), nil
}

func metadataVersion(conn *kafka.Conn) (int16, error) {
	versions, err := conn.ApiVersions()
	if err != nil {
		return 0, err
	}
	for _, v := range versions {
		if v.ApiKey == metadataKey && v.MaxVersion >= metadataMin {
			return min(v.MaxVersion, metadataMax), nil
		}
	}
	return 0, errors.New("the brokers do not know topic ids; Kafka 2.8 or newer is needed")
}

// askMetadata writes one request on a connection that is idle and authenticated, and reads its response.
func (l *Log) askMetadata(bare net.Conn, version int16, topics []string) (*kmsg.MetadataResponse, error) {
	request := kmsg.NewPtrMetadataRequest()
	request.SetVersion(version)
	request.AllowAutoTopicCreation = false
	for _, topic := range topics {
		t := kmsg.NewMetadataRequestTopic()
		t.Topic = &topic
		request.Topics = append(request.Topics, t)
	}
	const correlation = 1 << 30 // any number: nothing else is in flight
	formatter := kmsg.NewRequestFormatter(kmsg.FormatterClientID(l.opts.ClientID))
	if _, err := bare.Write(formatter.AppendRequest(nil, request, correlation)); err != nil {
		return nil, err
	}
	// A flexible response: size (4 bytes), correlation (4), tagged fields (1: none), body.
	const header = 4 + 1
	var size [4]byte
	if _, err := io.ReadFull(bare, size[:]); err != nil {
		return nil, err
	}
	n := binary.BigEndian.Uint32(size[:])
	if n < header || n > maxMetadataBytes {
		return nil, fmt.Errorf("metadata response of %d bytes: not what a Kafka broker sends", n)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(bare, body); err != nil {
		return nil, err
	}
	if got := binary.BigEndian.Uint32(body); got != correlation {
		return nil, fmt.Errorf("metadata response to request %d, expected %d", got, uint32(correlation))
	}
	response := request.ResponseKind().(*kmsg.MetadataResponse)
	if err := response.ReadFrom(body[header:]); err != nil {
		return nil, fmt.Errorf("metadata response: %w", err)
	}
	return response, nil
}

func describeAll(response *kmsg.MetadataResponse) map[string]described {
	brokers := make(map[int32]kafka.Broker, len(response.Brokers))
	for _, b := range response.Brokers {
		brokers[b.NodeID] = kafka.Broker{ID: int(b.NodeID), Host: b.Host, Port: int(b.Port)}
	}
	all := make(map[string]described, len(response.Topics))
	for _, t := range response.Topics {
		if t.Topic == nil {
			continue
		}
		name := *t.Topic
		d := described{id: t.TopicID, partitions: len(t.Partitions), leaders: map[int]kafka.Broker{}}
		switch code := kafka.Error(t.ErrorCode); {
		case code == kafka.UnknownTopicOrPartition:
			d.err = fmt.Errorf("%s: %w", name, ErrNoTopic)
		case code == kafka.LeaderNotAvailable:
			// Some partition waits for an election; the others are usable.
		case code != 0 && code.Temporary():
			d.err = unavailable(fmt.Errorf("topic %s: %w", name, code))
		case code != 0:
			d.err = fmt.Errorf("topic %s: %w", name, code)
		case d.id == topicID{}:
			d.err = fmt.Errorf("topic %s has no id; finish the cluster's upgrade to Kafka 2.8 or newer", name)
		}
		for _, p := range t.Partitions {
			if leader, known := brokers[p.Leader]; known {
				d.leaders[int(p.Partition)] = leader
			}
		}
		all[name] = d
	}
	return all
}
