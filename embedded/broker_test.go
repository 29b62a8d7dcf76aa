// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

func startBroker(t *testing.T, options BrokerOptions) *Broker {
	t.Helper()
	broker, err := StartBroker(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = broker.Close() })
	return broker
}

func portOf(t *testing.T, addr string) int {
	t.Helper()
	_, text, err := net.SplitHostPort(addr)
	if err != nil {
		t.Fatal(err)
	}
	port, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// createTopic makes a topic as eventlog does: by the protocol.
func createTopic(t *testing.T, addr, topic string, partitions int) {
	t.Helper()
	client := &kafka.Client{Addr: kafka.TCP(addr), Timeout: 10 * time.Second}
	answer, err := client.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{
		{Topic: topic, NumPartitions: partitions, ReplicationFactor: 1},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if err := answer.Errors[topic]; err != nil {
		t.Fatal(err)
	}
}

func produce(addr, topic string, values ...string) error {
	// A transport of its own: the shared one remembers connections to a broker
	// that has stopped since.
	transport := &kafka.Transport{}
	defer transport.CloseIdleConnections()
	writer := &kafka.Writer{Transport: transport, Addr: kafka.TCP(addr), Topic: topic, RequiredAcks: kafka.RequireAll, BatchTimeout: time.Millisecond, MaxAttempts: 3}
	defer writer.Close()
	var messages []kafka.Message
	for _, value := range values {
		messages = append(messages, kafka.Message{Value: []byte(value)})
	}
	return writer.WriteMessages(context.Background(), messages...)
}

func consume(t *testing.T, addr, topic string, count int) []string {
	t.Helper()
	reader := kafka.NewReader(kafka.ReaderConfig{Brokers: []string{addr}, Topic: topic, Partition: 0, MaxWait: 100 * time.Millisecond})
	defer reader.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var values []string
	for range count {
		message, err := reader.ReadMessage(ctx)
		if err != nil {
			t.Fatalf("after %d of %d records: %v", len(values), count, err)
		}
		values = append(values, fmt.Sprintf("%d:%s", message.Offset, message.Value))
	}
	return values
}

// TestBrokerKeepsItsLog: records, committed offsets and topics outlive a
// restart, and offsets go on where they stopped.
func TestBrokerKeepsItsLog(t *testing.T) {
	folder := t.TempDir()
	broker := startBroker(t, BrokerOptions{DataDir: folder})
	createTopic(t, broker.Addr(), "t", 1)
	if err := produce(broker.Addr(), "t", "a", "b"); err != nil {
		t.Fatal(err)
	}
	commit := &kafka.OffsetCommitRequest{GroupID: "g", GenerationID: -1, Topics: map[string][]kafka.OffsetCommit{"t": {{Partition: 0, Offset: 2}}}}
	client := &kafka.Client{Addr: kafka.TCP(broker.Addr()), Timeout: 10 * time.Second, Transport: &kafka.Transport{}}
	committed, err := client.OffsetCommit(t.Context(), commit)
	if err != nil || committed.Topics["t"][0].Error != nil {
		t.Fatalf("commit: %v, %+v", err, committed)
	}
	if err := broker.Close(); err != nil {
		t.Fatal(err)
	}
	if err := broker.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}

	// The same port: clients of the first broker find the second.
	again := startBroker(t, BrokerOptions{DataDir: folder, Port: portOf(t, broker.Addr())})
	if again.Addr() != broker.Addr() {
		t.Errorf("Addr = %s, want %s", again.Addr(), broker.Addr())
	}
	if err := produce(again.Addr(), "t", "c"); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(consume(t, again.Addr(), "t", 3), " "), "0:a 1:b 2:c"; got != want {
		t.Errorf("records after the restart: %s, want %s", got, want)
	}
	client.Transport = &kafka.Transport{}
	offsets, err := client.OffsetFetch(t.Context(), &kafka.OffsetFetchRequest{GroupID: "g", Topics: map[string][]int{"t": {0}}})
	if err != nil || offsets.Topics["t"][0].CommittedOffset != 2 {
		t.Errorf("committed offset after the restart: %v, %+v, want 2", err, offsets)
	}
}

func TestBrokerCreatesNoTopicByItself(t *testing.T) {
	broker := startBroker(t, BrokerOptions{DataDir: t.TempDir()})
	if err := produce(broker.Addr(), "unheard-of", "a"); !errors.Is(err, kafka.UnknownTopicOrPartition) {
		t.Errorf("produce to a topic nobody created: %v, want %v", err, kafka.UnknownTopicOrPartition)
	}
}

func TestBrokerErrorsSayWhatToDo(t *testing.T) {
	first := startBroker(t, BrokerOptions{DataDir: t.TempDir()})
	folder := t.TempDir()
	_, err := StartBroker(t.Context(), BrokerOptions{DataDir: folder, Port: portOf(t, first.Addr())})
	if err == nil || !strings.Contains(err.Error(), "is taken") || !strings.Contains(err.Error(), "--kafka") {
		t.Errorf("taken port: %v", err)
	}
	// The failed start must not keep the directory.
	startBroker(t, BrokerOptions{DataDir: folder})
	if _, err := StartBroker(t.Context(), BrokerOptions{DataDir: folder}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("directory in use: %v", err)
	}
	if _, err := StartBroker(t.Context(), BrokerOptions{}); err == nil || !strings.Contains(err.Error(), "data directory") {
		t.Errorf("no directory: %v", err)
	}
	if _, err := StartBroker(t.Context(), BrokerOptions{DataDir: folder, Port: 70000}); err == nil || !strings.Contains(err.Error(), "70000") {
		t.Errorf("port out of range: %v", err)
	}
}
