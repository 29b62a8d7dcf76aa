// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/eventlog"
)

// instanceConfig is what one instance in a process of its own must know.
type instanceConfig struct {
	Brokers                       []string
	Events, Checkpoints, Letters  string
	Partitions                    int
	ClickHouse, Database, Version string
}

// groupTiming notices a killed instance as soon as the broker allows: after 6 seconds.
func groupTiming() eventlog.GroupOptions {
	return eventlog.GroupOptions{HeartbeatInterval: 300 * time.Millisecond, SessionTimeout: 6 * time.Second,
		RebalanceTimeout: 6 * time.Second, JoinBackoff: 300 * time.Millisecond, RestartMin: 100 * time.Millisecond}
}

// instance is a process that can be killed.
type instance struct{ *exec.Cmd }

// startInstance runs a runner on the site in a process of its own.
func startInstance(t *testing.T, s *site) instance {
	t.Helper()
	config, err := json.Marshal(instanceConfig{Brokers: s.kafka.Brokers, Events: s.kafka.EventsTopic, Checkpoints: s.kafka.CheckpointsTopic,
		Letters: s.kafka.DeadLettersTopic, Partitions: s.kafka.Partitions, ClickHouse: s.db.Addr, Database: s.db.Database})
	if err != nil {
		t.Fatal(err)
	}
	i := instance{exec.Command(os.Args[0])}
	i.Env = append(os.Environ(), instanceVariable+"="+string(config))
	i.Stderr = os.Stderr
	if err := i.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.kill)
	return i
}

// kill ends the process without giving it time for anything.
func (i instance) kill() {
	_ = i.Process.Kill()
	_ = i.Wait()
}

// runInstance is the process that startInstance starts.
func runInstance(config string) error {
	var c instanceConfig
	if err := json.Unmarshal([]byte(config), &c); err != nil {
		return err
	}
	s := &site{}
	s.kafka = eventlog.Options{Brokers: c.Brokers, EventsTopic: c.Events, CheckpointsTopic: c.Checkpoints, DeadLettersTopic: c.Letters, Partitions: c.Partitions}
	s.db.Addr, s.db.Database = c.ClickHouse, c.Database
	var err error
	if s.log, err = eventlog.Open(s.kafka); err != nil {
		return err
	}
	o := s.options()
	o.GroupTiming = groupTiming()
	r, err := New(context.Background(), o)
	if err != nil {
		return err
	}
	return r.Run(context.Background())
}
