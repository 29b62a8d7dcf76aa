// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// listingFormat is the version of listing and of the chunks. A reader that meets a higher one reports it as damage and
// uses an older checkpoint.
const listingFormat = 1

// The states of a listing.
const (
	stateBegun    = "begun"
	stateComplete = "complete"
)

// listing is an entry of the index: one checkpoint. It is JSON, so that an operator can read it with any Kafka tool.
type listing struct {
	Format      int    `json:"format"`
	State       string `json:"state"`
	ID          string `json:"id"` // 32 hexadecimal digits, new for each saving
	Epoch       string `json:"epoch"`
	Offset      int64  `json:"offset"`
	Version     string `json:"version"`
	CreatedMs   int64  `json:"created_ms"`
	RawBytes    int64  `json:"raw_bytes"`
	StoredBytes int64  `json:"stored_bytes"`
	Chunks      int    `json:"chunks"`
	SHA256      string `json:"sha256"` // of the state before compression
	// First and Last are the offsets, in the checkpoints topic, between which the chunks lie; zero until complete.
	First int64 `json:"first_chunk_offset"`
	Last  int64 `json:"last_chunk_offset"`

	indexOffset int64 // where the entry stands in the index: the later saving of two at one offset is the newer
}

func (e *listing) encode() ([]byte, error) {
	value, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("BUG: checkpoint listing: %w", err)
	}
	return value, nil
}

func decodeListing(key, value []byte, offset int64) (*listing, error) {
	e := &listing{indexOffset: offset}
	if err := json.Unmarshal(value, e); err != nil {
		return nil, err
	}
	if e.ID != string(key) {
		return nil, fmt.Errorf("id %q under the key %q", e.ID, key)
	}
	return e, nil
}

func (e *listing) meta() CheckpointMeta {
	return CheckpointMeta{
		Offset: e.Offset, Version: e.Version, CreatedMs: e.CreatedMs, RawBytes: e.RawBytes, StoredBytes: e.StoredBytes,
	}
}

// A chunk's value is chunkMagic, the id's 16 bytes, the chunk's number as 4 bytes big-endian, then its part of the
// compressed state. The same id and number are the record's key, for compaction.
var chunkMagic = []byte("VGC1")

const chunkHeader = 4 + 16 + 4

func encodeChunk(id string, number int, part []byte) []byte {
	value := make([]byte, 0, chunkHeader+len(part))
	value = append(value, chunkMagic...)
	value = append(value, chunkKey(id, number)...)
	return append(value, part...)
}

func chunkKey(id string, number int) []byte {
	raw, err := hex.DecodeString(id)
	if err != nil || len(raw) != 16 {
		raw = make([]byte, 16) // an id that we did not make: the key of no chunk
	}
	return binary.BigEndian.AppendUint32(raw, uint32(number))
}

// decodeChunk returns the number and the part of a chunk of the given id; false for anything else.
func decodeChunk(id string, value []byte) (number int, part []byte, ours bool) {
	if len(value) < chunkHeader || !bytes.HasPrefix(value, chunkMagic) {
		return 0, nil, false
	}
	if hex.EncodeToString(value[4:20]) != id {
		return 0, nil, false
	}
	return int(binary.BigEndian.Uint32(value[20:24])), value[chunkHeader:], true
}
