// SPDX-License-Identifier: Apache-2.0

package deploy

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/eventlog"
)

const (
	// brokerPatience is how long a Java machine may take to start or to stop; some 5 s on a calm machine.
	brokerPatience = 2 * time.Minute
	brokerPoll     = 200 * time.Millisecond
)

// The real Kafka, of the version of the image, starts with server.properties as it is, but for places and ports, and takes what
// Vigie asks of it: its topics, events, and the same events back.
func TestKafkaStartsWithItsSettings(t *testing.T) {
	script, err := exec.Command("sh", "../scripts/fetch-kafka.sh", "-p").Output()
	if err != nil {
		t.Fatal(err)
	}
	jars := strings.TrimSpace(string(script))
	if want := "apache/kafka:" + filepath.Base(jars); service(t, "kafka").Image != want {
		t.Errorf("the image is %s, the jars are those of %s", service(t, "kafka").Image, want)
	}
	if _, err := os.Stat(jars); err != nil {
		t.Logf("left out: %s is not there, for this machine has no Java or no Maven; what Kafka makes of its settings is not known", jars)
		return
	}
	internal := startKafka(t, jars)
	log, err := eventlog.Open(eventlog.Options{Brokers: []string{internal}})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	if err := log.EnsureTopics(t.Context()); err != nil {
		t.Fatal(err)
	}
	// What vigie apply asks first, of topics just created.
	for partition := range log.Partitions() {
		if _, _, err := log.Bounds(t.Context(), eventlog.Configs, partition); err != nil {
			t.Fatal(err)
		}
	}
	producer := log.NewProducer(eventlog.Events)
	if err := producer.Publish(t.Context(), []eventlog.Record{{Key: []byte("paris"), Value: []byte("one")}, {Key: []byte("paris"), Value: []byte("two")}}); err != nil {
		t.Fatal(err)
	}
	var read []string
	err = log.ReadRange(t.Context(), eventlog.Events, log.PartitionOf([]byte("paris")), 0, 2, func(f eventlog.Fetched) error {
		read = append(read, string(f.Value))
		return nil
	})
	if err != nil || strings.Join(read, " ") != "one two" {
		t.Errorf("read %v, %v", read, err)
	}
}

// startKafka formats a disk and starts a broker as the image does, and returns the address of its listener INTERNAL.
func startKafka(t *testing.T, jars string) string {
	t.Helper()
	folder, s := t.TempDir(), service(t, "kafka")
	raw, err := os.ReadFile("kafka/server.properties")
	if err != nil {
		t.Fatal(err)
	}
	ports := freePorts(t, 3)
	config := movedKafka(t, string(raw), folder, ports)
	path := filepath.Join(folder, "server.properties")
	logging := filepath.Join(folder, "log4j2.properties")
	write(t, path, config)
	write(t, logging, "rootLogger.level=warn\nrootLogger.appenderRef.c.ref=C\nappender.c.type=Console\nappender.c.name=C\nappender.c.layout.type=PatternLayout\nappender.c.layout.pattern=%p %m%n\n")
	java := func(heap []string, arguments ...string) *exec.Cmd {
		options := append(heap, "-Dkafka.logs.dir="+folder, "-Dlog4j2.configurationFile=file:"+logging, "-cp", filepath.Join(jars, "*"))
		return exec.Command("java", append(options, arguments...)...)
	}
	if out, err := java(nil, "kafka.tools.StorageTool", "format", "-t", *s.Environment["CLUSTER_ID"], "-c", path).CombinedOutput(); err != nil {
		t.Fatalf("formatting the disk: %v\n%s", err, out)
	}
	var out bytes.Buffer
	broker := java(strings.Fields(*s.Environment["KAFKA_HEAP_OPTS"]), "kafka.Kafka", path)
	broker.Stdout, broker.Stderr = &out, &out
	broker.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := broker.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- broker.Wait() }()
	t.Cleanup(func() {
		_ = broker.Process.Signal(syscall.SIGTERM) // it may have ended
		select {
		case <-ended:
		case <-time.After(brokerPatience):
			_ = broker.Process.Kill()
			t.Error("the broker does not stop")
		}
	})
	address := "127.0.0.1:" + ports[0]
	ctx, cancel := context.WithTimeout(t.Context(), brokerPatience)
	defer cancel()
	poll := time.NewTicker(brokerPoll)
	defer poll.Stop()
	for {
		if conn, err := new(net.Dialer).DialContext(ctx, "tcp", address); err == nil {
			_ = conn.Close()
			return address
		}
		select {
		case <-poll.C:
		case err := <-ended:
			ended <- err
			t.Fatalf("the broker ended: %v\n%s", err, out.String())
		case <-ctx.Done():
			t.Fatal("the broker does not listen")
		}
	}
}

// movedKafka is server.properties with the listeners INTERNAL, HOST and CONTROLLER on other ports, and its data in a folder.
func movedKafka(t *testing.T, config, folder string, ports []string) string {
	t.Helper()
	for _, change := range []struct {
		from, to string
		times    int
	}{
		{"INTERNAL://kafka:19092", "INTERNAL://127.0.0.1:" + ports[0], 1},
		{"INTERNAL://:19092", "INTERNAL://127.0.0.1:" + ports[0], 1},
		{"localhost:9092", "127.0.0.1:" + ports[1], 1},
		{"HOST://:9092", "HOST://127.0.0.1:" + ports[1], 1},
		{"localhost:9093", "127.0.0.1:" + ports[2], 2},
		{"/var/lib/kafka/data", filepath.Join(folder, "data"), 1},
	} {
		if n := strings.Count(config, change.from); n != change.times {
			t.Fatalf("%q is %d times in server.properties, not %d", change.from, n, change.times)
		}
		config = strings.ReplaceAll(config, change.from, change.to)
	}
	return config
}

// freePorts are ports on which nobody listens now.
func freePorts(t *testing.T, n int) []string {
	t.Helper()
	var ports []string
	for range n {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer listener.Close()
		ports = append(ports, fmt.Sprint(listener.Addr().(*net.TCPAddr).Port))
	}
	return ports
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
