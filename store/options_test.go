// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
)

func TestOptionsValidate(t *testing.T) {
	f := func(o Options, want string) {
		t.Helper()
		err := o.Validate()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%+v: error %v, want %q", o, err, want)
		}
	}
	f(Options{Addr: "localhost:9000"}, "")
	f(Options{Addr: "clickhouse://a:9000,b:9000", Cluster: "centres", Database: "kpi_1"}, "")
	f(Options{Addr: "http://127.0.0.1:8123/", Compression: "zstd"}, "")
	f(Options{Addr: "https://ch.example:8443", CAFile: "ca.pem", CertFile: "c.pem", KeyFile: "k.pem"}, "")
	f(Options{Addr: "[::1]:9000"}, "")
	f(Options{}, "address of ClickHouse is empty")
	f(Options{Addr: "ftp://a:1"}, `scheme "ftp"`)
	f(Options{Addr: "localhost"}, "not a host and a port")
	f(Options{Addr: ":9000"}, "not a host and a port")
	f(Options{Addr: "clickhouse://me:hunter2@a:9000"}, "user, the password")
	f(Options{Addr: "a:9000", Database: "x; DROP"}, "database name")
	f(Options{Addr: "a:9000", Cluster: "it's"}, "cluster name")
	f(Options{Addr: "a:9000", Compression: "gzip"}, "use none, lz4 or zstd")
	f(Options{Addr: "a:9000", CertFile: "c.pem"}, "both its certificate file and its key file")
	if err := (Options{Addr: "clickhouse://me:hunter2@a:9000"}).Validate(); strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the error shows the password: %v", err)
	}
	if err := (Options{Database: "1", Compression: "x"}).Validate(); strings.Count(err.Error(), "\n") != 2 {
		t.Errorf("not all errors at once: %v", err)
	}
}

// TestTransport: HTTP is not compressed unless asked, because the embedded engine
// is on the same machine; the native protocol is.
func TestTransport(t *testing.T) {
	f := func(o Options, protocol clickhouse.Protocol, compression string, tls bool) {
		t.Helper()
		c, err := o.clickhouse()
		if err != nil {
			t.Fatal(err)
		}
		got := "none"
		if c.Compression != nil {
			got = c.Compression.Method.String()
		}
		if c.Protocol != protocol || got != compression || (c.TLS != nil) != tls || c.Auth.Username != "default" {
			t.Errorf("%+v: %s, %s, TLS %v, user %s", o, c.Protocol, got, c.TLS != nil, c.Auth.Username)
		}
	}
	f(Options{Addr: "http://a:8123"}, clickhouse.HTTP, "none", false)
	f(Options{Addr: "https://a:8443", Compression: "lz4"}, clickhouse.HTTP, "lz4", true)
	f(Options{Addr: "a:9000"}, clickhouse.Native, "lz4", false)
	f(Options{Addr: "clickhouse://a:9440", TLS: true, Compression: "none"}, clickhouse.Native, "none", true)
	if _, err := (Options{Addr: "https://a:8443", CAFile: "testdata/absent.pem"}).clickhouse(); err == nil {
		t.Error("an absent certificate authority passed")
	}
}

func TestOpenSaysWhatToDo(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := listener.Addr().String()
	listener.Close()
	_, err = Open(t.Context(), Options{Addr: "http://" + addr})
	if err == nil || !strings.Contains(err.Error(), "is the server up") || !IsRetryable(err) {
		t.Errorf("error %v", err)
	}
}

// TestIsRetryable: the codes are those of ClickHouse's own list of errors.
func TestIsRetryable(t *testing.T) {
	code := func(c int32) error { return &clickhouse.Exception{Code: c} }
	for _, c := range []struct {
		err  error
		want bool
	}{
		{nil, false},
		{code(252), true},  // TOO_MANY_PARTS
		{code(241), true},  // MEMORY_LIMIT_EXCEEDED
		{code(999), true},  // KEEPER_EXCEPTION
		{code(60), false},  // UNKNOWN_TABLE
		{code(516), false}, // AUTHENTICATION_FAILED
		{&clickhouse.HTTPError{StatusCode: 503, Err: errors.New("busy")}, true},
		{&clickhouse.HTTPError{StatusCode: 404, Err: errors.New("no")}, false},
		{&clickhouse.HTTPError{StatusCode: 500, Err: code(60)}, false},
		{fmt.Errorf("send: %w", syscall.EPIPE), true},
		{fmt.Errorf("read: %w", io.ErrUnexpectedEOF), true},
		{&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, true},
		{context.DeadlineExceeded, true},
		{context.Canceled, false},
		{&MismatchError{}, false},
		{errors.New("something else"), false},
	} {
		if got := IsRetryable(c.err); got != c.want {
			t.Errorf("%v: %v, want %v", c.err, got, c.want)
		}
	}
	if !slices.IsSorted(retryableCodes) {
		t.Error("the codes are not sorted, so they cannot be found")
	}
}
