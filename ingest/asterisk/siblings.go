// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// maxSiblings bounds how many rotated files are looked at; a year of daily rotations fits.
const maxSiblings = 1000

// sibling is the followed file or one that it may have become: queue_log.1, queue_log-20261122, queue_log.2.gz.
type sibling struct {
	path  string
	info  fs.FileInfo
	head  []byte // up to headBytes, unpacked
	first int64  // time of the first line in seconds; 0 when it has none
}

// siblings returns the followed file, when it exists, and the rotated files beside it, in the order in which they were
// written: by the time of their first line, the followed file last.
func siblings(path string) ([]sibling, error) {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return nil, fmt.Errorf("look for rotated queue logs: %w", err)
	}
	base := filepath.Base(path)
	var all []sibling
	for _, e := range entries {
		name := e.Name()
		rotated := strings.HasPrefix(name, base+".") || strings.HasPrefix(name, base+"-")
		if !rotated && name != base || !e.Type().IsRegular() && name != base {
			continue
		}
		s, err := lookAt(filepath.Join(filepath.Dir(path), name))
		if err != nil || len(s.head) == 0 && name != base || s.first == 0 && name != base {
			continue // gone meanwhile, unreadable, empty, or no queue log: nothing of ours can be in it
		}
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b sibling) int {
		if a.path == path || b.path == path {
			return cmp.Compare(boolInt(a.path == path), boolInt(b.path == path))
		}
		return cmp.Or(cmp.Compare(a.first, b.first), a.info.ModTime().Compare(b.info.ModTime()), cmp.Compare(a.path, b.path))
	})
	return all[max(0, len(all)-maxSiblings):], nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func lookAt(path string) (sibling, error) {
	f, err := os.Open(path)
	if err != nil {
		return sibling{}, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return sibling{}, err
	}
	r, err := decompressed(f, path)
	if err != nil {
		return sibling{}, err
	}
	head := make([]byte, headBytes)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return sibling{}, err
	}
	return sibling{path: path, info: info, head: head[:n], first: firstTime(head[:n])}, nil
}

// firstTime returns the time of the first line that has one.
func firstTime(head []byte) int64 {
	for line := range bytes.Lines(head) {
		column, _, _ := bytes.Cut(line, []byte("|"))
		if t, err := strconv.ParseInt(string(bytes.Trim(column, " \t\r\n\xef\xbb\xbf")), 10, 64); err == nil && t > 0 {
			return t
		}
	}
	return 0
}

// find returns the sibling that is the identified file, or nil. The beginning decides; an inode alone may have been
// given to another file. Of several with that beginning (a copy made by copytruncate, a backup) the same inode is
// preferred, then one that holds everything that was read of it.
func find(all []sibling, id *identity, offset int64) *sibling {
	var best *sibling
	bestScore := -1
	for i := range all {
		s := &all[i]
		device, number := inode(s.info)
		sameInode := number != 0 && number == id.Inode && device == id.Device
		if id.HeadBytes == 0 && !sameInode || id.HeadBytes > 0 && !id.beginsLike(s.head) {
			continue
		}
		packed := strings.HasSuffix(s.path, ".gz")
		if !packed && s.info.Size() < offset {
			continue
		}
		score := boolInt(!packed) + 2*boolInt(sameInode)
		if score > bestScore {
			best, bestScore = s, score
		}
	}
	return best
}

// successor returns the file that was written after the last of the finished ones, or nil when there is none yet. path
// is the followed one.
func successor(all []sibling, finished []identity, path string) *sibling {
	var first int64
	if n := len(finished); n > 0 {
		first = finished[n-1].First
	}
	var followed *sibling
	if n := len(all); n > 0 && all[n-1].path == path {
		followed = &all[n-1]
	}
	for i := range all {
		s := &all[i]
		if s == followed || s.first < first {
			continue
		}
		if slices.ContainsFunc(finished, func(id identity) bool { return id.beginsLike(s.head) }) {
			continue
		}
		if followed != nil && copyOf(s, followed) {
			continue
		}
		return s
	}
	if followed != nil && len(followed.head) > 0 {
		return followed
	}
	return nil
}

// copyOf reports whether s is a backup of the followed file, which is read under its own name.
func copyOf(s, followed *sibling) bool {
	n := min(len(s.head), len(followed.head))
	return n > 0 && bytes.Equal(s.head[:n], followed.head[:n])
}
