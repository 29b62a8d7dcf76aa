// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"bufio"
	"fmt"
	"io"

	"github.com/vigie-kpi/vigie/event"
)

// NDJSON writes events as lines of JSON. Call Flush at the end.
type NDJSON struct {
	w    *bufio.Writer
	line []byte
}

// NewNDJSON returns a sink that writes to w.
func NewNDJSON(w io.Writer) *NDJSON { return &NDJSON{w: bufio.NewWriterSize(w, 1<<20)} }

// Put writes one event as one line.
func (n *NDJSON) Put(e *event.Event) error {
	n.line = append(event.AppendJSON(n.line[:0], e), '\n')
	if _, err := n.w.Write(n.line); err != nil {
		return fmt.Errorf("writing a line: %w", err)
	}
	return nil
}

// Flush writes what is still in memory.
func (n *NDJSON) Flush() error {
	if err := n.w.Flush(); err != nil {
		return fmt.Errorf("writing the last lines: %w", err)
	}
	return nil
}
