// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// The engine writes the Native format of revision 0; a client asks for that of
// its own revision. The two differ in a few bytes around each column, never in
// the values, so the values are copied byte by byte, unread. To find where a
// column ends its type is walked (nativetype.go).

// Revisions of ClickHouse's protocol at which the Native format changed.
const (
	revisionBlockInfo           = 1     // a block begins with its info
	revisionDateTimeZone        = 54337 // a DateTime names its zone
	revisionCustomSerialization = 54454 // a column says whether its encoding is special
)

// blockInfo is a block's info when there is nothing to tell: field 1
// (overflows) false, field 2 (bucket) -1, end.
var blockInfo = []byte{1, 0, 2, 0xff, 0xff, 0xff, 0xff, 0}

// Limits on what a block may announce; the engine's blocks have 65,409 rows
// and tables a few hundred columns.
const (
	maxBlockColumns = 100_000
	maxBlockRows    = 1_000_000_000
	maxNameBytes    = 1 << 20
)

// transcoder rewrites Native blocks from revision 0 to a client's.
type transcoder struct {
	in       *bufio.Reader
	out      *bufio.Writer
	revision uint64
	types    map[string]*nativeType
	// zones gives the types of the answer's columns with the time zones that
	// revision 0 drops; it is asked only if there is a DateTime.
	zones func() ([]string, error)
	zoned []string
}

func newTranscoder(in io.Reader, out *bufio.Writer, revision uint64, zones func() ([]string, error)) *transcoder {
	const readBytes = 256 << 10
	return &transcoder{in: bufio.NewReaderSize(in, readBytes), out: out, revision: revision, types: map[string]*nativeType{}, zones: zones}
}

// run copies block after block until the input ends.
func (t *transcoder) run() error {
	for {
		_, err := t.in.Peek(1)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := t.block(); err != nil {
			return err
		}
	}
}

func (t *transcoder) block() error {
	if t.revision >= revisionBlockInfo {
		t.write(blockInfo)
	}
	columns, err := t.uvarint(maxBlockColumns)
	if err != nil {
		return err
	}
	rows, err := t.uvarint(maxBlockRows)
	if err != nil {
		return err
	}
	for column := range columns {
		if err := t.column(column, rows); err != nil {
			return err
		}
	}
	return nil
}

func (t *transcoder) column(index, rows int) error {
	name, err := t.text()
	if err != nil {
		return err
	}
	typeName, err := t.text()
	if err != nil {
		return err
	}
	kind, err := t.nativeType(typeName)
	if err != nil {
		return fmt.Errorf("column %s: %w", name, err)
	}
	if typeName == "DateTime" && t.revision >= revisionDateTimeZone {
		if typeName, err = t.withZone(index); err != nil {
			return fmt.Errorf("column %s: %w", name, err)
		}
	}
	t.putText(name)
	t.putText(typeName)
	if t.revision >= revisionCustomSerialization {
		t.write([]byte{0})
	}
	if rows == 0 {
		return nil
	}
	if err := t.copy(kind.prefixBytes()); err != nil {
		return fmt.Errorf("column %s: %w", name, err)
	}
	if err := kind.copyRows(t, rows); err != nil {
		return fmt.Errorf("column %s: %w", name, err)
	}
	return nil
}

func (t *transcoder) nativeType(name string) (*nativeType, error) {
	if known := t.types[name]; known != nil {
		return known, nil
	}
	parsed, err := parseNativeType(name)
	if err != nil {
		return nil, err
	}
	t.types[name] = parsed
	return parsed, nil
}

// withZone gives the full type of a column that says only "DateTime".
func (t *transcoder) withZone(index int) (string, error) {
	if t.zoned == nil {
		types, err := t.zones()
		if err != nil {
			return "", fmt.Errorf("ask for its time zone: %w", err)
		}
		t.zoned = types
	}
	// A statement that cannot be described has no types: plain DateTime is right then.
	if index < len(t.zoned) && isDateTime(t.zoned[index]) {
		return t.zoned[index], nil
	}
	return "DateTime", nil
}

// write never fails: bufio keeps its first error until Flush.
func (t *transcoder) write(p []byte) { _, _ = t.out.Write(p) }

func (t *transcoder) putUvarint(value uint64) {
	var buffer [binary.MaxVarintLen64]byte
	t.write(buffer[:binary.PutUvarint(buffer[:], value)])
}

func (t *transcoder) putText(text string) {
	t.putUvarint(uint64(len(text)))
	_, _ = t.out.WriteString(text)
}

// uvarint reads a number up to limit and copies it.
func (t *transcoder) uvarint(limit uint64) (int, error) {
	value, err := t.readUvarint(limit)
	if err == nil {
		t.putUvarint(uint64(value))
	}
	return value, err
}

func (t *transcoder) readUvarint(limit uint64) (int, error) {
	value, err := binary.ReadUvarint(t.in)
	if err != nil {
		return 0, truncated(err)
	}
	if value > limit {
		return 0, fmt.Errorf("the engine announces %d where at most %d make sense", value, limit)
	}
	return int(value), nil
}

// text reads a name or type without copying it.
func (t *transcoder) text() (string, error) {
	length, err := t.readUvarint(maxNameBytes)
	if err != nil {
		return "", err
	}
	buffer := make([]byte, length)
	if _, err := io.ReadFull(t.in, buffer); err != nil {
		return "", truncated(err)
	}
	return string(buffer), nil
}

// copy copies count bytes.
func (t *transcoder) copy(count int) error {
	for count > 0 {
		piece, err := t.in.Peek(min(count, t.in.Size()))
		if err != nil {
			return truncated(err)
		}
		t.write(piece)
		count -= len(piece)
		_, _ = t.in.Discard(len(piece)) // these bytes were just peeked
	}
	return nil
}

// number copies a little-endian number of eight bytes and gives it.
func (t *transcoder) number() (uint64, error) {
	piece, err := t.in.Peek(8)
	if err != nil {
		return 0, truncated(err)
	}
	value := binary.LittleEndian.Uint64(piece)
	return value, t.copy(8)
}

// maxTextBytes bounds one value of a column of texts.
const maxTextBytes = 1 << 31

// texts copies count strings, each with its length before it.
func (t *transcoder) texts(count int) error {
	for count > 0 {
		buffered, _ := t.in.Peek(t.in.Buffered()) // what is there already cannot fail
		whole, length := wholeTexts(buffered, count)
		t.write(buffered[:length])
		_, _ = t.in.Discard(length)
		count -= whole
		if count == 0 {
			break
		}
		// The next one goes beyond the buffer.
		size, err := t.uvarint(maxTextBytes)
		if err != nil {
			return err
		}
		if err := t.copy(size); err != nil {
			return err
		}
		count--
	}
	return nil
}

// wholeTexts gives how many of at most limit strings lie whole in data, and
// their length.
func wholeTexts(data []byte, limit int) (count, length int) {
	for count < limit {
		size, width := binary.Uvarint(data[length:])
		if width <= 0 || size > uint64(len(data)-length-width) {
			break
		}
		length += width + int(size)
		count++
	}
	return count, length
}

// truncated makes the end of input within a block an error.
func truncated(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
