// SPDX-License-Identifier: Apache-2.0

package store

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/aggregator"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/indicator"
)

// fault is what a bad network does to one INSERT into facts.
type fault int

const (
	faultNone     fault = iota
	faultBusy           // the server answers 503 and does nothing
	faultRefused        // the connection ends before the request is passed on
	faultCut            // half of the body arrives
	faultNoAnswer       // all arrives and is stored, the acknowledgement does not
)

// network passes requests on to the engine, with faults for inserts into facts, one
// after the other.
type network struct {
	to     string
	faults []fault
	seen   atomic.Int32
}

// ServeHTTP implements http.Handler.
func (n *network) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	now := faultNone
	if strings.Contains(r.URL.Query().Get("query"), "facts (") {
		if i := int(n.seen.Add(1)) - 1; i < len(n.faults) {
			now = n.faults[i]
		}
	}
	switch now {
	case faultBusy:
		http.Error(w, "busy", http.StatusServiceUnavailable)
		return
	case faultRefused:
		panic(http.ErrAbortHandler)
	case faultCut:
		body = body[:len(body)/2]
	}
	request, err := http.NewRequestWithContext(r.Context(), r.Method, "http://"+n.to+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	request.Header = r.Header.Clone()
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer answer.Body.Close()
	if now == faultNoAnswer || now == faultCut {
		panic(http.ErrAbortHandler)
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = io.Copy(w, answer.Body)
}

// TestBadNetwork: whatever the network does to the attempts, the block is there once
// in the end, and each failure was told.
func TestBadNetwork(t *testing.T) {
	direct := openMigrated(t)
	n := &network{to: engineAddr(t), faults: []fault{faultBusy, faultRefused, faultNoAnswer, faultNone, faultNoAnswer, faultNoAnswer, faultCut}}
	server := httptest.NewServer(n)
	defer server.Close()
	s, err := Open(t.Context(), Options{Addr: server.URL, Database: direct.database})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	var retries []string
	w, err := s.OpenWriter(t.Context(), "e1", 0, WriterOptions{FirstWait: time.Millisecond, MaxWait: time.Millisecond,
		OnRetry: func(r Retry) { retries = append(retries, r.Table) }})
	if err != nil {
		t.Fatal(err)
	}
	// The first block meets busy, refused and no answer; it is then found by counting,
	// without a fourth insert.
	write(t, w, twoDays(t))
	if got := sums(t, direct); got != twoDaysSums {
		t.Errorf("got %s, want %s", got, twoDaysSums)
	}
	// The second is not the first of its writer, so its first attempt does not count.
	n.seen.Store(4)
	lyon := newWorld("lyon", "")
	write(t, w, seal(t, lyon, 0, 110, 119, made{at: "2026-03-02T10:00:00Z", offset: 111, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 64)}}))
	n.seen.Store(6)
	write(t, w, seal(t, lyon, 0, 120, 129, made{at: "2026-03-02T10:00:00Z", offset: 121, queue: "support", incs: []aggregator.Inc{inc(indicator.Offered, 128)}}))
	if got := scalar[int64](t, direct, "SELECT sum(offered) FROM {db}.facts"); got != 31+64+128 {
		t.Errorf("offered is %d, want 223", got)
	}
	if got := strings.Join(retries, " "); got != "facts facts facts facts facts" {
		t.Errorf("retries of %s", got)
	}
}

// TestPermanentErrorEndsAtOnce: what cannot pass by itself is not repeated.
func TestPermanentErrorEndsAtOnce(t *testing.T) {
	s := openOwn(t)
	w := openWriter(t, s, 0, nil)
	w.options.OnRetry = func(r Retry) { t.Errorf("repeated: %v", r.Err) }
	execute(t, s, "DROP TABLE {db}.facts SYNC")
	err := w.Write(t.Context(), twoDays(t))
	if err == nil || IsRetryable(err) || !strings.Contains(err.Error(), "vigie migrate") {
		t.Errorf("error %v", err)
	}
}

// TestContextEndsRetries: a store that stays away is waited for until the context ends.
func TestContextEndsRetries(t *testing.T) {
	s := openMigrated(t)
	w := openWriter(t, s, 0, nil)
	ctx, cancel := context.WithCancel(t.Context())
	attempts := 0
	w.options.OnRetry = func(Retry) {
		if attempts++; attempts == 3 {
			cancel()
		}
	}
	w.options.AttemptTimeout = time.Nanosecond
	if err := w.Write(ctx, twoDays(t)); !errors.Is(err, context.Canceled) || attempts != 3 {
		t.Errorf("error %v after %d attempts", err, attempts)
	}
}

// TestServerKilled: the server is killed with SIGKILL between two blocks and comes back
// later, at the same address. What was acknowledged is there, and the writer goes on.
func TestServerKilled(t *testing.T) {
	dir := t.TempDir()
	first, err := startEngine(dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), Options{Addr: "http://" + first.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	blocks := crashBlocks(t)
	w := openWriter(t, s, 0, nil)
	write(t, w, blocks[0])
	first.Kill()
	<-first.Done()

	away := make(chan struct{}, 1)
	w.options.OnRetry = func(Retry) {
		select {
		case away <- struct{}{}:
		default:
		}
	}
	done := make(chan error, 1)
	go func() { done <- errors.Join(w.Write(t.Context(), blocks[1]), w.Write(t.Context(), blocks[2])) }()
	<-away
	second, err := embedded.StartEngine(t.Context(), embedded.StartOptions{
		DataDir: dir, Addr: first.Addr(), Command: []string{os.Args[0], "engine"}, Env: []string{childVariable + "=1"}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := scalar[int64](t, s, "SELECT sum(offered) FROM {db}.facts"); got != 32+31 {
		t.Errorf("offered is %d, want 63", got)
	}
	ledger, err := s.Ledger(t.Context(), "e1", 0, 0)
	if err != nil || ledger.Last != 119 || len(ledger.Rows) != 3 {
		t.Errorf("ledger %+v, %v", ledger, err)
	}
}
