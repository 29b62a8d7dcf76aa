// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/segmentio/kafka-go"
	"github.com/segmentio/kafka-go/sasl"
	"github.com/segmentio/kafka-go/sasl/plain"
	"github.com/segmentio/kafka-go/sasl/scram"
)

// load reads the certificate files. It returns nil without TLS.
func (t TLSOptions) load() (*tls.Config, error) {
	if !t.Enabled {
		return nil, nil
	}
	config := &tls.Config{
		MinVersion:         tls.VersionTLS12,
		ServerName:         t.ServerName,
		InsecureSkipVerify: t.InsecureSkipVerify, //nolint:gosec // the operator's explicit choice
	}
	if t.CAFile != "" {
		pem, err := os.ReadFile(t.CAFile)
		if err != nil {
			return nil, fmt.Errorf("tls.caFile: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("tls.caFile: %s holds no PEM certificate; give the authority's certificate, not a key", t.CAFile)
		}
	}
	if t.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(t.CertFile, t.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("tls.certFile and tls.keyFile: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func (s SASLOptions) mechanism() (sasl.Mechanism, error) {
	switch s.Mechanism {
	case SASLPlain:
		return plain.Mechanism{Username: s.Username, Password: s.Password}, nil
	case SASLScramSHA256:
		return scramMechanism(scram.SHA256, s)
	case SASLScramSHA512:
		return scramMechanism(scram.SHA512, s)
	}
	return nil, nil
}

func scramMechanism(algorithm scram.Algorithm, s SASLOptions) (sasl.Mechanism, error) {
	m, err := scram.Mechanism(algorithm, s.Username, s.Password)
	if err != nil {
		return nil, fmt.Errorf("sasl.username or sasl.password: not allowed in %s: %w", s.Mechanism, err)
	}
	return m, nil
}

// dialNet opens the bare connection, TLS included. Every path to Kafka goes through it, so encryption is set up in one
// place and the library never sees it.
func (l *Log) dialNet(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: l.opts.DialTimeout}
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil || l.tls == nil {
		return conn, err
	}
	config := l.tls
	if config.ServerName == "" {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			conn.Close()
			return nil, fmt.Errorf("address %q: %w", address, err)
		}
		config = config.Clone()
		config.ServerName = host
	}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, fmt.Errorf("TLS with %s: %w", address, explainTLS(err))
	}
	return secure, nil
}

// errTLS is a handshake that fails again however often it is tried.
var errTLS = errors.New("certificate refused")

func explainTLS(err error) error {
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	switch {
	case errors.As(err, &unknown):
		return fmt.Errorf("%w: %v; give the authority that signed it with tls.caFile", errTLS, err)
	case errors.As(err, &name):
		return fmt.Errorf("%w: %v; say the certificate's name with tls.serverName", errTLS, err)
	}
	return err
}

// dialer is what the library's consumer group uses to connect.
func (l *Log) dialer() *kafka.Dialer {
	return &kafka.Dialer{
		ClientID:      l.opts.ClientID,
		Timeout:       l.opts.DialTimeout,
		DialFunc:      l.dialNet,
		SASLMechanism: l.sasl,
	}
}

// connect runs open, one of the dialer's ways to connect, and returns the bare connection beside the library's. The
// library does not bound its SASL exchange: the bare connection is closed when the time is up.
func (l *Log) connect(
	ctx context.Context, open func(context.Context, *kafka.Dialer) (*kafka.Conn, error),
) (*kafka.Conn, net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, l.opts.DialTimeout)
	defer cancel()
	var bare net.Conn
	var stop func() bool
	dialer := l.dialer()
	dialer.DialFunc = func(ctx2 context.Context, network, address string) (net.Conn, error) {
		conn, err := l.dialNet(ctx2, network, address)
		if err != nil {
			return nil, err
		}
		bare = conn
		stop = context.AfterFunc(ctx, func() { conn.Close() })
		return conn, nil
	}
	conn, err := open(ctx, dialer)
	inTime := stop == nil || stop()
	if err == nil && !inTime {
		conn.Close()
		err = ctx.Err()
	}
	if err != nil {
		if bare != nil {
			bare.Close()
		}
		return nil, nil, err
	}
	return conn, bare, nil
}

// dialAny connects to the first broker of the options that answers.
func (l *Log) dialAny(ctx context.Context) (*kafka.Conn, net.Conn, error) {
	var errs []error
	for _, address := range l.opts.Brokers {
		conn, bare, err := l.connect(ctx, func(ctx context.Context, d *kafka.Dialer) (*kafka.Conn, error) {
			return d.DialContext(ctx, "tcp", address)
		})
		if err == nil {
			return conn, bare, nil
		}
		if !transient(err) {
			return nil, nil, err
		}
		errs = append(errs, err)
	}
	return nil, nil, errors.Join(errs...)
}

// dialLeader connects to the broker that leads a partition, and says which incarnation of the topic it is. The library's
// DialLeader is not used: it asks in a way that creates a missing topic on brokers that allow it, with the brokers'
// partition count, and it waits for ever for a topic that does not exist.
func (l *Log) dialLeader(ctx context.Context, topic string, partition int) (*kafka.Conn, topicID, error) {
	described, err := l.describe(ctx, topic)
	if err != nil {
		return nil, topicID{}, err
	}
	d := described[topic]
	if d.err != nil {
		return nil, topicID{}, d.err
	}
	leader, ok := d.leaders[partition]
	if !ok {
		return nil, topicID{}, unavailable(fmt.Errorf("%s/%d has no leader among %d partitions", topic, partition, d.partitions))
	}
	conn, _, err := l.connect(ctx, func(ctx context.Context, dialer *kafka.Dialer) (*kafka.Conn, error) {
		return dialer.DialPartition(ctx, "tcp", "", kafka.Partition{Topic: topic, ID: partition, Leader: leader})
	})
	if err != nil {
		return nil, topicID{}, fmt.Errorf("connecting to the leader of %s/%d, %s:%d: %w",
			topic, partition, leader.Host, leader.Port, classify(ctx, err))
	}
	return conn, d.id, nil
}

// longPast is a deadline that has passed: setting it aborts an operation that is under way.
var longPast = time.Unix(1, 0)

// guarded runs operations on conn that must end within limit and when ctx is done. After an error conn is in an unknown
// state and must be closed.
func (l *Log) guarded(ctx context.Context, conn *kafka.Conn, limit time.Duration, do func() error) error {
	if err := conn.SetDeadline(time.Now().Add(limit)); err != nil {
		return err
	}
	// The order matters: the limit is set before the abort is armed, so that it cannot undo an abort.
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(longPast) })
	err := do()
	if !stop() && err == nil {
		return context.Cause(ctx)
	}
	return err
}
