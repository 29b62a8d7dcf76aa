// SPDX-License-Identifier: Apache-2.0

package alerting

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	// startTimeout is how long a server may take until it is ready; on an idle machine it takes 0.2 s.
	startTimeout = time.Minute
	// stopTimeout is how long it may take to end by itself before it is killed.
	stopTimeout = 20 * time.Second
	// readyPollMin and readyPollMax bound the pause between two questions whether it is ready.
	readyPollMin, readyPollMax = 5 * time.Millisecond, 250 * time.Millisecond
	// keptLines is how much of a server's log is kept to be shown when a test fails.
	keptLines = 200
)

// Options of a server.
type Options struct {
	Config     string   // its configuration, as text; or:
	ConfigFile string   // the file that holds it, which may name others relative to itself
	Addr       string   // "127.0.0.1:port"; a free port when empty. Give Server.Addr to start it again at the same place
	DataDir    string   // a new one when empty. Give it to start again with what was there
	Flags      []string // further flags
}

// Server is a running Prometheus or Alertmanager. It is stopped after the test, if it was not before.
type Server struct {
	Addr string // host:port
	URL  string // http://host:port

	t       testing.TB
	program Program
	command *exec.Cmd
	done    chan struct{} // closed when the process has ended
	log     tail
}

// StartAlertmanager starts an Alertmanager without peers and waits until it is ready.
func StartAlertmanager(t testing.TB, o Options) *Server {
	t.Helper()
	return start(t, Alertmanager, o, "--cluster.listen-address=", "--storage.path="+dataDir(t, o))
}

// StartPrometheus starts a Prometheus and waits until it is ready.
func StartPrometheus(t testing.TB, o Options) *Server {
	t.Helper()
	return start(t, Prometheus, o, "--storage.tsdb.path="+dataDir(t, o))
}

func dataDir(t testing.TB, o Options) string {
	if o.DataDir != "" {
		return o.DataDir
	}
	return t.TempDir()
}

func start(t testing.TB, p Program, o Options, flags ...string) *Server {
	t.Helper()
	config := o.ConfigFile
	if config == "" {
		config = filepath.Join(t.TempDir(), "config.yml")
		if err := os.WriteFile(config, []byte(o.Config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	config, err := filepath.Abs(config)
	if err != nil {
		t.Fatal(err)
	}
	addr := o.Addr
	if addr == "" {
		addr = "127.0.0.1:0"
	}
	flags = append(flags, "--config.file="+config, "--web.listen-address="+addr)
	s := &Server{t: t, program: p, done: make(chan struct{})}
	s.command = exec.Command(Path(t, p), append(flags, o.Flags...)...)
	s.command.Dir = workingDir(t)
	s.command.SysProcAttr = childAttributes()
	stderr, err := s.command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.command.Start(); err != nil {
		t.Fatalf("start %s: %v", p, err)
	}
	t.Cleanup(s.Stop)
	listening := make(chan string, 1)
	go s.follow(stderr, listening)
	ctx, cancel := context.WithTimeout(t.Context(), startTimeout)
	defer cancel()
	if err := s.awaitReady(ctx, listening); err != nil {
		t.Fatalf("%s: %v\n%s", p, err, s.log.String())
	}
	return s
}

// listenLine is what both servers log of their port.
var listenLine = regexp.MustCompile(`msg="Listening on" address=(\S+)`)

// follow keeps the end of the log, tells the address that it names, and waits for the process.
func (s *Server) follow(stderr io.Reader, listening chan<- string) {
	lines := bufio.NewScanner(stderr)
	lines.Buffer(nil, 1<<20)
	told := false
	for lines.Scan() {
		s.log.add(lines.Text())
		if m := listenLine.FindStringSubmatch(lines.Text()); m != nil && !told {
			told = true
			listening <- m[1]
		}
	}
	_ = s.command.Wait() // how it ended is in its log
	close(s.done)
}

func (s *Server) awaitReady(ctx context.Context, listening <-chan string) error {
	select {
	case s.Addr = <-listening:
	case <-s.done:
		return errors.New("ended before it listened")
	case <-ctx.Done():
		return fmt.Errorf("does not listen after %v", startTimeout)
	}
	s.URL = "http://" + s.Addr
	for pause := readyPollMin; ; pause = min(2*pause, readyPollMax) {
		if s.ready(ctx) {
			return nil
		}
		select {
		case <-time.After(pause):
		case <-s.done:
			return errors.New("ended before it was ready")
		case <-ctx.Done():
			return fmt.Errorf("is not ready after %v", startTimeout)
		}
	}
}

func (s *Server) ready(ctx context.Context) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/-/ready", nil)
	if err != nil {
		return false
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return false
	}
	_ = answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// Stop ends it in order, as an upgrade does. Stopping twice is harmless.
func (s *Server) Stop() {
	_ = s.command.Process.Signal(syscall.SIGTERM) // it may have ended
	select {
	case <-s.done:
	case <-time.After(stopTimeout):
		s.t.Errorf("%s has not ended %v after SIGTERM:\n%s", s.program, stopTimeout, s.log.String())
		s.Kill()
	}
}

// Kill ends it at once, as a power cut does.
func (s *Server) Kill() {
	_ = s.command.Process.Kill() // it may have ended
	<-s.done
}

// Log is the end of what it logged.
func (s *Server) Log() string { return s.log.String() }

// tail is the last lines of a log.
type tail struct {
	mu    sync.Mutex
	lines []string
}

func (l *tail) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.lines) == keptLines {
		l.lines = append(l.lines[:0], l.lines[1:]...)
	}
	l.lines = append(l.lines, line)
}

// String gives them, one a line.
func (l *tail) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.Join(l.lines, "\n")
}
