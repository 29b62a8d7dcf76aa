// SPDX-License-Identifier: Apache-2.0

package app

import (
	"fmt"
	"io"
	"strings"
)

// bar shows how far a long step is: redrawn in place on a terminal, a line for each quarter elsewhere.
type bar struct {
	out   io.Writer
	live  bool
	title string
	shown int // per cent
}

const barWidth = 40

func newBar(out io.Writer, live bool, title string) *bar {
	return &bar{out: out, live: live, title: title, shown: -1}
}

// show draws a share of 0 to 1.
func (b *bar) show(share float64) {
	step := 1
	if !b.live {
		step = 25
	}
	percent := int(100*share) / step * step
	if percent <= b.shown {
		return
	}
	b.shown = percent
	if !b.live {
		fmt.Fprintf(b.out, "%s: %d %%\n", b.title, percent)
		return
	}
	done := barWidth * percent / 100
	fmt.Fprintf(b.out, "\r%s [%s%s] %3d %%", b.title, strings.Repeat("=", done), strings.Repeat(" ", barWidth-done), percent)
}

// end says what came of it.
func (b *bar) end(said string) {
	if b.live {
		fmt.Fprintf(b.out, "\r\x1b[K")
	}
	fmt.Fprintf(b.out, "%s: %s\n", b.title, said)
}
