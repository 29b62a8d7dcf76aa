// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/segmentio/kafka-go"
)

// topicSpec is a topic as it should be. Partitions and cleanup are verified on a topic that exists; the rest is
// applied on creation only, so that an operator may tune it.
type topicSpec struct {
	name    string
	cleanup string // Kafka's cleanup.policy
	configs map[string]string
}

func (l *Log) topicSpecs() []topicSpec {
	milliseconds := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	timed := map[string]string{"retention.ms": milliseconds(l.opts.Retention)}
	// The last segment is never compacted: small and short-lived segments bound what deleted checkpoints still occupy.
	compacted := func(segmentBytes int) map[string]string {
		return map[string]string{
			"segment.bytes":             strconv.Itoa(segmentBytes),
			"segment.ms":                milliseconds(24 * time.Hour),
			"min.cleanable.dirty.ratio": "0.1",
		}
	}
	return []topicSpec{
		{l.name(Events), "delete", timed},
		{l.name(DeadLetters), "delete", timed},
		{l.opts.CheckpointsTopic, "compact", compacted(128 << 20)},
		{l.indexTopic(), "compact", compacted(4 << 20)},
		{l.name(Configs), "compact", compacted(16 << 20)},
		// Longer than the events whose blocks they are about.
		{l.batchesTopic(), "delete", map[string]string{"retention.ms": milliseconds(2 * l.opts.Retention)}},
	}
}

// EnsureTopics creates the topics that are missing and verifies those that exist. A topic with another number of
// partitions or another cleanup policy is an error that says the remedy; nothing is changed then. It is safe to call
// from several instances at once.
//
// Events and dead letters are kept by time. Checkpoints are compacted and deleted by name only (see [Checkpoints.Prune]):
// retention by time would delete the one checkpoint of a site that was off for a month.
func (l *Log) EnsureTopics(ctx context.Context) error {
	specs := l.topicSpecs()
	if err := l.adopt(ctx); err != nil {
		return err
	}
	created, err := l.createMissing(ctx, specs)
	if err != nil {
		return err
	}
	if err := l.awaitTopics(ctx, specs); err != nil {
		return err
	}
	if err := l.awaitLeaders(ctx, created); err != nil {
		return err
	}
	return l.verifyCleanup(ctx, specs)
}

// adopt takes the partition count of the events that are there already, when nobody gave one. It comes before anything else
// is asked of the Log.
func (l *Log) adopt(ctx context.Context) error {
	if !l.adopts {
		return nil
	}
	events := l.name(Events)
	described, err := l.describe(ctx, events)
	if err != nil {
		return fmt.Errorf("looking at the topics: %w", err)
	}
	if d := described[events]; d.err == nil && d.partitions > 0 && d.partitions != l.opts.Partitions {
		l.setPartitions(d.partitions)
	}
	return nil
}

