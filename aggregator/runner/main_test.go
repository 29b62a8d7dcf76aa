// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/vigie-kpi/vigie/embedded"
)

// The variables that make this test program another process: the ClickHouse engine, or one instance of the pipeline.
const (
	engineVariable   = "VIGIE_RUNNER_TEST_ENGINE"
	instanceVariable = "VIGIE_RUNNER_TEST_INSTANCE"
)

// parts are the one broker and the one engine of all tests; each case has topics and a database of its own.
type parts struct {
	once   sync.Once
	err    error
	dir    string
	broker *embedded.Broker
	engine *embedded.Engine
}

var shared parts

func TestMain(m *testing.M) {
	switch {
	case os.Getenv(engineVariable) != "":
		exitWith(serveEngine(os.Args[2:]))
	case os.Getenv(instanceVariable) != "":
		exitWith(runInstance(os.Getenv(instanceVariable)))
	}
	code := m.Run()
	if err := shared.close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func exitWith(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func serveEngine(arguments []string) error {
	var options embedded.EngineOptions
	flags := flag.NewFlagSet("engine", flag.ContinueOnError)
	flags.StringVar(&options.Library, "library", "", "")
	flags.StringVar(&options.DataDir, "data-dir", "", "")
	flags.StringVar(&options.Addr, "addr", "", "")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	return embedded.ServeEngine(context.Background(), options.FromParent())
}

// start brings up both parts with the first test that asks.
func (p *parts) start(t testing.TB) {
	t.Helper()
	p.once.Do(func() { p.err = p.up() })
	if p.err != nil {
		t.Fatal(p.err)
	}
}

func (p *parts) up() (err error) {
	if p.dir, err = os.MkdirTemp("", "vigie-runner-"); err != nil {
		return err
	}
	if p.broker, err = embedded.StartBroker(context.Background(), embedded.BrokerOptions{DataDir: filepath.Join(p.dir, "broker"), Logger: quiet}); err != nil {
		return err
	}
	return p.startEngine("")
}

// startEngine starts the engine on its data, at an address or at any.
func (p *parts) startEngine(addr string) (err error) {
	p.engine, err = embedded.StartEngine(context.Background(), embedded.StartOptions{
		DataDir: filepath.Join(p.dir, "engine"),
		Addr:    addr,
		Command: []string{os.Args[0], "engine"},
		Env:     []string{engineVariable + "=1"},
		Logger:  quiet,
	})
	return err
}

func (p *parts) close() error {
	var errs []error
	if p.engine != nil {
		errs = append(errs, p.engine.Close())
	}
	if p.broker != nil {
		errs = append(errs, p.broker.Close())
	}
	if p.dir != "" {
		errs = append(errs, os.RemoveAll(p.dir))
	}
	return errors.Join(errs...)
}

// quiet shows nothing below an error.
var quiet = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError + 1}))

// query sends a statement to the engine, outside of our own client, and returns its answer as tab-separated text.
func query(t testing.TB, statement string) string {
	t.Helper()
	answer, err := http.Post("http://"+shared.engine.Addr()+"/", "text/plain", strings.NewReader(statement))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v %s: %s", statement, err, answer.Status, text)
	}
	return strings.TrimSuffix(string(text), "\n")
}
