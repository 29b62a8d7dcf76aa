// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"fmt"
	"io"

	"github.com/ClickHouse/ch-go/compress"
)

// ClickHouse's own compression: blocks with a checksum and their sizes, inside
// the body and unknown to HTTP.

var compressions = map[string]compress.Method{
	"": compress.LZ4, "LZ4": compress.LZ4, "ZSTD": compress.ZSTD, "NONE": compress.None,
}

func isCompression(name string) bool {
	_, known := compressions[name]
	return known
}

// compressor makes a compressed block of each Write, so it wants large ones.
type compressor struct {
	out    io.Writer
	blocks *compress.Writer
}

func newCompressor(out io.Writer, name string) io.Writer {
	return &compressor{out: out, blocks: compress.NewWriter(0, compressions[name])}
}

func (c *compressor) Write(p []byte) (int, error) {
	const blockBytes = 1 << 20
	written := 0
	for len(p) > 0 {
		block := p[:min(len(p), blockBytes)]
		if err := c.blocks.Compress(block); err != nil {
			return written, fmt.Errorf("compress the answer: %w", err)
		}
		if _, err := c.out.Write(c.blocks.Data); err != nil {
			return written, err
		}
		written += len(block)
		p = p[len(block):]
	}
	return written, nil
}

func newDecompressor(in io.Reader) io.Reader { return compress.NewReader(in) }
