// SPDX-License-Identifier: Apache-2.0

package aggregator

import (
	"encoding/binary"
	"errors"
)

// errShort says that a snapshot ends too early or holds an impossible number.
var errShort = errors.New("the snapshot is truncated or damaged")

// codec writes a value or reads it back, by one description for both directions: each method takes a pointer and either
// appends what it points to or fills it. So the two can not drift apart.
type codec struct {
	buf     []byte
	reading bool
	err     error
}

func (c *codec) uint(v *uint64) {
	if !c.reading {
		c.buf = binary.AppendUvarint(c.buf, *v)
		return
	}
	x, n := binary.Uvarint(c.buf)
	if n <= 0 {
		c.fail()
		return
	}
	*v, c.buf = x, c.buf[n:]
}

func (c *codec) fail() {
	c.buf = nil
	if c.err == nil {
		c.err = errShort
	}
}

// int writes small numbers of either sign in few bytes.
func (c *codec) int(v *int64) {
	u := uint64(*v<<1) ^ uint64(*v>>63)
	c.uint(&u)
	if c.reading {
		*v = int64(u>>1) ^ -int64(u&1)
	}
}

// near writes an instant as its distance from another: most instants of a world are near its clock.
func (c *codec) near(v *int64, clock int64) {
	d := *v - clock
	c.int(&d)
	if c.reading {
		*v = d + clock
	}
}

// number writes any integer type.
func number[T ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~int32 | ~int64 | ~int](c *codec, v *T) {
	x := int64(*v)
	c.int(&x)
	if !c.reading {
		return
	}
	*v = T(x)
	if int64(*v) != x {
		c.fail()
	}
}

// fixed writes a hash: eight bytes are shorter than its varint.
func (c *codec) fixed(v *uint64) {
	if !c.reading {
		c.buf = binary.BigEndian.AppendUint64(c.buf, *v)
		return
	}
	if len(c.buf) < 8 {
		c.fail()
		return
	}
	*v, c.buf = binary.BigEndian.Uint64(c.buf), c.buf[8:]
}

func (c *codec) bool(v *bool) {
	x := uint64(0)
	if *v {
		x = 1
	}
	c.uint(&x)
	if c.reading {
		*v = x != 0
	}
}

func (c *codec) bytes(v *[]byte) {
	n := c.length(len(*v))
	if !c.reading {
		c.buf = append(c.buf, *v...)
		return
	}
	*v = append([]byte(nil), c.buf[:n]...)
	c.buf = c.buf[n:]
}

func (c *codec) string(v *string) {
	if !c.reading {
		c.length(len(*v))
		c.buf = append(c.buf, *v...)
		return
	}
	n := c.length(0)
	*v = string(c.buf[:n])
	c.buf = c.buf[n:]
}

// length writes how many things follow. A number that the rest of the snapshot cannot hold is damage: nothing is
// allocated for it.
func (c *codec) length(n int) int {
	u := uint64(n)
	c.uint(&u)
	if c.reading && u > uint64(len(c.buf)) {
		c.fail()
		return 0
	}
	return int(u)
}

// list writes a slice; each writes one element.
func list[T any](c *codec, v *[]T, each func(*codec, *T)) {
	n := c.length(len(*v))
	if c.reading {
		*v = nil
		if n > 0 {
			*v = make([]T, n)
		}
	}
	for i := range *v {
		each(c, &(*v)[i])
		if c.err != nil {
			return
		}
	}
}
