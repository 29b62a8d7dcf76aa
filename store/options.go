// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// Defaults of Options.
const (
	DefaultDatabase = "vigie"
	defaultUser     = "default"
)

// Options say where ClickHouse is and how to speak to it.
type Options struct {
	// Addr is one of
	//
	//	clickhouse://host:9000   the native protocol; so is a bare host:9000
	//	http://host:8123         the HTTP interface, the embedded engine's only one
	//	https://host:8443        the same over TLS
	//
	// Several servers of one cluster are separated by commas, after one scheme.
	Addr string
	// Database holds all our tables; "vigie" when empty.
	Database string
	// User is "default" when empty.
	User, Password string
	// Cluster is the name of a ClickHouse cluster, or "" for one server. With it
	// every table is replicated, and those that grow are distributed over shards.
	Cluster string
	// Compression of what travels: "none", "lz4" or "zstd". When empty: lz4 over the
	// native protocol, none over HTTP.
	Compression string
	// TLS asks for it over the native protocol; https asks for it by itself.
	TLS bool
	// CAFile, CertFile and KeyFile are PEM files; all may be empty.
	CAFile, CertFile, KeyFile string
	// ServerName is the name in the server's certificate, when it is not the host's.
	ServerName string
}

var (
	databasePattern = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,63}$`)
	clusterPattern  = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.{}-]{0,63}$`)
)

// Validate checks the options without contacting anything or reading a file. The
// error lists all that is wrong.
func (o Options) Validate() error {
	var errs []error
	if _, err := o.endpoint(); err != nil {
		errs = append(errs, err)
	}
	if o.Database != "" && !databasePattern.MatchString(o.Database) {
		errs = append(errs, fmt.Errorf("store: the database name %q may hold letters, digits and _ only, 64 at most, and start with no digit", o.Database))
	}
	if o.Cluster != "" && !clusterPattern.MatchString(o.Cluster) {
		errs = append(errs, fmt.Errorf("store: the cluster name %q may hold letters, digits, _ . - { } only, 64 at most", o.Cluster))
	}
	if _, err := o.compression(false); err != nil {
		errs = append(errs, err)
	}
	if (o.CertFile == "") != (o.KeyFile == "") {
		errs = append(errs, errors.New("store: a client certificate needs both its certificate file and its key file"))
	}
	return errors.Join(errs...)
}

// endpoint is what Addr says.
type endpoint struct {
	http, tls bool
	hosts     []string
}

func (o Options) endpoint() (endpoint, error) {
	const remedy = "give clickhouse://host:9000, http://host:8123, https://host:8443 or host:9000"
	if o.Addr == "" {
		return endpoint{}, errors.New("store: the address of ClickHouse is empty; " + remedy)
	}
	scheme, rest, found := strings.Cut(o.Addr, "://")
	if !found {
		scheme, rest = "clickhouse", o.Addr
	}
	e := endpoint{tls: o.TLS}
	switch scheme {
	case "clickhouse", "tcp":
	case "http":
		e.http = true
	case "https":
		e.http, e.tls = true, true
	default:
		return endpoint{}, fmt.Errorf("store: the scheme %q of the address is unknown; %s", scheme, remedy)
	}
	for host := range strings.SplitSeq(strings.TrimSuffix(rest, "/"), ",") {
		if strings.ContainsAny(host, "/?#@") {
			return endpoint{}, fmt.Errorf("store: the address %q holds more than a host and a port; %s, and name the user, the password and the database by their own settings", redacted(o.Addr), remedy)
		}
		name, port, err := net.SplitHostPort(host)
		if err != nil || name == "" || port == "" {
			return endpoint{}, fmt.Errorf("store: %q in the address is not a host and a port; %s", host, remedy)
		}
		e.hosts = append(e.hosts, host)
	}
	return e, nil
}

// redacted is an address without the password that somebody may have put in it.
func redacted(addr string) string {
	u, err := url.Parse(addr)
	if err != nil {
		return "(unreadable)"
	}
	return u.Redacted()
}

