// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"unsafe"
)

// chdb is a loaded libchdb: the ClickHouse engine as a C library. There is
// one engine per process; it starts with the first connection and ends with
// the last one or with the process. Loading it never changes the Go process's signal handlers.
//
// Every function below blocks its operating system thread until the engine
// has answered, which is what calls into C do anyway.
type chdb struct {
	version func() string

	connectFn   func(argc int32, argv unsafe.Pointer) uintptr
	closeConnFn func(conn uintptr)
	signalsFn   func(enabled int32)

	queryFn  statementCall
	streamFn statementCall
	fetchFn  func(conn, stream uintptr) uintptr
	cancelFn func(conn, stream uintptr)

	insertFn       statementCall
	appendFn       func(insert uintptr, data unsafe.Pointer, length uintptr) int32
	doneFn         func(insert uintptr) uintptr
	cancelInsertFn func(insert uintptr)
	insertErrorFn  func(insert uintptr) string
	freeInsertFn   func(insert uintptr)

	errorFn       func(result uintptr) string
	bufferFn      func(result uintptr) unsafe.Pointer
	lengthFn      func(result uintptr) uintptr
	writtenRowsFn func(result uintptr) uint64
	destroyFn     func(result uintptr)
}

// chdbConn is one connection: a session with its own settings and current
// database. It runs one statement at a time; several connections run theirs
// at once.
type chdbConn struct {
	lib    *chdb
	handle uintptr // chdb_connection*, what close wants
	conn   uintptr // chdb_connection, what queries want
}

// errEngineRefused is what the library tells us of a failed connection: nothing.
var errEngineRefused = errors.New("the engine refused the connection (is the data directory writable, and not in use by another engine?)")

// connect opens a connection. The first one starts the engine on dataDir,
// the later ones must name the same directory.
func (lib *chdb) connect(arguments ...string) (*chdbConn, error) {
	var texts [][]byte
	var pointers []unsafe.Pointer
	for _, argument := range append([]string{"clickhouse"}, arguments...) {
		text := append([]byte(argument), 0)
		texts = append(texts, text)
		pointers = append(pointers, unsafe.Pointer(&text[0]))
	}
	handle := lib.connectFn(int32(len(pointers)), unsafe.Pointer(&pointers[0]))
	runtime.KeepAlive(texts)
	runtime.KeepAlive(pointers)
	if handle == 0 {
		return nil, errEngineRefused
	}
	return &chdbConn{lib: lib, handle: handle, conn: readPointer(handle)}, nil
}

// readPointer reads the pointer stored at address, which is C memory.
func readPointer(address uintptr) uintptr {
	// The indirection keeps vet from taking C memory for a misused Go pointer.
	return **(**uintptr)(unsafe.Pointer(&address))
}

func (c *chdbConn) close() { c.lib.closeConnFn(c.handle) }

// parameters are the values of a statement's {name:Type} placeholders, in
// ClickHouse's escaped text form.
type parameters struct{ names, values []string }

// result is an answer of the engine in C memory. Its bytes are valid until
// destroy.
type result struct {
	lib    *chdb
	handle uintptr
}

func (r result) destroy() { r.lib.destroyFn(r.handle) }

// bytes is the answer in the asked format; it aliases C memory.
func (r result) bytes() []byte {
	length := r.lib.lengthFn(r.handle)
	buffer := r.lib.bufferFn(r.handle)
	if length == 0 || buffer == nil {
		return nil
	}
	return unsafe.Slice((*byte)(buffer), length)
}

// err is the engine's complaint as an *engineError, or nil.
func (r result) err() error {
	if r.handle == 0 {
		return newEngineError("the engine gave no result")
	}
	if text := r.lib.errorFn(r.handle); text != "" {
		return newEngineError(text)
	}
	return nil
}

// statementCall is the shape of the three library functions that take a
// statement: text, format and parameters, each with its length.
type statementCall func(conn uintptr, query unsafe.Pointer, queryLen uintptr, format unsafe.Pointer, formatLen uintptr, names, nameLens, values, valueLens unsafe.Pointer, count uintptr) uintptr

func (c *chdbConn) call(function statementCall, statement, format string, values parameters) uintptr {
	names, nameLengths := cStrings(values.names)
	texts, textLengths := cStrings(values.values)
	handle := function(c.conn,
		unsafe.Pointer(unsafe.StringData(statement)), uintptr(len(statement)),
		unsafe.Pointer(unsafe.StringData(format)), uintptr(len(format)),
		unsafe.Pointer(unsafe.SliceData(names)), unsafe.Pointer(unsafe.SliceData(nameLengths)),
		unsafe.Pointer(unsafe.SliceData(texts)), unsafe.Pointer(unsafe.SliceData(textLengths)),
		uintptr(len(names)))
	runtime.KeepAlive(statement)
	runtime.KeepAlive(format)
	runtime.KeepAlive(names)
	runtime.KeepAlive(nameLengths)
	runtime.KeepAlive(texts)
	runtime.KeepAlive(textLengths)
	return handle
}

