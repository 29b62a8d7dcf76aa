// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"syscall"
	"time"
)

// parentEnv tells a child that StartEngine started it: it then says on
// standard output when it is ready, and ends when standard input does.
const parentEnv = "VIGIE_ENGINE_PARENT"

// readyWord begins the line that a child prints when it serves; the address
// and ClickHouse's version follow.
const readyWord = "ready"

// EngineOptions are what ServeEngine needs.
type EngineOptions struct {
	// Library is the path of libchdb; see FindLibrary.
	Library string
	// DataDir holds the databases. It belongs to one engine at a time.
	DataDir string
	// Addr is where ClickHouse's HTTP interface listens, host:port. There are
	// no users and no passwords: keep it on the loopback address.
	Addr string
	// ConfigFile is a configuration of ClickHouse's server, whose users file says what the engine's user, default, may do and
	// within which limits; "" for none. Users files change nothing for the rest, which has no users.
	ConfigFile string
	// Logger takes what goes wrong; nil takes slog's default.
	Logger *slog.Logger

	ready  io.Writer // takes the ready line; nil for none
	parent io.Reader // its end is the order to stop; nil for none
}

// FromParent completes the options of a child process: if StartEngine started
// it, its log goes to standard error in slog's JSON and its life follows its
// parent's. Otherwise nothing changes.
func (o EngineOptions) FromParent() EngineOptions {
	if os.Getenv(parentEnv) == "" {
		return o
	}
	o.Logger = slog.New(slog.NewJSONHandler(os.Stderr, nil))
	o.ready, o.parent = os.Stdout, os.Stdin
	return o
}

// ServeEngine runs the ClickHouse engine in this process and serves its HTTP
// interface until ctx ends; the statements under way are then given some
// seconds to end. It can be called once in a process, which should exit
// afterwards: the library is not made to be started twice.
func ServeEngine(ctx context.Context, options EngineOptions) error {
	if options.Logger == nil {
		options.Logger = slog.Default()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", options.Addr)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("serve the ClickHouse engine: address %s is taken: choose another port (0 takes any free one), or give the address of a ClickHouse server with --clickhouse: %w", options.Addr, err)
	}
	if err != nil {
		return fmt.Errorf("serve the ClickHouse engine: %w", err)
	}
	defer listener.Close()
	host, handler, err := startHost(options)
	if err != nil {
		return err
	}
	if options.parent != nil {
		go func() {
			_, _ = io.Copy(io.Discard, options.parent)
			cancel()
		}()
	}
	if options.ready != nil {
		fmt.Fprintln(options.ready, readyWord, listener.Addr(), handler.version)
	}
	return serve(ctx, listener, host, handler)
}

func startHost(options EngineOptions) (*engineHost, *engineHandler, error) {
	if err := os.MkdirAll(options.DataDir, 0o755); err != nil {
		return nil, nil, fmt.Errorf("create the data directory of the ClickHouse engine: %w", err)
	}
	host, err := openEngine(options.Library, options.DataDir, options.ConfigFile)
	if err != nil {
		return nil, nil, err
	}
	facts, err := host.ask("SELECT version(), timezone()")
	if err != nil {
		return nil, nil, fmt.Errorf("ask the ClickHouse engine for its version: %w", err)
	}
	version, zone, _ := strings.Cut(facts, "\t")
	return host, &engineHandler{host: host, logger: options.Logger, version: version, zone: zone}, nil
}

// serve answers requests until ctx ends, then stops in order: no new requests,
// the old ones to their end, the engine.
func serve(ctx context.Context, listener net.Listener, host *engineHost, handler http.Handler) error {
	const (
		headerTimeout  = 10 * time.Second
		maxHeaderBytes = maxQueryBytes + 64<<10 // a statement may be in the URL
		lastRequests   = 5 * time.Second
	)
	// A web page in a browser on this machine could otherwise post statements.
	guarded := http.NewCrossOriginProtection().Handler(handler)
	server := &http.Server{Handler: guarded, ReadHeaderTimeout: headerTimeout, MaxHeaderBytes: maxHeaderBytes}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve the ClickHouse engine: %w", err)
	case <-ctx.Done():
	}
	deadline, cancel := context.WithTimeout(context.Background(), lastRequests)
	defer cancel()
	if err := server.Shutdown(deadline); err != nil {
		// Closing a connection under a running statement aborts the process,
		// so the engine is left as it is: its data is safe against that.
		return fmt.Errorf("stop the ClickHouse engine: statements still run after %s: %w", lastRequests, err)
	}
	host.close()
	return nil
}
