// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"errors"
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

// decompressor gives the data in compressed blocks. Its job beside the
// library's reader is to tell the end between two blocks, which is the end of
// the data, from an end within a block, which is a cut connection.
type decompressor struct {
	in     countingReader
	blocks *compress.Reader
}

func newDecompressor(in io.Reader) io.Reader {
	d := &decompressor{in: countingReader{in: in}}
	d.blocks = compress.NewReader(&d.in)
	return d
}

func (d *decompressor) Read(p []byte) (int, error) {
	before := d.in.count
	n, err := d.blocks.Read(p)
	if !errors.Is(err, io.EOF) {
		return n, err
	}
	if d.in.count == before {
		return n, io.EOF
	}
	return n, io.ErrUnexpectedEOF
}

type countingReader struct {
	in    io.Reader
	count int64
}

func (c *countingReader) Read(p []byte) (int, error) {
	n, err := c.in.Read(p)
	c.count += int64(n)
	return n, err
}
