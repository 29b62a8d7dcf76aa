// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync/atomic"
	"time"
)

// Default time limits of a child process.
const (
	// A cold start reads the library, 566 MB, and opens every table.
	defaultStartTimeout = 60 * time.Second
	// The child gives its last requests 5 seconds, then stops the engine.
	defaultStopTimeout = 15 * time.Second
)

// StartOptions say how StartEngine runs its child process.
type StartOptions struct {
	// Library is the path of libchdb; "" takes what FindLibrary finds.
	Library string
	// DataDir holds the databases; it is created if needed.
	DataDir string
	// Addr is where the child listens; "" takes a free port of the loopback.
	Addr string
	// Command begins the child's command line; --library, --data-dir and
	// --addr follow. Empty takes this program with the argument "engine".
	Command []string
	// Env is added to the child's environment, as NAME=value.
	Env []string
	// Logger takes what the child logs; nil takes slog's default.
	Logger *slog.Logger
	// StartTimeout and StopTimeout bound the start and Close; 0 takes 60 and
	// 15 seconds.
	StartTimeout, StopTimeout time.Duration
}

// Engine is a ClickHouse engine in a child process. The child ends with this
// process, however this process ends.
type Engine struct {
	addr, version string
	stop          io.Closer // the child's standard input: its end is the order to stop
	stopTimeout   time.Duration
	process       *os.Process
	ready         atomic.Bool // StartEngine gave it to its caller
	stopping      atomic.Bool // its end is wanted
	done          chan struct{}
	err           error // why it ended; to be read after done
}

// StartEngine starts a child process that runs ServeEngine, and waits until it
// answers. The context bounds the start only; Close stops the engine.
func StartEngine(ctx context.Context, options StartOptions) (*Engine, error) {
	options, err := options.withDefaults()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, options.StartTimeout)
	defer cancel()
	log := &childLog{logger: options.Logger}
	command, pipes, err := options.command(log)
	if err != nil {
		return nil, fmt.Errorf("start the ClickHouse engine: %w", err)
	}
	engine := &Engine{stop: pipes.stdin, stopTimeout: options.StopTimeout, done: make(chan struct{})}
	if err := engine.run(command, pipes, log); err != nil {
		return nil, fmt.Errorf("start the ClickHouse engine: %w", err)
	}
	ready := make(chan string, 1)
	go readReady(pipes.stdout, ready)
	select {
	case line := <-ready:
		if addr, version, ok := strings.Cut(line, " "); ok {
			engine.addr, engine.version = addr, version
			engine.ready.Store(true)
			return engine, nil
		}
		<-engine.done // standard output ended without the line: so does the child
		return nil, fmt.Errorf("the ClickHouse engine did not start: %w%s", engine.endError(), log.lastWords())
	case <-ctx.Done():
		engine.Kill()
		return nil, fmt.Errorf("the ClickHouse engine was not ready in time: %w%s", ctx.Err(), log.lastWords())
	}
}

func (o StartOptions) withDefaults() (StartOptions, error) {
	if o.DataDir == "" {
		return o, errors.New("start the ClickHouse engine: no data directory given")
	}
	var err error
	if o.Library == "" {
		if o.Library, err = FindLibrary(); err != nil {
			return o, err
		}
	}
	if len(o.Command) == 0 {
		program, err := os.Executable()
		if err != nil {
			return o, fmt.Errorf("start the ClickHouse engine: find this program: %w", err)
		}
		o.Command = []string{program, "engine"}
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = defaultStartTimeout
	}
	if o.StopTimeout == 0 {
		o.StopTimeout = defaultStopTimeout
	}
	return o, nil
}

// childPipes are what the parent holds of a child.
type childPipes struct {
	stdin  io.WriteCloser
	stdout io.ReadCloser
}

func (o StartOptions) command(log *childLog) (*exec.Cmd, childPipes, error) {
	arguments := append(o.Command[1:len(o.Command):len(o.Command)], "--library", o.Library, "--data-dir", o.DataDir, "--addr", o.Addr)
	command := exec.Command(o.Command[0], arguments...)
	// The engine's own zone is UTC wherever it runs, as on a server.
	command.Env = append(append(os.Environ(), o.Env...), parentEnv+"=1", "TZ=UTC")
	command.SysProcAttr = childAttributes()
	command.Stderr = log
	command.WaitDelay = time.Second // were its standard error inherited, its end could be long in coming
	var pipes childPipes
	var stdinErr, stdoutErr error
	pipes.stdin, stdinErr = command.StdinPipe()
	pipes.stdout, stdoutErr = command.StdoutPipe()
	return command, pipes, errors.Join(stdinErr, stdoutErr)
}

// run starts the child and watches over it until it ends.
func (e *Engine) run(command *exec.Cmd, pipes childPipes, log *childLog) error {
	started := make(chan error, 1)
	go func() {
		// Linux kills the child when the thread that started it ends, not the
		// process: so that thread is kept here until the child has ended.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := command.Start()
		e.process = command.Process
		started <- err
		if err != nil {
			return
		}
		e.err = command.Wait()
		if e.ready.Load() && !e.stopping.Load() {
			log.logger.Error("the ClickHouse engine ended by itself", "error", e.endError())
		}
		close(e.done)
	}()
	return <-started
}

// readReady gives what follows the ready word, or "" if the output ends before.
func readReady(stdout io.Reader, ready chan<- string) {
	lines := bufio.NewReader(stdout)
	for {
		line, err := lines.ReadString('\n')
		if found, ok := strings.CutPrefix(line, readyWord+" "); ok {
			ready <- strings.TrimSpace(found)
			break
		}
		if err != nil {
			ready <- ""
			return
		}
	}
	_, _ = io.Copy(io.Discard, lines) // the library may print; a full pipe would stop it
}

// Addr is the host:port of ClickHouse's HTTP interface.
func (e *Engine) Addr() string { return e.addr }

// Version is ClickHouse's version, such as 26.7.2.1.
func (e *Engine) Version() string { return e.version }

// Done is closed when the child has ended, whatever the reason.
func (e *Engine) Done() <-chan struct{} { return e.done }

// Close lets the running statements end, stops the engine and waits for it,
// up to StopTimeout; a child that still lives then is killed, which is an error
// but loses nothing that was acknowledged. It may be called more than once.
func (e *Engine) Close() error {
	wanted := e.stopping.Swap(true)
	_ = e.stop.Close()
	select {
	case <-e.done:
	case <-time.After(e.stopTimeout):
		e.Kill()
		return fmt.Errorf("the ClickHouse engine did not stop within %s and was killed; nothing acknowledged is lost", e.stopTimeout)
	}
	if e.err != nil && !wanted {
		return fmt.Errorf("the ClickHouse engine: %w", e.endError())
	}
	return nil
}

// Kill ends the child at once, as a crash would, and waits until it is gone.
func (e *Engine) Kill() {
	e.stopping.Store(true)
	_ = e.process.Kill() // an error means that it has ended already
	<-e.done
}

// endError says how the child ended.
func (e *Engine) endError() error {
	if e.err == nil {
		return errors.New("it ended without a word")
	}
	return e.err
}
