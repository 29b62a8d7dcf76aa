// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

// maxStatements bounds the statements that run at once; further requests wait.
// Each holds an operating system thread and what the engine needs for it.
const maxStatements = 32

// engineHost owns the engine of this process and gives each request a session.
type engineHost struct {
	lib       *chdb
	dataDir   string
	arguments []string // of every connection
	slots     chan struct{}

	mu      sync.Mutex
	control *chdbConn // open as long as the engine runs, or it would stop with the last request
}

// openEngine loads the library and starts the engine on dataDir.
func openEngine(library, dataDir, configFile string) (*engineHost, error) {
	lib, err := loadChdb(library)
	if err != nil {
		return nil, err
	}
	host := &engineHost{lib: lib, dataDir: dataDir, arguments: []string{"--path=" + dataDir}, slots: make(chan struct{}, maxStatements)}
	if configFile != "" {
		host.arguments = append(host.arguments, "--config-file="+configFile)
	}
	host.control, err = host.connect()
	if err != nil {
		return nil, fmt.Errorf("start the ClickHouse engine on %s: %w", dataDir, err)
	}
	return host, nil
}

func (h *engineHost) connect() (*chdbConn, error) { return h.lib.connect(h.arguments...) }

// close ends the engine's last connection, once all sessions are closed. There
// is nothing to flush: what was acknowledged is in files, and the library has
// no queue of asynchronous inserts. The library's own shutdown is not called:
// it declines as soon as there is a MergeTree table.
func (h *engineHost) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.control.close()
}

// ask runs a statement of our own and gives its answer as tab-separated text.
func (h *engineHost) ask(statement string) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	answer, err := h.control.query(statement, "TabSeparated", parameters{})
	if err != nil {
		return "", err
	}
	defer answer.destroy()
	return strings.TrimSpace(string(answer.bytes())), nil
}

// kill cancels the statement with this id, again and again until done is
// closed: it may not have begun yet.
func (h *engineHost) kill(id string, done <-chan struct{}) {
	const pause = 50 * time.Millisecond
	for {
		// ASYNC, because SYNC waits for the connection and never returns here.
		// The next round is the remedy for an error too.
		_, _ = h.ask("KILL QUERY WHERE Settings['log_comment'] = " + quoteText(id) + " ASYNC")
		select {
		case <-done:
			return
		case <-time.After(pause):
		}
	}
}

// session is a connection for one request: settings, current database and
// temporary tables end with it.
type session struct {
	host *engineHost
	conn *chdbConn
	// setup is repeated on a second connection that must see the same.
	setup []string
}

// sessionOptions are what a request says besides its statement.
type sessionOptions struct {
	id       string // for KILL and system.processes: setting log_comment
	database string
	settings map[string]string
	readonly bool // a GET request
}

// open waits for a slot and prepares a connection.
func (h *engineHost) open(ctx context.Context, options sessionOptions) (*session, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, exception(codeTooManyQueries, "TOO_MANY_SIMULTANEOUS_QUERIES", "Gave up waiting for one of %d running statements to end", maxStatements)
	}
	setup, err := options.statements()
	if err != nil {
		<-h.slots
		return nil, err
	}
	conn, err := h.prepared(setup)
	if err != nil {
		<-h.slots
		return nil, err
	}
	return &session{host: h, conn: conn, setup: setup}, nil
}

func (s *session) close() {
	s.conn.close()
	<-s.host.slots
}

// prepared is a new connection on which setup was run.
func (h *engineHost) prepared(setup []string) (*chdbConn, error) {
	conn, err := h.connect()
	if err != nil {
		return nil, err
	}
	for _, statement := range setup {
		if err := conn.exec(statement); err != nil {
			conn.close()
			return nil, err
		}
	}
	return conn, nil
}

// statements are what gives a fresh connection these options.
func (o sessionOptions) statements() ([]string, error) {
	var setup, assignments []string
	if o.database != "" {
		setup = append(setup, "USE "+quoteName(o.database))
	}
	if _, given := o.settings["log_comment"]; !given {
		assignments = append(assignments, "log_comment = "+quoteText(o.id))
	}
	for name, value := range o.settings {
		if !isName(name) {
			return nil, exception(codeUnknownSetting, "UNKNOWN_SETTING", "Unknown setting %s", quoteText(name))
		}
		assignments = append(assignments, name+" = "+quoteText(value))
	}
	slices.Sort(assignments)
	if o.readonly {
		assignments = append(assignments, "readonly = 2") // last: it forbids the others
	}
	return append(setup, "SET "+strings.Join(assignments, ", ")), nil
}

func isName(text string) bool {
	for i := range len(text) {
		if !isWordByte(text[i]) {
			return false
		}
	}
	return text != ""
}

func quoteText(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(text) + "'"
}

func quoteName(name string) string {
	return "`" + strings.NewReplacer(`\`, `\\`, "`", "\\`").Replace(name) + "`"
}

// columnTypes asks for the types of a SELECT's columns, on a connection of its
// own since the session's is busy with the SELECT itself.
func (s *session) columnTypes(statement statement, values parameters) ([]string, error) {
	if statement.kind != selectStatement {
		return []string{}, nil
	}
	conn, err := s.host.prepared(s.setup)
	if err != nil {
		return nil, err
	}
	defer conn.close()
	answer, err := conn.query("DESCRIBE TABLE ("+statement.body+"\n)", "JSONCompactColumns", values)
	if err != nil {
		return nil, err
	}
	defer answer.destroy()
	var columns [][]string
	if err := json.Unmarshal(answer.bytes(), &columns); err != nil {
		return nil, fmt.Errorf("read the types of the columns: %w", err)
	}
	if len(columns) < 2 { // name, type, and what is empty here
		return nil, fmt.Errorf("read the types of the columns: the engine describes them by %d columns", len(columns))
	}
	return columns[1], nil
}

// insert feeds data to an INSERT and waits until it is stored.
func (s *session) insert(parsed statement, data io.Reader, values parameters) (writtenRows uint64, err error) {
	const pieceBytes = 1 << 20
	insertion, err := s.conn.insert(parsed.text, parsed.format, values)
	if err != nil {
		return 0, err
	}
	defer insertion.close()
	piece := make([]byte, pieceBytes)
	for {
		count, readErr := fill(data, piece)
		if err := insertion.append(piece[:count]); err != nil {
			insertion.cancel()
			return 0, err
		}
		if readErr == io.EOF {
			return insertion.done()
		}
		if readErr != nil {
			insertion.cancel()
			return 0, fmt.Errorf("read the data to insert: %w", readErr)
		}
	}
}

// fill reads until buffer is full or the reader says why not: unlike
// io.ReadFull it keeps the end of the data and a cut connection apart.
func fill(data io.Reader, buffer []byte) (count int, err error) {
	for count < len(buffer) && err == nil {
		var n int
		n, err = data.Read(buffer[count:])
		count += n
	}
	return count, err
}