func (o Options) compression(http bool) (clickhouse.CompressionMethod, error) {
	switch o.Compression {
	case "":
		if http {
			return clickhouse.CompressionNone, nil
		}
		return clickhouse.CompressionLZ4, nil
	case "none":
		return clickhouse.CompressionNone, nil
	case "lz4":
		return clickhouse.CompressionLZ4, nil
	case "zstd":
		return clickhouse.CompressionZSTD, nil
	}
	return 0, fmt.Errorf("store: the compression %q is unknown; use none, lz4 or zstd", o.Compression)
}

func (o Options) tlsConfig() (*tls.Config, error) {
	config := &tls.Config{ServerName: o.ServerName, MinVersion: tls.VersionTLS12}
	if o.CAFile != "" {
		pem, err := os.ReadFile(o.CAFile)
		if err != nil {
			return nil, fmt.Errorf("store: read the certificate authority: %w", err)
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("store: %s holds no certificate in PEM form", o.CAFile)
		}
	}
	if o.CertFile != "" {
		pair, err := tls.LoadX509KeyPair(o.CertFile, o.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("store: read the client certificate: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

// Store is an open ClickHouse. It is safe for use by several goroutines.
type Store struct {
	conn driver.Conn
	http bool
	schema
}

// Connections: one per partition being written plus a few readers; 12 partitions
// is the default of the log.
const (
	maxOpenConns = 24
	maxIdleConns = 12
	// connLifetime is below the idle limits of common proxies and load balancers.
	connLifetime = 5 * time.Minute
	dialTimeout  = 10 * time.Second
	// readTimeout is the longest silence during a query; a write has its own limit.
	readTimeout = 5 * time.Minute
)

// Open connects and checks that the server answers. It creates nothing: see
// Migrate. Close it in the end.
func Open(ctx context.Context, o Options) (*Store, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	config, err := o.clickhouse()
	if err != nil {
		return nil, err
	}
	conn, err := clickhouse.Open(config)
	if err != nil {
		return nil, fmt.Errorf("store: open ClickHouse at %s: %w", o.Addr, err)
	}
	if err := conn.Ping(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("store: ClickHouse at %s does not answer (is the address right, is the server up, are user and password right?): %w", o.Addr, err), conn.Close())
	}
	return &Store{conn: conn, http: config.Protocol == clickhouse.HTTP, schema: o.schema()}, nil
}

// clickhouse translates validated options.
func (o Options) clickhouse() (*clickhouse.Options, error) {
	at, err := o.endpoint()
	if err != nil {
		return nil, err
	}
	method, err := o.compression(at.http)
	if err != nil {
		return nil, err
	}
	config := &clickhouse.Options{
		Addr: at.hosts,
		// Every statement names the database, which Migrate may have to create first.
		Auth:            clickhouse.Auth{Username: o.User, Password: o.Password},
		MaxOpenConns:    maxOpenConns,
		MaxIdleConns:    maxIdleConns,
		ConnMaxLifetime: connLifetime,
		DialTimeout:     dialTimeout,
		ReadTimeout:     readTimeout,
	}
	if config.Auth.Username == "" {
		config.Auth.Username = defaultUser
	}
	if at.http {
		config.Protocol = clickhouse.HTTP
	}
	if method != clickhouse.CompressionNone {
		config.Compression = &clickhouse.Compression{Method: method}
	}
	if at.tls {
		if config.TLS, err = o.tlsConfig(); err != nil {
			return nil, err
		}
	}
	return config, nil
}

// Ping tells whether the server answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.conn.Ping(ctx); err != nil {
		return fmt.Errorf("store: ping ClickHouse: %w", err)
	}
	return nil
}

// Close closes all connections.
func (s *Store) Close() error {
	if err := s.conn.Close(); err != nil {
		return fmt.Errorf("store: close: %w", err)
	}
	return nil
}
