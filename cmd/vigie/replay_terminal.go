// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/event"
)

// letterBook shows the first dead letters and writes all of them to a file, if one is wanted.
type letterBook struct {
	screen io.Writer
	file   *os.File // nil: not wanted
	buffer *bufio.Writer
	n      int64
}

const shownLetters = 10

// openLetters makes the file, unless it is one that will be read.
func openLetters(screen io.Writer, path string, inputs []string) (*letterBook, error) {
	b := &letterBook{screen: screen}
	if path == "" {
		return b, nil
	}
	if there, err := os.Stat(path); err == nil {
		for _, input := range inputs {
			if info, err := os.Stat(input); err == nil && os.SameFile(there, info) {
				return nil, wrongUsage("--dead-letters %s is also read: what it holds would be lost; name another file", path)
			}
		}
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("make the file for dead letters: %w", err)
	}
	b.file, b.buffer = f, bufio.NewWriter(f)
	return b, nil
}

func (b *letterBook) add(d app.ReplayDeadLetter) error {
	b.n++
	if b.n <= shownLetters {
		fmt.Fprintln(b.screen, d.String())
	}
	if b.file == nil {
		return nil
	}
	if _, err := b.buffer.Write(append(d.JSON(), '\n')); err != nil {
		return fmt.Errorf("write the dead letters: %w", err)
	}
	return nil
}

// summary says how many there were beyond those shown.
func (b *letterBook) summary() {
	if b.n == 0 {
		return
	}
	where := "; --dead-letters FILE writes all of them"
	if b.file != nil {
		where = ", all of them in " + b.file.Name()
	}
	if b.n > shownLetters {
		fmt.Fprintf(b.screen, "... and %d more\n", b.n-shownLetters)
	}
	fmt.Fprintf(b.screen, "%d dead letters in all%s\n", b.n, where)
}

func (b *letterBook) close() error {
	if b.file == nil {
		return nil
	}
	if err := errors.Join(b.buffer.Flush(), b.file.Close()); err != nil {
		return fmt.Errorf("write the dead letters: %w", err)
	}
	return nil
}

// progress shows on a terminal how far a long replay is.
type progress struct {
	screen io.Writer // nil: nobody looks
	now    func() time.Time
	next   time.Time
	shown  bool
}

const (
	progressAfter = time.Second // a short replay shows nothing
	progressEvery = 200 * time.Millisecond
)

func newProgress(w io.Writer, now func() time.Time) *progress {
	p := &progress{now: now, next: now().Add(progressAfter)}
	if isTerminal(w) {
		p.screen = w
	}
	return p
}

// Terminals go back to the start of the line and clear it.
const clearLine = "\r\x1b[K"

func (p *progress) show(lines int64, at event.Millis) {
	if p.screen == nil || p.now().Before(p.next) {
		return
	}
	p.next, p.shown = p.now().Add(progressEvery), true
	fmt.Fprintf(p.screen, "%s%d lines, at %s", clearLine, lines, time.UnixMilli(at).UTC().Format(time.DateTime))
}

func (p *progress) clear() {
	if p.shown {
		fmt.Fprint(p.screen, clearLine)
	}
}
