// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/kversion"
)

func TestEnsureTopicsCreatesWhatTheDesignSays(t *testing.T) {
	cluster := startBrokers(t, 1)
	openLog(t, cluster)
	// 14 days in milliseconds: 14 * 24 * 3600 * 1000.
	const fortnight = "1209600000"
	for topic, want := range map[string]map[string]string{
		"vigie.events":            {"cleanup.policy": "delete", "retention.ms": fortnight},
		"vigie.dead-letters":      {"cleanup.policy": "delete", "retention.ms": fortnight},
		"vigie.checkpoints":       {"cleanup.policy": "compact"},
		"vigie.checkpoints.index": {"cleanup.policy": "compact"},
		"vigie.events.config":     {"cleanup.policy": "compact"},
	} {
		info := cluster.TopicInfo(topic)
		if info == nil {
			t.Errorf("%s was not created", topic)
			continue
		}
		if n := len(cluster.PartitionInfos(topic)); n != 4 {
			t.Errorf("%s has %d partitions, 4 were asked for", topic, n)
		}
		for name, value := range want {
			if got := info.Configs[name]; got == nil || *got != value {
				t.Errorf("%s: %s is %v, want %s", topic, name, got, value)
			}
		}
	}
}

// What a trial made for itself is removed again, all of it and nothing else, also when a part is gone already.
func TestRemoveTopics(t *testing.T) {
	cluster := startBrokers(t, 1)
	openLog(t, cluster)
	o := testOptions(cluster.ListenAddrs())
	o.EventsTopic, o.CheckpointsTopic, o.DeadLettersTopic = "trial.events", "trial.checkpoints", "trial.dead-letters"
	l, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := l.RemoveTopics(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, topic := range []string{"trial.events", "trial.events.config", "trial.events.batches", "trial.checkpoints", "trial.checkpoints.index", "trial.dead-letters"} {
		if cluster.TopicInfo(topic) != nil {
			t.Errorf("%s is still there", topic)
		}
	}
	if cluster.TopicInfo("vigie.events") == nil {
		t.Error("topics of others are gone")
	}
}

func TestEnsureTopicsIsSafeFromSeveralInstancesAtOnce(t *testing.T) {
	cluster := startBrokers(t, 1)
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			l, err := Open(testOptions(cluster.ListenAddrs()))
			if err != nil {
				t.Error(err)
				return
			}
			defer l.Close()
			if err := l.EnsureTopics(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
}

// Who gives no number of partitions takes the one of the topics that exist: a centre is then found where it was written.
func TestEnsureTopicsTakesThePartitionsThatExist(t *testing.T) {
	cluster := startBrokers(t, 1)
	made := openLog(t, cluster)
	options := testOptions(cluster.ListenAddrs())
	options.Partitions = 0
	l, err := Open(options)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, centre := range []string{"paris", "lyon", "nantes", "lille", "metz"} {
		if got, want := l.PartitionOf([]byte(centre)), made.PartitionOf([]byte(centre)); l.Partitions() != 4 || got != want {
			t.Errorf("%s is in partition %d of %d, and was written to %d of 4", centre, got, l.Partitions(), want)
		}
	}
}

func TestEnsureTopicsRefusesAnotherLayout(t *testing.T) {
	f := func(topic string, partitions int32, configs map[string]string, remedy string) {
		t.Helper()
		cluster := startBrokers(t, 1)
		if err := cluster.CreateTopic(topic, partitions, configs); err != nil {
			t.Fatal(err)
		}
		l, err := Open(testOptions(cluster.ListenAddrs()))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		err = l.EnsureTopics(t.Context())
		if err == nil || !strings.Contains(err.Error(), topic) || !strings.Contains(err.Error(), remedy) {
			t.Errorf("got %v, want the remedy %q", err, remedy)
		}
	}
	f("vigie.events", 6, nil, "set partitions to 6")
	f("vigie.checkpoints", 3, map[string]string{"cleanup.policy": "compact"}, "set partitions to 3")
	f("vigie.events", 4, map[string]string{"cleanup.policy": "compact"}, "cleanup.policy=delete")
	f("vigie.checkpoints", 4, nil, "cleanup.policy=compact")
}

func TestTopicEpochOutlivesARestartAndNotARecreation(t *testing.T) {
	dir := t.TempDir()
	first := startBrokers(t, 1, kfake.DataDir(dir))
	epoch := epochOf(t, openLog(t, first))
	if len(epoch) != 32 {
		t.Fatalf("epoch %q is not 16 bytes in hexadecimal", epoch)
	}
	first.Close()

	second := startBrokers(t, 1, kfake.DataDir(dir))
	l := openLog(t, second)
	if again := epochOf(t, l); again != epoch {
		t.Errorf("the epoch was %s and is %s after a restart", epoch, again)
	}
	if err := second.DeleteTopic("vigie.events"); err != nil {
		t.Fatal(err)
	}
	if _, err := l.TopicEpoch(t.Context()); !errors.Is(err, ErrNoTopic) {
		t.Errorf("got %v without the topic", err)
	}
	if err := l.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	if again := epochOf(t, l); again == epoch {
		t.Error("the epoch is the same after the topic was deleted and created again")
	}
}

func TestAnOldClusterIsToldToUpgrade(t *testing.T) {
	cluster := startBrokers(t, 1, kfake.MaxVersions(kversion.V2_7_0()))
	l, err := Open(testOptions(cluster.ListenAddrs()))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if err := l.EnsureTopics(t.Context()); err == nil || !strings.Contains(err.Error(), "Kafka 2.8 or newer") {
		t.Errorf("got %v", err)
	}
}

func TestNoCallCreatesATopicBesidesEnsureTopics(t *testing.T) {
	cluster := startBrokers(t, 1, kfake.AllowAutoTopicCreation())
	l, err := Open(testOptions(cluster.ListenAddrs()))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := l.TopicEpoch(t.Context()); !errors.Is(err, ErrNoTopic) {
		t.Errorf("epoch: %v", err)
	}
	if _, _, err := l.Bounds(t.Context(), Events, 0); !errors.Is(err, ErrNoTopic) {
		t.Errorf("bounds: %v", err)
	}
	if _, err := l.OpenReader(t.Context(), Events, 0, 0, ReaderOptions{}); !errors.Is(err, ErrNoTopic) {
		t.Errorf("reader: %v", err)
	}
	if cluster.TopicInfo("vigie.events") != nil {
		t.Error("the topic was created by looking at it, with the brokers' partition count")
	}
}

func TestUnreachableBrokersAreUnavailable(t *testing.T) {
	cluster := startBrokers(t, 1)
	addresses := cluster.ListenAddrs()
	cluster.Close()
	l, err := Open(testOptions(addresses))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if _, err := l.TopicEpoch(t.Context()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func epochOf(t *testing.T, l *Log) string {
	t.Helper()
	epoch, err := l.TopicEpoch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return epoch
}

// A leader that was told of its partition by nobody yet refuses what it is asked: a topic is ready when it does not.
func TestEnsureTopicsWaitsForLeadersThatKnowIt(t *testing.T) {
	cluster := startBrokers(t, 1)
	refusals := cluster.Fault(kfake.Fault{Keys: []kmsg.Key{kmsg.ListOffsets}, Err: kerr.NotLeaderForPartition, Count: 3})
	l := openLog(t, cluster)
	if hits := refusals.Hits(); hits != 3 {
		t.Errorf("it asked %d times and was content with a refusal", hits)
	}
	if _, _, err := l.Bounds(t.Context(), Configs, 1); err != nil {
		t.Error(err)
	}
}
