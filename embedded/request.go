// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// maxQueryBytes bounds a statement without its data. ClickHouse's default is a
// quarter of it; a statement longer than its max_query_size setting is refused
// by the engine.
const maxQueryBytes = 1 << 20

// request is an HTTP request read: who wants what in which form.
type request struct {
	sessionOptions
	statement     statement
	parameters    parameters
	data          io.Reader // what follows an INSERT
	defaultFormat string
	revision      uint64 // of the client's Native format
	compress      bool   // the answer, in ClickHouse's own way
	compression   string
}

// ownParameters are URL parameters that are not settings of the engine. The
// interface has no users and no sessions: it listens for one machine only.
var ownParameters = map[string]bool{
	"query": true, "database": true, "default_format": true, "client_protocol_version": true, "query_id": true,
	"compress": true, "decompress": true, "user": true, "password": true, "quota_key": true, "role": true,
	"session_timeout": true, "session_check": true, "buffer_size": true, "wait_end_of_query": true,
}

func readRequest(r *http.Request) (*request, error) {
	values := r.URL.Query()
	read := &request{defaultFormat: "TabSeparated"}
	read.id = values.Get("query_id")
	if read.id == "" {
		read.id = randomHex(16)
	}
	read.readonly = r.Method != http.MethodPost
	read.readSettings(values)
	if err := read.readForm(r, values); err != nil {
		return nil, err
	}
	body, err := requestBody(r, values)
	if err != nil {
		return nil, err
	}
	return read, read.readStatement(values.Get("query"), body)
}

func (q *request) readSettings(values url.Values) {
	q.database = values.Get("database")
	q.settings = map[string]string{}
	for name := range values {
		value := values.Get(name)
		switch {
		case strings.HasPrefix(name, "param_"):
			q.parameters.names = append(q.parameters.names, strings.TrimPrefix(name, "param_"))
			q.parameters.values = append(q.parameters.values, value)
		case !ownParameters[name]:
			q.settings[name] = value
		}
	}
}

// readForm reads in which form the client wants its answer.
func (q *request) readForm(r *http.Request, values url.Values) error {
	if values.Has("session_id") {
		return exception(codeNotImplemented, "NOT_IMPLEMENTED", "The embedded engine keeps no session between requests: leave out session_id")
	}
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		return exception(codeNotImplemented, "NOT_IMPLEMENTED", "The embedded engine takes no external tables")
	}
	if database := r.Header.Get("X-ClickHouse-Database"); database != "" && q.database == "" {
		q.database = database
	}
	for _, format := range []string{r.Header.Get("X-ClickHouse-Format"), values.Get("default_format")} {
		if format != "" {
			q.defaultFormat = format
		}
	}
	if text := values.Get("client_protocol_version"); text != "" {
		revision, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			return exception(codeIncorrectData, "INCORRECT_DATA", "client_protocol_version %s is not a number", quoteText(text))
		}
		q.revision = revision
	}
	q.compress = values.Get("compress") == "1"
	q.compression = strings.ToUpper(values.Get("network_compression_method"))
	if q.compress && !isCompression(q.compression) {
		return exception(codeUnknownMethod, "UNKNOWN_COMPRESSION_METHOD", "The embedded engine compresses with LZ4, ZSTD or NONE, not %s", q.compression)
	}
	return nil
}

// requestBody undoes the compression of what the client sent.
func requestBody(r *http.Request, values url.Values) (io.Reader, error) {
	if encoding := r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return nil, exception(codeUnknownMethod, "UNKNOWN_COMPRESSION_METHOD", "The embedded engine reads no body with Content-Encoding %s: send it plain, or in ClickHouse's own compression with decompress=1", encoding)
	}
	if values.Get("decompress") == "1" {
		return newDecompressor(r.Body), nil
	}
	return r.Body, nil
}

// readStatement finds the statement at the start of the URL's query and the
// body, which are one text with a line end between.
func (q *request) readStatement(query string, body io.Reader) error {
	if query = strings.TrimRight(query, "\r\n"); query != "" {
		body = io.MultiReader(strings.NewReader(query), strings.NewReader("\n"), body)
	}
	buffered := bufio.NewReaderSize(body, maxQueryBytes)
	start, err := buffered.Peek(maxQueryBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return exception(codeIncorrectData, "INCORRECT_DATA", "Cannot read the request: %v", err)
	}
	q.statement, err = parseStatement(string(start))
	if err != nil {
		return err
	}
	if q.statement.kind == insertStatement {
		_, _ = buffered.Discard(q.statement.dataAt) // these bytes were just peeked
		q.data = buffered
		return nil
	}
	if len(start) == maxQueryBytes {
		return exception(codeSyntaxError, "SYNTAX_ERROR", "The query is longer than %d bytes", maxQueryBytes)
	}
	return nil
}
