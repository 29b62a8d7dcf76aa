// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"regexp"
	"time"
)

// The defaults of Options.
const (
	DefaultEventsTopic      = "vigie.events"
	DefaultCheckpointsTopic = "vigie.checkpoints"
	DefaultDeadLettersTopic = "vigie.dead-letters"
	DefaultClientID         = "vigie"
	DefaultPartitions       = 12
	DefaultRetention        = 14 * 24 * time.Hour
	DefaultDialTimeout      = 10 * time.Second
	DefaultRequestTimeout   = 10 * time.Second
	DefaultDeliveryTimeout  = 30 * time.Second
	DefaultMetadataRefresh  = 2 * time.Second

	// MaxValueBytes is the largest value that this package publishes, and the largest that a PartitionReader hands over.
	// Kafka's own default limit is 1,048,588 bytes for a record batch; what is left is for the key and the framing, so
	// that a lone record which does not compress still fits an untuned broker.
	MaxValueBytes = 1_000_000

	// maxPartitions bounds Partitions: each open partition costs its reader up to 1 MiB of buffer and a connection.
	maxPartitions = 10_000

	// indexSuffix makes the name of the small topic that says which checkpoints exist from that of the checkpoints topic.
	indexSuffix = ".index"

	// configSuffix makes the name of the topic of configurations from that of the events topic.
	configSuffix = ".config"

	// batchesSuffix makes the name of the topic that says which blocks are written together from that of the events topic.
	batchesSuffix = ".batches"
)

// Options say where Kafka is and how the topics of Vigie are laid out. The zero value of a field means its default.
type Options struct {
	// Brokers are "host:port" addresses of some brokers of the cluster; the others are discovered. Required.
	Brokers []string

	// EventsTopic, CheckpointsTopic and DeadLettersTopic default to vigie.events, vigie.checkpoints and
	// vigie.dead-letters. Three more are named after them: ".index" behind the checkpoints topic lists the checkpoints,
	// ".config" behind the events topic keeps the configurations that were published, and ".batches" behind it says which
	// blocks are written together (see Batches).
	EventsTopic      string
	CheckpointsTopic string
	DeadLettersTopic string

	// Partitions is the number of partitions of each topic; 0: that of the topics that exist, which Log.EnsureTopics
	// finds out, and 12 of new ones. It is fixed once the topics exist: a centre lives in the partition that its id
	// hashes to, and a different count would send it elsewhere.
	Partitions int

	// Replication is the number of copies of each partition. Zero leaves the choice to the brokers
	// (default.replication.factor).
	Replication int

	// Retention is how long events and dead letters are kept, 14 days by default.
	Retention time.Duration

	// ClientID is the name that brokers show in their logs and quotas, "vigie" by default.
	ClientID string

	TLS  TLSOptions
	SASL SASLOptions

	// DialTimeout bounds one connection with its TLS and SASL exchange: 10 s by default.
	DialTimeout time.Duration
	// RequestTimeout bounds one request and its response: 10 s by default.
	RequestTimeout time.Duration
	// DeliveryTimeout bounds a publication with all its retries: 30 s by default.
	DeliveryTimeout time.Duration
	// MetadataRefresh is the greatest age of what is known about partition leaders by the producer: 2 s by default. It
	// bounds how long publishing stalls after a leader moved.
	MetadataRefresh time.Duration

	// Logger hears of what is worth a line and is not returned as an error: reconnections, rebalances, workers that
	// failed. Nil is silence.
	Logger *slog.Logger
}

// TLSOptions say how to encrypt. Enabled alone uses the system's certificate authorities.
type TLSOptions struct {
	Enabled bool
	// CAFile is a PEM file with the authorities that sign the brokers' certificates; empty means the system's.
	CAFile string
	// CertFile and KeyFile are the PEM files of the client's own certificate, both or neither.
	CertFile string
	KeyFile  string
	// ServerName is the name to expect in the brokers' certificates, when it is not the name they are reached by.
	ServerName string
	// InsecureSkipVerify accepts any certificate. It protects against nobody who can stand in between.
	InsecureSkipVerify bool
}

// The SASL mechanisms.
const (
	SASLPlain       = "PLAIN"
	SASLScramSHA256 = "SCRAM-SHA-256"
	SASLScramSHA512 = "SCRAM-SHA-512"
)

// SASLOptions say how to log in. An empty Mechanism is no login.
type SASLOptions struct {
	// Mechanism is SASLPlain, SASLScramSHA256, SASLScramSHA512 or empty.
	Mechanism string
	Username  string
	Password  string
	// AllowCleartext permits PLAIN without TLS, which shows the password to whoever can listen.
	AllowCleartext bool
}

// withDefaults returns the options with each zero field replaced by its default.
func (o Options) withDefaults() Options {
	text := func(field *string, value string) {
		if *field == "" {
			*field = value
		}
	}
	text(&o.EventsTopic, DefaultEventsTopic)
	text(&o.CheckpointsTopic, DefaultCheckpointsTopic)
	text(&o.DeadLettersTopic, DefaultDeadLettersTopic)
	text(&o.ClientID, DefaultClientID)
	if o.Partitions == 0 {
		o.Partitions = DefaultPartitions
	}
	duration := func(field *time.Duration, value time.Duration) {
		if *field == 0 {
			*field = value
		}
	}
	duration(&o.Retention, DefaultRetention)
	duration(&o.DialTimeout, DefaultDialTimeout)
	duration(&o.RequestTimeout, DefaultRequestTimeout)
	duration(&o.DeliveryTimeout, DefaultDeliveryTimeout)
	duration(&o.MetadataRefresh, DefaultMetadataRefresh)
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return o
}

