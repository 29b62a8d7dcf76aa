// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/vigie-kpi/vigie/ingest"
)

// StandardInput is the file name that stands for standard input.
const StandardInput = "-"

// contextEvery is how many lines pass between two looks at the context.
const contextEvery = 1024

// Handler takes what one line became. An error stops the reading. out.Events is valid until Handler returns.
type Handler func(out Output) error

// ReadFiles parses whole files, in the order given; rotated files come oldest first. Files compressed with gzip are
// recognised by their content. An unfinished last line counts as a line. Before the first line the regular files are
// looked through for the way in which calls show members (Prescan), so that the first ADDMEMBER is judged rightly.
func ReadFiles(ctx context.Context, paths []string, p *Parser, h Handler) error {
	for _, path := range paths {
		if path == StandardInput {
			continue
		}
		plain, err := Prescan(ctx, path)
		if err != nil {
			return err
		}
		if plain {
			p.ExpectPlainNames()
			break
		}
	}
	for _, path := range paths {
		if err := readFile(ctx, path, p, h); err != nil {
			return err
		}
	}
	return nil
}

func readFile(ctx context.Context, path string, p *Parser, h Handler) error {
	if path == StandardInput {
		return Read(ctx, os.Stdin, StandardInput, p, h)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open the queue log: %w", err)
	}
	defer f.Close()
	return Read(ctx, f, path, p, h)
}

// Read parses everything that r holds, plain or gzip; name is for messages.
func Read(ctx context.Context, r io.Reader, name string, p *Parser, h Handler) error {
	plain, err := decompressed(r, name)
	if err != nil {
		return err
	}
	return eachLine(ctx, plain, name, func(l rawLine, place ingest.Place) error {
		return h(p.raw(l, place))
	})
}

// raw parses a line as the reader cut it.
func (p *Parser) raw(l rawLine, place ingest.Place) Output {
	if l.tooLong {
		return p.TooLong(l.text, l.bytes, place)
	}
	return p.Line(l.text, place)
}

func eachLine(ctx context.Context, r io.Reader, name string, f func(rawLine, ingest.Place) error) error {
	lines := newLineReader(r)
	for n := int64(1); ; n++ {
		if n%contextEvery == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		l, err := lines.next()
		if errors.Is(err, io.EOF) {
			if l, ok := lines.rest(); ok {
				return f(l, ingest.Place{File: name, Line: n})
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the queue log %s after line %d: %w", name, n-1, err)
		}
		if err := f(l, ingest.Place{File: name, Line: n}); err != nil {
			return err
		}
	}
}

// decompressed returns r, or what it holds when that is compressed with gzip.
func decompressed(r io.Reader, name string) (io.Reader, error) {
	b := bufio.NewReaderSize(r, readBytes)
	magic, err := b.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read the queue log %s: %w", name, err)
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("read the queue log %s: it looks like gzip, but: %w", name, err)
	}
	return z, nil
}

// errFound ends a prescan early.
var errFound = errors.New("found")

// Prescan reports whether the call lines of the log at path show members by name (advisor-1010) rather than by
// interface (Local/1010@agents/n). It reads until it finds one, at worst the whole file.
func Prescan(ctx context.Context, path string) (plainNames bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return false, fmt.Errorf("open the queue log: %w", err)
	}
	defer f.Close()
	r, err := decompressed(f, path)
	if err != nil {
		return false, err
	}
	var o Options
	var l line
	err = eachLine(ctx, r, path, func(raw rawLine, _ ingest.Place) error {
		if raw.tooLong || l.parse(raw.text, &o) != nil || l.agent == "" || isInterface(l.agent) {
			return nil
		}
		if v := verbs[l.verb]; v != nil && v.shows {
			return errFound
		}
		return nil
	})
	if errors.Is(err, errFound) {
		return true, nil
	}
	return false, err
}
