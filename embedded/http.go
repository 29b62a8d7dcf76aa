// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
)

// engineHandler serves ClickHouse's HTTP interface: GET and POST of statements
// on /, /ping. See DESIGN.md for what it leaves out.
type engineHandler struct {
	host    *engineHost
	logger  *slog.Logger
	version string
	zone    string
}

func (h *engineHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path == "/ping", r.URL.Path == "/" && r.Method != http.MethodPost && !r.URL.Query().Has("query"):
		_, _ = io.WriteString(w, "Ok.\n")
	case r.URL.Path != "/":
		http.Error(w, "There is no handle "+r.URL.Path+"; statements go to /, /ping says whether the engine runs.", http.StatusNotFound)
	case r.Method == http.MethodPost, r.Method == http.MethodGet, r.Method == http.MethodHead:
		h.serveStatement(w, r)
	default:
		http.Error(w, "Only GET and POST carry statements.", http.StatusMethodNotAllowed)
	}
}

func (h *engineHandler) serveStatement(w http.ResponseWriter, r *http.Request) {
	answer := &answerWriter{ResponseWriter: w}
	request, err := readRequest(r)
	if err == nil {
		w.Header().Set("X-ClickHouse-Query-Id", request.id)
		w.Header().Set("X-ClickHouse-Server-Display-Name", "vigie")
		w.Header().Set("X-ClickHouse-Timezone", h.zone)
		err = h.run(r.Context(), answer, request)
	}
	if err != nil {
		h.fail(answer, r, err)
	}
}

// fail answers with an exception: with its status if nothing was sent yet,
// else within the answer, as ClickHouse does.
func (h *engineHandler) fail(answer *answerWriter, r *http.Request, err error) {
	var known *engineError
	if !errors.As(err, &known) {
		known = &engineError{text: fmt.Sprintf("Code: 1002. DB::Exception: %v. (UNKNOWN_EXCEPTION)", err), code: 1002}
	}
	text := fmt.Sprintf("%s (version %s)\n", known.text, h.version)
	if answer.begun {
		if r.Context().Err() != nil {
			return // the client has left, which is why the statement failed
		}
		h.logger.Warn("statement failed after its answer had begun", "error", known.text)
		answer.failMidway(text)
		return
	}
	// A client that is still sending would see a broken pipe instead of the
	// answer, so its data is read to the end, within reason.
	const drainBytes = 256 << 20
	_, _ = io.CopyN(io.Discard, r.Body, drainBytes)
	answer.Header().Set("X-ClickHouse-Exception-Code", strconv.Itoa(known.code))
	answer.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	answer.WriteHeader(known.status())
	_, _ = io.WriteString(answer, text)
}

func (h *engineHandler) run(ctx context.Context, answer *answerWriter, request *request) error {
	session, err := h.host.open(ctx, request.sessionOptions)
	if err != nil {
		return err
	}
	defer session.close()
	parsed := request.statement
	if parsed.kind == insertStatement {
		written, err := session.insert(parsed, request.data, request.parameters)
		if err != nil {
			return err
		}
		answer.Header().Set("X-ClickHouse-Summary", fmt.Sprintf(`{"written_rows":"%d"}`, written))
		answer.begin(request, "")
		return nil
	}
	format := request.defaultFormat
	if parsed.format != "" {
		format = parsed.format
	}
	if parsed.kind == plainStatement {
		result, err := session.conn.query(parsed.text, format, request.parameters)
		if err != nil {
			return err
		}
		defer result.destroy()
		return send(answer, request, format, session, bytes.NewReader(result.bytes()))
	}
	done := make(chan struct{})
	stop := context.AfterFunc(ctx, func() { h.host.kill(request.id, done) })
	defer stop()
	defer close(done)
	if !joinable[format] {
		return h.runWhole(answer, request, format, session)
	}
	return h.runSelect(answer, request, format, session)
}