// Validate tells all that is wrong with the options, each error naming its field and the remedy. It does no I/O: that
// the files exist and the brokers answer is found by Open and by the first request.
func (o Options) Validate() error {
	o = o.withDefaults()
	return errors.Join(
		o.validateBrokers(),
		o.validateTopics(),
		o.validateNumbers(),
		o.TLS.validate(),
		o.SASL.validate(o.TLS.Enabled),
	)
}

func (o Options) validateBrokers() error {
	if len(o.Brokers) == 0 {
		return errors.New("brokers: empty; give at least one host:port of the Kafka cluster")
	}
	var errs []error
	for i, address := range o.Brokers {
		host, port, err := net.SplitHostPort(address)
		if err != nil || host == "" || port == "" {
			errs = append(errs, fmt.Errorf("brokers[%d]: %q is not host:port; write it like kafka-1:9092", i, address))
		}
	}
	return errors.Join(errs...)
}

// topicName is what Kafka accepts, with room left for the index suffix under its limit of 249 characters.
var topicName = regexp.MustCompile(`^[a-zA-Z0-9._-]{1,240}$`)

func (o Options) validateTopics() error {
	names := []struct{ field, value string }{
		{"eventsTopic", o.EventsTopic},
		{"checkpointsTopic", o.CheckpointsTopic},
		{"deadLettersTopic", o.DeadLettersTopic},
		{"checkpointsTopic's index", o.CheckpointsTopic + indexSuffix},
		{"eventsTopic's configurations", o.EventsTopic + configSuffix},
		{"eventsTopic's batches", o.EventsTopic + batchesSuffix},
	}
	var errs []error
	seen := map[string]string{}
	for _, n := range names {
		if !topicName.MatchString(n.value) || n.value == "." || n.value == ".." {
			errs = append(errs, fmt.Errorf("%s: %q is not a topic name; use 1 to 240 of a-z A-Z 0-9 . _ -", n.field, n.value))
		}
		if other, dup := seen[n.value]; dup {
			errs = append(errs, fmt.Errorf("%s: %q is also %s; give each its own topic", n.field, n.value, other))
		}
		seen[n.value] = n.field
	}
	return errors.Join(errs...)
}

func (o Options) validateNumbers() error {
	var errs []error
	if o.Partitions < 1 || o.Partitions > maxPartitions {
		errs = append(errs, fmt.Errorf("partitions: %d; use 1 to %d (12 suits most)", o.Partitions, maxPartitions))
	}
	if o.Replication < 0 || o.Replication > 32767 {
		errs = append(errs, fmt.Errorf("replication: %d; use 3 on a cluster of three or more, or 0 for the brokers' default", o.Replication))
	}
	if o.Retention < time.Hour {
		errs = append(errs, fmt.Errorf("retention: %v; keep at least 1h, or a restart finds nothing to replay", o.Retention))
	}
	for _, d := range []struct {
		field string
		value time.Duration
	}{
		{"dialTimeout", o.DialTimeout}, {"requestTimeout", o.RequestTimeout},
		{"deliveryTimeout", o.DeliveryTimeout}, {"metadataRefresh", o.MetadataRefresh},
	} {
		if d.value < time.Millisecond || d.value > time.Hour {
			errs = append(errs, fmt.Errorf("%s: %v; use 1ms to 1h, or 0 for the default", d.field, d.value))
		}
	}
	return errors.Join(errs...)
}

func (t TLSOptions) validate() error {
	var errs []error
	if !t.Enabled && t != (TLSOptions{}) {
		errs = append(errs, errors.New("tls.enabled: false, yet other TLS fields are set; set it to true, or clear them"))
	}
	if (t.CertFile == "") != (t.KeyFile == "") {
		errs = append(errs, errors.New("tls.certFile and tls.keyFile: only one is set; a client certificate needs both"))
	}
	if t.InsecureSkipVerify && t.CAFile != "" {
		errs = append(errs, errors.New("tls.insecureSkipVerify: true makes tls.caFile useless; clear one of them"))
	}
	return errors.Join(errs...)
}

func (s SASLOptions) validate(encrypted bool) error {
	if s.Mechanism == "" {
		if s.Username != "" || s.Password != "" {
			return fmt.Errorf("sasl.mechanism: empty, yet a user or password is set; choose %s, %s or %s",
				SASLScramSHA512, SASLScramSHA256, SASLPlain)
		}
		return nil
	}
	var errs []error
	switch s.Mechanism {
	case SASLScramSHA256, SASLScramSHA512:
	case SASLPlain:
		if !encrypted && !s.AllowCleartext {
			errs = append(errs, errors.New("sasl.mechanism: PLAIN without TLS shows the password on the wire; "+
				"set tls.enabled, use SCRAM-SHA-512, or accept it with sasl.allowCleartext"))
		}
	default:
		errs = append(errs, fmt.Errorf("sasl.mechanism: %q is not known; choose %s, %s or %s",
			s.Mechanism, SASLScramSHA512, SASLScramSHA256, SASLPlain))
	}
	if s.Username == "" {
		errs = append(errs, errors.New("sasl.username: empty; give the Kafka user"))
	}
	if s.Password == "" {
		errs = append(errs, errors.New("sasl.password: empty; give the Kafka user's password"))
	}
	return errors.Join(errs...)
}
