// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"bytes"
	"errors"
	"io"
)

const (
	readBytes        = 64 << 10 // one read
	maxKeptBytes     = MaxLineBytes + 2
	maxEmptyReads    = 100 // a reader that returns neither bytes nor an error this often is broken
	longLineKeepByte = 1 << 10
)

// rawLine is one line of input without its end.
type rawLine struct {
	text    []byte // valid until the next call; only a beginning when tooLong
	bytes   int64  // what it took from the input, the end included
	tooLong bool
}

// lineReader cuts input into lines with bounded memory. At the end of the input it keeps an unfinished line, so that
// reading can go on when the input has grown.
type lineReader struct {
	r          io.Reader
	buf        []byte
	start, end int   // unread bytes of buf
	scanned    int   // bytes after start known to hold no line end
	dropped    int64 // bytes of the current line given up because it is too long
	beginning  []byte
}

func newLineReader(r io.Reader) *lineReader { return &lineReader{r: r, buf: make([]byte, readBytes)} }

// next returns the next finished line, or io.EOF when there is none yet.
func (l *lineReader) next() (rawLine, error) {
	for {
		if i := bytes.IndexByte(l.buf[l.start+l.scanned:l.end], '\n'); i >= 0 {
			return l.take(l.scanned+i, 1), nil
		}
		l.scanned = l.end - l.start
		if l.scanned > maxKeptBytes {
			l.drop()
		}
		if err := l.fill(); err != nil {
			return rawLine{}, err
		}
	}
}

// rest returns the unfinished last line of input that will not grow any more; false when there is none.
func (l *lineReader) rest() (rawLine, bool) {
	if l.start == l.end && l.dropped == 0 {
		return rawLine{}, false
	}
	return l.take(l.end-l.start, 0), true
}

// take returns the first n unread bytes as a line and skips them with their line end.
func (l *lineReader) take(n, lineEnd int) rawLine {
	line := rawLine{text: l.buf[l.start : l.start+n], bytes: l.dropped + int64(n+lineEnd)}
	if l.dropped > 0 {
		line.text, line.tooLong = l.beginning, true
	} else if n > maxKeptBytes {
		line.text, line.tooLong = line.text[:longLineKeepByte], true
	}
	l.start += n + lineEnd
	l.scanned, l.dropped = 0, 0
	return line
}

// drop gives up the unread bytes of a line that is too long, except for a beginning for the dead letter.
func (l *lineReader) drop() {
	if l.dropped == 0 {
		l.beginning = append(l.beginning[:0], l.buf[l.start:l.start+longLineKeepByte]...)
	}
	l.dropped += int64(l.end - l.start)
	l.start, l.end, l.scanned = 0, 0, 0
}

func (l *lineReader) fill() error {
	if l.start > 0 {
		copy(l.buf, l.buf[l.start:l.end])
		l.end -= l.start
		l.start = 0
	}
	for range maxEmptyReads {
		n, err := l.r.Read(l.buf[l.end:])
		l.end += n
		if n > 0 {
			return nil // an error comes again with the next read
		}
		if err != nil {
			return err
		}
	}
	return errors.New("the input returns neither bytes nor an error")
}