// createMissing creates the topics that are not there, and returns them: those that another instance created meanwhile as well.
func (l *Log) createMissing(ctx context.Context, specs []topicSpec) ([]topicSpec, error) {
	described, err := l.describe(ctx, specNames(specs)...)
	if err != nil {
		return nil, fmt.Errorf("looking at the topics: %w", err)
	}
	var created []topicSpec
	var missing []kafka.TopicConfig
	for _, spec := range specs {
		if errors.Is(described[spec.name].err, ErrNoTopic) {
			created, missing = append(created, spec), append(missing, l.creation(spec))
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	var response *kafka.CreateTopicsResponse
	err = retried(ctx, func() (err error) {
		response, err = l.client.CreateTopics(ctx, &kafka.CreateTopicsRequest{Topics: missing})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("creating topics: %w", err)
	}
	var errs []error
	for _, topic := range missing {
		err := response.Errors[topic.Topic]
		switch {
		case err == nil, errors.Is(err, kafka.TopicAlreadyExists): // another instance was quicker
		case errors.Is(err, kafka.InvalidReplicationFactor):
			errs = append(errs, fmt.Errorf("creating topic %s with %d replicas: %w; set replication to at most the number of brokers",
				topic.Topic, l.opts.Replication, err))
		case errors.Is(err, kafka.TopicAuthorizationFailed), errors.Is(err, kafka.ClusterAuthorizationFailed):
			errs = append(errs, fmt.Errorf("creating topic %s: %w; allow this user to create it, or have it created", topic.Topic, err))
		default:
			errs = append(errs, fmt.Errorf("creating topic %s: %w", topic.Topic, classify(ctx, err)))
		}
	}
	return created, errors.Join(errs...)
}

func (l *Log) creation(spec topicSpec) kafka.TopicConfig {
	replication := l.opts.Replication
	if replication == 0 {
		replication = -1 // the brokers' default
	}
	entries := []kafka.ConfigEntry{{ConfigName: "cleanup.policy", ConfigValue: spec.cleanup}}
	for name, value := range spec.configs {
		entries = append(entries, kafka.ConfigEntry{ConfigName: name, ConfigValue: value})
	}
	return kafka.TopicConfig{
		Topic: spec.name, NumPartitions: l.opts.Partitions, ReplicationFactor: replication, ConfigEntries: entries,
	}
}

// awaitTopics waits until every partition has a leader, then checks the counts. A topic just created is not at once
// known by all brokers.
func (l *Log) awaitTopics(ctx context.Context, specs []topicSpec) error {
	ctx, cancel := context.WithTimeout(ctx, l.opts.RequestTimeout)
	defer cancel()
	wait := backoff{min: 20 * time.Millisecond, max: 500 * time.Millisecond}
	for {
		err := l.checkLayout(ctx, specs)
		if err == nil || !errors.Is(err, ErrUnavailable) {
			return err
		}
		if wait.sleep(ctx) != nil {
			return err
		}
	}
}

// awaitLeaders waits until the leader of every partition of topics just created knows that it is: until then it refuses what it
// is asked. One is asked after the other, on the same connection.
func (l *Log) awaitLeaders(ctx context.Context, created []topicSpec) error {
	ctx, cancel := context.WithTimeout(ctx, l.opts.RequestTimeout)
	defer cancel()
	for _, spec := range created {
		for partition := range l.opts.Partitions {
			wait := backoff{min: 20 * time.Millisecond, max: 500 * time.Millisecond}
			for {
				err := l.askLeader(ctx, spec.name, partition)
				if err == nil {
					break
				}
				if !errors.Is(err, ErrUnavailable) || wait.sleep(ctx) != nil {
					return fmt.Errorf("partition %d of topic %s, just created: %w", partition, spec.name, err)
				}
			}
		}
	}
	return nil
}

// askLeader asks the leader of a partition where it ends. The error is classified.
func (l *Log) askLeader(ctx context.Context, topic string, partition int) error {
	response, err := l.client.ListOffsets(ctx, &kafka.ListOffsetsRequest{
		Topics: map[string][]kafka.OffsetRequest{topic: {kafka.LastOffsetOf(partition)}}})
	if err != nil {
		return classify(ctx, err)
	}
	for _, told := range response.Topics[topic] {
		if told.Error != nil {
			return classify(ctx, told.Error)
		}
	}
	return nil
}

func (l *Log) checkLayout(ctx context.Context, specs []topicSpec) error {
	described, err := l.describe(ctx, specNames(specs)...)
	if err != nil {
		return err
	}
	var errs []error
	for _, spec := range specs {
		d := described[spec.name]
		switch {
		case errors.Is(d.err, ErrNoTopic):
			return unavailable(d.err) // created, but this broker has not heard of it yet
		case d.err != nil:
			errs = append(errs, d.err)
		case d.partitions != l.opts.Partitions:
			errs = append(errs, fmt.Errorf("topic %s has %d partitions, the options say %d; set partitions to %d, or choose "+
				"another topic name: a centre lives in the partition that its id hashes to, so the count cannot change",
				spec.name, d.partitions, l.opts.Partitions, d.partitions))
		case len(d.leaders) != d.partitions:
			return unavailable(fmt.Errorf("topic %s: %d of %d partitions have a leader", spec.name, len(d.leaders), d.partitions))
		}
	}
	return errors.Join(errs...)
}

// verifyCleanup refuses a policy that would lose data: compaction of events keeps one event per centre, and deletion by
// time of checkpoints leaves none. Whoever may not read the configuration is believed.
func (l *Log) verifyCleanup(ctx context.Context, specs []topicSpec) error {
	request := &kafka.DescribeConfigsRequest{}
	want := map[string]string{}
	for _, spec := range specs {
		want[spec.name] = spec.cleanup
		request.Resources = append(request.Resources, kafka.DescribeConfigRequestResource{
			ResourceType: kafka.ResourceTypeTopic, ResourceName: spec.name, ConfigNames: []string{"cleanup.policy"},
		})
	}
	var response *kafka.DescribeConfigsResponse
	err := retried(ctx, func() (err error) {
		response, err = l.client.DescribeConfigs(ctx, request)
		return err
	})
	if err != nil {
		return fmt.Errorf("reading the topics' configuration: %w", err)
	}
	var errs []error
	for _, resource := range response.Resources {
		if resource.Error != nil {
			l.logger.Warn("the cleanup policy of a topic cannot be verified", "topic", resource.ResourceName, "error", resource.Error)
			continue
		}
		for _, entry := range resource.ConfigEntries {
			if entry.ConfigName == "cleanup.policy" && strings.TrimSpace(entry.ConfigValue) != want[resource.ResourceName] {
				errs = append(errs, fmt.Errorf("topic %s has cleanup.policy=%s and needs %s, or records are lost; "+
					"change it with kafka-configs --alter --topic %[1]s --add-config cleanup.policy=%[3]s",
					resource.ResourceName, entry.ConfigValue, want[resource.ResourceName]))
			}
		}
	}
	return errors.Join(errs...)
}

// RemoveTopics deletes all topics of these options, with what they hold: for who has used topics of its own for a trial. One
// that does not exist is no error.
func (l *Log) RemoveTopics(ctx context.Context) error {
	request := &kafka.DeleteTopicsRequest{Topics: specNames(l.topicSpecs())}
	var response *kafka.DeleteTopicsResponse
	err := retried(ctx, func() (err error) {
		response, err = l.client.DeleteTopics(ctx, request)
		return err
	})
	if err != nil {
		return fmt.Errorf("removing topics: %w", err)
	}
	var errs []error
	for _, topic := range request.Topics {
		if err := response.Errors[topic]; err != nil && !errors.Is(err, kafka.UnknownTopicOrPartition) {
			errs = append(errs, fmt.Errorf("removing topic %s: %w; remove it by hand", topic, classify(ctx, err)))
		}
	}
	return errors.Join(errs...)
}

func specNames(specs []topicSpec) []string {
	names := make([]string, len(specs))
	for i, spec := range specs {
		names[i] = spec.name
	}
	return names
}

// TopicEpoch identifies the incarnation of the events topic: Kafka's own topic id, in hexadecimal. It stays the same
// over restarts, upgrades and moves of leaders, and differs once the topic was deleted and created again, when the same
// offsets mean other records.
func (l *Log) TopicEpoch(ctx context.Context) (string, error) {
	name := l.name(Events)
	described, err := l.describe(ctx, name)
	if err != nil {
		return "", fmt.Errorf("asking the id of topic %s: %w", name, err)
	}
	d := described[name]
	if d.err != nil {
		return "", d.err
	}
	return d.id.String(), nil
}