// checked gives the result behind a handle, or its error with the handle freed.
func (lib *chdb) checked(handle uintptr) (result, error) {
	answer := result{lib, handle}
	err := answer.err()
	if err == nil {
		return answer, nil
	}
	if handle != 0 {
		answer.destroy()
	}
	return result{}, err
}

// query runs a statement and gives its whole answer. The caller destroys the
// result unless there is an error.
func (c *chdbConn) query(statement, format string, values parameters) (result, error) {
	return c.lib.checked(c.call(c.lib.queryFn, statement, format, values))
}

// stream starts a SELECT, the only statement the engine streams; the answer
// comes by fetch. The caller destroys the result unless there is an error.
func (c *chdbConn) stream(statement, format string, values parameters) (result, error) {
	return c.lib.checked(c.call(c.lib.streamFn, statement, format, values))
}

// fetch gives the next piece of a streamed answer; an empty piece is the end.
func (c *chdbConn) fetch(stream result) (result, error) {
	return c.lib.checked(c.lib.fetchFn(c.conn, stream.handle))
}

// cancel stops a stream that will not be read to its end.
func (c *chdbConn) cancel(stream result) { c.lib.cancelFn(c.conn, stream.handle) }

// insertion is an INSERT whose data is still coming. The connection takes no
// other statement until close.
type insertion struct {
	lib    *chdb
	handle uintptr
}

// insert begins an INSERT; statement has neither FORMAT clause nor data. The
// caller closes the insertion unless there is an error.
func (c *chdbConn) insert(statement, format string, values parameters) (insertion, error) {
	begun := insertion{c.lib, c.call(c.lib.insertFn, statement, format, values)}
	if err := begun.err(); err != nil {
		begun.close()
		return insertion{}, err
	}
	return begun, nil
}

func (i insertion) err() error {
	if text := i.lib.insertErrorFn(i.handle); text != "" {
		return newEngineError(text)
	}
	return nil
}

// append hands over a piece of the data, cut anywhere; the engine copies it.
func (i insertion) append(data []byte) error {
	if len(data) == 0 {
		return nil
	}
	state := i.lib.appendFn(i.handle, unsafe.Pointer(unsafe.SliceData(data)), uintptr(len(data)))
	runtime.KeepAlive(data)
	if state == 0 {
		return nil
	}
	if err := i.err(); err != nil {
		return err
	}
	return newEngineError("the engine refused the data without saying why")
}

// done says that the data is complete, and waits until it is stored. It gives
// the rows written, those of materialized views included.
func (i insertion) done() (writtenRows uint64, err error) {
	answer, err := i.lib.checked(i.lib.doneFn(i.handle))
	if err != nil {
		return 0, err
	}
	defer answer.destroy()
	return i.lib.writtenRowsFn(answer.handle), nil
}

// cancel gives the insertion up; blocks the engine has not stored yet are lost.
func (i insertion) cancel() { i.lib.cancelInsertFn(i.handle) }

func (i insertion) close() { i.lib.freeInsertFn(i.handle) }

// cStrings gives the addresses and lengths of texts, as C wants a list of
// strings with their lengths. No terminating zero is needed.
func cStrings(texts []string) ([]unsafe.Pointer, []uintptr) {
	var pointers []unsafe.Pointer
	var lengths []uintptr
	for _, text := range texts {
		if text == "" {
			text = "\x00" // an address to point at; its length stays zero
			pointers, lengths = append(pointers, unsafe.Pointer(unsafe.StringData(text))), append(lengths, 0)
			continue
		}
		pointers, lengths = append(pointers, unsafe.Pointer(unsafe.StringData(text))), append(lengths, uintptr(len(text)))
	}
	return pointers, lengths
}

// exec runs a statement for its effect.
func (c *chdbConn) exec(statement string) error {
	answer, err := c.query(statement, "Null", parameters{})
	if err != nil {
		return fmt.Errorf("%s: %w", firstWords(statement), err)
	}
	answer.destroy()
	return nil
}

// firstWords names a statement in an error without repeating all of it.
func firstWords(statement string) string {
	const words = 3
	fields := strings.Fields(statement)
	return strings.Join(fields[:min(words, len(fields))], " ")
}
