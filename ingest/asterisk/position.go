// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	positionVersion = 1
	headBytes       = 1 << 10 // the beginning of a file that identifies it: its first line has a time and a call id
	maxFinished     = 16      // identities of finished files that are remembered
)

// position is where a follower stands: everything up to Offset is in the log.
type position struct {
	Version  int             `json:"version"`
	Path     string          `json:"path"` // the followed path, for a person who looks at the file
	File     identity        `json:"file"`
	Offset   int64           `json:"offset"`         // bytes of the file, unpacked, that are done
	Line     int64           `json:"line"`           // lines that are done
	Finished []identity      `json:"finished_files"` // the last files that were read to their end, oldest first
	Parser   json.RawMessage `json:"parser"`
}

// identity recognises a file after it was renamed, copied or compressed.
type identity struct {
	Device    uint64 `json:"device"` // 0 where the system has none
	Inode     uint64 `json:"inode"`
	HeadBytes int    `json:"head_bytes"`     // length of the beginning that Head covers; 0 when nothing was read yet
	Head      string `json:"head,omitempty"` // SHA-256, hex
	First     int64  `json:"first"`          // time of the first line in seconds; 0 when nothing was read yet
}

func headOf(b []byte) (int, string) {
	if len(b) == 0 {
		return 0, ""
	}
	b = b[:min(len(b), headBytes)]
	sum := sha256.Sum256(b)
	return len(b), hex.EncodeToString(sum[:])
}

// beginsLike reports whether a file with that beginning (up to headBytes) can be the identified one.
func (id *identity) beginsLike(head []byte) bool {
	if id.HeadBytes == 0 || len(head) < id.HeadBytes {
		return false
	}
	_, sum := headOf(head[:id.HeadBytes])
	return sum == id.Head
}

// loadPosition returns the saved position, or nil when there is none yet.
func loadPosition(path string) (*position, error) {
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the saved position: %w", err)
	}
	var pos position
	if err := json.Unmarshal(b, &pos); err != nil {
		return nil, fmt.Errorf("the saved position %s is damaged: %w; remove it to read the queue log from its beginning "+
			"(events that are in the log already are recognised)", path, err)
	}
	if pos.Version != positionVersion || pos.Offset < 0 || pos.Line < 0 {
		return nil, fmt.Errorf("the saved position %s has version %d, this program reads %d; remove it to read the queue log "+
			"from its beginning", path, pos.Version, positionVersion)
	}
	return &pos, nil
}

// save writes the position so that a crash leaves either the old one or the new one.
func (pos *position) save(path string) (err error) {
	b, err := json.Marshal(pos)
	if err != nil {
		panic("BUG: a position holds plain values only, yet: " + err.Error())
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".position-*")
	if err != nil {
		return fmt.Errorf("save the position: %w", err)
	}
	defer func() {
		if err != nil {
			f.Close()
			os.Remove(f.Name())
			err = fmt.Errorf("save the position in %s: %w", path, err)
		}
	}()
	if _, err = f.Write(b); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	if err = f.Close(); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// readHead returns up to headBytes from the beginning of an open plain file.
func readHead(f *os.File) ([]byte, error) {
	b := make([]byte, headBytes)
	n, err := f.ReadAt(b, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	return b[:n], nil
}
