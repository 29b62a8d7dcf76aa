// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// childVariable makes this test program the engine's child process.
const childVariable = "VIGIE_TEST_ENGINE"

// parentVariable makes it a parent that starts an engine on this directory and
// never stops it; see TestEngineEndsWithItsParent.
const parentVariable = "VIGIE_TEST_PARENT"

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(childVariable) != "":
		exitWith(serveAsChild(os.Args[2:]))
	case os.Getenv(parentVariable) != "":
		exitWith(startAndWait(os.Getenv(parentVariable)))
	}
	os.Exit(m.Run())
}

func exitWith(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// serveAsChild is what the program's engine command does.
func serveAsChild(arguments []string) error {
	var options EngineOptions
	flags := flag.NewFlagSet("engine", flag.ContinueOnError)
	flags.StringVar(&options.Library, "library", "", "")
	flags.StringVar(&options.DataDir, "data-dir", "", "")
	flags.StringVar(&options.Addr, "addr", "", "")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	return ServeEngine(context.Background(), options.FromParent())
}

// startAndWait starts an engine, says where, and waits to be killed.
func startAndWait(dataDir string) error {
	engine, err := StartEngine(context.Background(), childOptions(dataDir))
	if err != nil {
		return err
	}
	fmt.Println(engine.Addr())
	<-engine.Done()
	return nil
}

// childOptions start this test program as the child.
func childOptions(dataDir string) StartOptions {
	return StartOptions{
		DataDir: dataDir,
		Command: []string{os.Args[0], "engine"},
		Env:     []string{childVariable + "=1", parentVariable + "="},
	}
}

// startEngine starts an engine and stops it after the test. A missing library
// fails the test: nothing here can be trusted without the engine itself.
func startEngine(t testing.TB, dataDir string) *Engine {
	t.Helper()
	options := childOptions(dataDir)
	options.Logger = slog.New(slog.NewTextHandler(testWriter{t}, nil))
	engine, err := StartEngine(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := engine.Close(); err != nil {
			t.Error(err)
		}
	})
	return engine
}

// testWriter puts the engine's log into the test's.
type testWriter struct{ t testing.TB }

func (w testWriter) Write(p []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

func open(t testing.TB, addr string, change func(*clickhouse.Options)) clickhouse.Conn {
	t.Helper()
	options := &clickhouse.Options{Protocol: clickhouse.HTTP, Addr: []string{addr}}
	if change != nil {
		change(options)
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func execute(t testing.TB, conn clickhouse.Conn, statement string) {
	t.Helper()
	if err := conn.Exec(t.Context(), statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// scalar is the one value that a query gives.
func scalar[T any](t testing.TB, conn clickhouse.Conn, query string, arguments ...any) T {
	t.Helper()
	var value T
	if err := conn.QueryRow(t.Context(), query, arguments...).Scan(&value); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return value
}
