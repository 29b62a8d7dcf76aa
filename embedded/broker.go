// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"

	"github.com/twmb/franz-go/pkg/kfake"
)

// BrokerOptions say where the embedded broker listens and keeps its log.
type BrokerOptions struct {
	// DataDir holds topics, groups and committed offsets. It is created if
	// needed, and belongs to one broker at a time.
	DataDir string
	// Port on the loopback address; 0 takes any free port.
	Port int
	// SyncWrites makes every produced batch survive a power cut, not only the
	// end of the process, at a large cost in throughput.
	SyncWrites bool
	// Logger takes the broker's warnings and errors; nil takes slog's default.
	Logger *slog.Logger
}

// Validate says what is wrong with the options, without touching anything.
func (o BrokerOptions) Validate() error {
	if o.DataDir == "" {
		return errors.New("embedded broker: no data directory given")
	}
	if o.Port < 0 || o.Port > 65535 {
		return fmt.Errorf("embedded broker: port %d is not between 0 and 65535", o.Port)
	}
	return nil
}

// Broker is a running Kafka-protocol broker of one node. Topics are created
// through the protocol only: a produce or metadata request never creates one.
type Broker struct {
	cluster *kfake.Cluster
	addr    string
	lock    *os.File
	once    sync.Once
}

// StartBroker starts a broker on its data directory, with all that an earlier
// one left there. The context bounds the start only; Close stops the broker.
// A port or directory in use is an error that says what to do.
func StartBroker(ctx context.Context, options BrokerOptions) (*Broker, error) {
	if err := options.Validate(); err != nil {
		return nil, err
	}
	lock, err := lockFolder(options.DataDir)
	if err != nil {
		return nil, fmt.Errorf("start the embedded broker: %w", err)
	}
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	settings := []kfake.Opt{
		kfake.Ports(options.Port),
		kfake.DataDir(filepath.Join(options.DataDir, "log")),
		kfake.WithLogger(brokerLogger{options.Logger}),
		kfake.ListenFn(func(network, address string) (net.Listener, error) {
			return new(net.ListenConfig).Listen(ctx, network, address)
		}),
	}
	if options.SyncWrites {
		settings = append(settings, kfake.SyncWrites())
	}
	cluster, err := kfake.NewCluster(settings...)
	if err != nil {
		_ = lock.Close()
		return nil, brokerStartError(err, options.Port)
	}
	return &Broker{cluster: cluster, addr: cluster.ListenAddrs()[0], lock: lock}, nil
}

// brokerStartError adds the remedy to what kept the broker from starting.
func brokerStartError(err error, port int) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("start the embedded broker: port %d is taken: choose another one (0 takes any free port), or give the address of a Kafka cluster with --kafka: %w", port, err)
	}
	if errors.Is(err, syscall.EACCES) {
		return fmt.Errorf("start the embedded broker: this account may not use port %d (below 1024 needs rights) or the data directory: %w", port, err)
	}
	return fmt.Errorf("start the embedded broker on port %s: %w", strconv.Itoa(port), err)
}

// Addr is the broker's host:port.
func (b *Broker) Addr() string { return b.addr }

// Close writes everything to the data directory and stops. It may be called
// more than once.
func (b *Broker) Close() error {
	var err error
	b.once.Do(func() {
		b.cluster.Close()
		err = b.lock.Close()
	})
	return err
}

// brokerLogger hands the broker's complaints to slog and drops its chatter.
type brokerLogger struct{ logger *slog.Logger }

func (l brokerLogger) Logf(level kfake.LogLevel, format string, arguments ...any) {
	switch level {
	case kfake.LogLevelError:
		l.logger.Error("embedded broker: " + fmt.Sprintf(format, arguments...))
	case kfake.LogLevelWarn:
		l.logger.Warn("embedded broker: " + fmt.Sprintf(format, arguments...))
	}
}
