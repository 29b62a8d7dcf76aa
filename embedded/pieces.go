// SPDX-License-Identifier: Apache-2.0

package embedded

import "io"

// pieces reads a streamed answer. The first piece is fetched by prime, so that
// most errors come before the answer begins.
type pieces struct {
	conn   *chdbConn
	stream result
	piece  result
	rest   []byte
	ended  bool
}

func (p *pieces) prime() error {
	if err := p.next(); err != nil && err != io.EOF {
		return err
	}
	return nil
}

func (p *pieces) next() error {
	if p.ended {
		return io.EOF
	}
	p.release()
	piece, err := p.conn.fetch(p.stream)
	if err != nil {
		p.ended = true
		return err
	}
	p.piece, p.rest = piece, piece.bytes()
	if len(p.rest) == 0 {
		p.ended = true
		return io.EOF
	}
	return nil
}

func (p *pieces) release() {
	if p.piece.handle != 0 {
		p.piece.destroy()
	}
	p.piece, p.rest = result{}, nil
}

func (p *pieces) Read(buffer []byte) (int, error) {
	if len(p.rest) == 0 {
		if err := p.next(); err != nil {
			return 0, err
		}
	}
	count := copy(buffer, p.rest)
	p.rest = p.rest[count:]
	return count, nil
}

// close ends the stream, read to its end or not.
func (p *pieces) close() {
	p.release()
	if !p.ended {
		p.conn.cancel(p.stream)
	}
	p.stream.destroy()
}