// joinable are the formats in which pieces of an answer, one after the other, are the
// answer. In the others each piece that the engine streams has a head and a foot of its
// own: they are made whole, in memory.
var joinable = map[string]bool{"": true, "Native": true, "TabSeparated": true, "TSV": true, "TabSeparatedRaw": true, "TSVRaw": true, "CSV": true,
	"JSONEachRow": true, "JSONLines": true, "NDJSON": true, "JSONCompactEachRow": true, "RowBinary": true}

// runWhole answers a SELECT in one piece.
func (h *engineHandler) runWhole(answer *answerWriter, request *request, format string, session *session) error {
	result, err := session.conn.query(request.statement.text, format, request.parameters)
	if err != nil {
		return err
	}
	defer result.destroy()
	return send(answer, request, format, session, bytes.NewReader(result.bytes()))
}

// runSelect streams a SELECT's answer.
func (h *engineHandler) runSelect(answer *answerWriter, request *request, format string, session *session) error {
	stream, err := session.conn.stream(request.statement.text, format, request.parameters)
	if err != nil {
		return err
	}
	source := &pieces{conn: session.conn, stream: stream}
	defer source.close()
	if err := source.prime(); err != nil {
		return err
	}
	return send(answer, request, format, session, source)
}

// send writes an answer in the encoding the client asked for.
func send(answer *answerWriter, request *request, format string, session *session, source io.Reader) error {
	const writeBytes = 256 << 10
	answer.begin(request, format)
	out := bufio.NewWriterSize(answer.body(request), writeBytes)
	var err error
	if format == "Native" && request.revision > 0 {
		zones := func() ([]string, error) { return session.columnTypes(request.statement, request.parameters) }
		err = newTranscoder(source, out, request.revision, zones).run()
	} else {
		_, err = io.Copy(out, source)
	}
	if err != nil && !answer.begun {
		return err // nothing was sent yet: the error gets a status of its own
	}
	return errors.Join(err, out.Flush())
}

// answerWriter knows whether anything of the answer was sent.
type answerWriter struct {
	http.ResponseWriter
	begun bool
	tag   string // names the exception frame of this answer
}

func (a *answerWriter) Write(p []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(p)
}

// begin sets the headers of a good answer.
func (a *answerWriter) begin(request *request, format string) {
	a.tag = randomHex(8)
	header := a.Header()
	header.Set("X-ClickHouse-Exception-Tag", a.tag)
	if format == "" {
		return
	}
	header.Set("X-ClickHouse-Format", format)
	header.Set("Content-Type", contentType(format))
}

// body compresses in ClickHouse's own way if asked for.
func (a *answerWriter) body(request *request) io.Writer {
	if !request.compress {
		return a
	}
	return newCompressor(a, request.compression)
}

// failMidway tells of an exception within an answer that has begun, framed so
// that a client can tell it from data.
func (a *answerWriter) failMidway(text string) {
	fmt.Fprintf(a, "\r\n__exception__\r\n%s\r\n%s%d %s\r\n__exception__\r\n", a.tag, text, len(text), a.tag)
}

func contentType(format string) string {
	switch {
	case strings.Contains(format, "EachRow") && strings.HasPrefix(format, "JSON"):
		return "application/x-ndjson; charset=UTF-8"
	case strings.HasPrefix(format, "JSON"):
		return "application/json; charset=UTF-8"
	case strings.HasPrefix(format, "CSV"):
		return "text/csv; charset=UTF-8"
	case strings.HasPrefix(format, "TabSeparated"), strings.HasPrefix(format, "TSV"):
		return "text/tab-separated-values; charset=UTF-8"
	case strings.HasPrefix(format, "Pretty"), format == "Vertical", format == "Values", format == "Markdown":
		return "text/plain; charset=UTF-8"
	}
	return "application/octet-stream"
}

func randomHex(bytes int) string {
	buffer := make([]byte, bytes)
	_, _ = rand.Read(buffer) // documented never to fail
	return hex.EncodeToString(buffer)
}
