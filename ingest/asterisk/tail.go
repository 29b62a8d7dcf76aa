// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/vigie-kpi/vigie/ingest"
)

// tail reads one file from an offset on, and knows how far its lines are done.
type tail struct {
	path   string
	file   *os.File
	packed bool // gzip: finished, cannot grow
	lines  *lineReader
	id     identity
	head   []byte // the first headBytes that were done
	offset int64  // bytes whose lines were handed out
	line   int64  // lines handed out
}

// openTail opens a file and skips what is done already.
func openTail(s *sibling, offset, line int64) (*tail, error) {
	f, err := os.Open(s.path)
	if err != nil {
		return nil, fmt.Errorf("open the queue log: %w", err)
	}
	t := &tail{path: s.path, file: f, line: line}
	if err := t.skip(offset); err != nil {
		f.Close()
		return nil, fmt.Errorf("continue in the queue log %s at byte %d: %w", s.path, offset, err)
	}
	return t, nil
}

func (t *tail) skip(offset int64) error {
	info, err := t.file.Stat()
	if err != nil {
		return err
	}
	t.id.Device, t.id.Inode = inode(info)
	head, err := readHead(t.file)
	if err != nil {
		return err
	}
	if len(head) > 1 && head[0] == 0x1f && head[1] == 0x8b {
		t.packed = true
	}
	if !t.packed {
		if _, err = t.file.Seek(offset, io.SeekStart); err != nil {
			return err
		}
		t.lines, t.offset = newLineReader(t.file), offset
		t.setHead(head[:min(int64(len(head)), offset)])
		return nil
	}
	r, err := decompressed(t.file, t.path)
	if err != nil {
		return err
	}
	done := make([]byte, min(offset, headBytes))
	if _, err = io.ReadFull(r, done); err != nil {
		return err
	}
	if _, err = io.CopyN(io.Discard, r, offset-int64(len(done))); err != nil {
		return err
	}
	t.lines, t.offset = newLineReader(r), offset
	t.setHead(done)
	return nil
}

func (t *tail) setHead(head []byte) {
	t.head = append(t.head[:0], head...)
	t.id.HeadBytes, t.id.Head = headOf(t.head)
	t.id.First = firstTime(t.head)
}

// next hands out the next line. With final the file will not grow any more, so an unfinished line is one. It returns
// false when there is nothing more to read for now.
func (t *tail) next(final bool) (rawLine, ingest.Place, bool, error) {
	l, err := t.lines.next()
	if errors.Is(err, io.EOF) {
		ok := false
		if final {
			l, ok = t.lines.rest()
		}
		if !ok {
			return rawLine{}, ingest.Place{}, false, nil
		}
	} else if err != nil {
		return rawLine{}, ingest.Place{}, false, fmt.Errorf("read the queue log %s after line %d: %w", t.path, t.line, err)
	}
	t.done(l)
	return l, ingest.Place{File: t.path, Line: t.line}, true, nil
}

// done counts a line in. The head grows with it as long as it is short, from the file itself: the reader may have
// dropped parts of a long line.
func (t *tail) done(l rawLine) {
	t.offset += l.bytes
	t.line++
	if len(t.head) >= headBytes {
		return
	}
	if t.packed { // a line's end is one byte in every file that a rotation packs
		t.setHead(append(append(t.head, l.text...), '\n')[:min(headBytes, len(t.head)+len(l.text)+1)])
		return
	}
	head, err := readHead(t.file)
	if err != nil || int64(len(head)) < min(t.offset, headBytes) {
		return // truncated meanwhile: the old head still identifies what was read
	}
	t.setHead(head[:min(int64(len(head)), t.offset)])
}

// fate says what became of a file that is being read.
type fate uint8

const (
	growing   fate = iota // still the followed file
	rotated               // the followed path is another file by now, which has content: this one is complete
	truncated             // emptied in place; what was read of it is elsewhere or gone
)

// fate compares the open file with what stands at the followed path now.
func (t *tail) fate(followed string) (fate, error) {
	if t.packed {
		return rotated, nil
	}
	mine, err := t.file.Stat()
	if err != nil {
		return growing, fmt.Errorf("look at the queue log %s: %w", t.path, err)
	}
	head, err := readHead(t.file)
	if err != nil {
		return growing, fmt.Errorf("look at the queue log %s: %w", t.path, err)
	}
	// First, because a file may be emptied and then renamed. Its head differs when it was written anew beyond our offset.
	if mine.Size() < t.offset || t.id.HeadBytes > 0 && !t.id.beginsLike(head) {
		return truncated, nil
	}
	now, err := os.Stat(followed)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return growing, nil // renamed and not yet made anew: the writer still has the old one open
	case err != nil:
		return growing, fmt.Errorf("look at the queue log: %w", err)
	case os.SameFile(mine, now), now.Size() == 0:
		return growing, nil // when made anew and empty, the writer has not turned to it yet
	}
	return rotated, nil
}

func (t *tail) close() { t.file.Close() }
