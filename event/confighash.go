// SPDX-License-Identifier: Apache-2.0

package event

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// ConfigObject is one published object of a configuration: the type and the data of a config.* event.
type ConfigObject struct {
	Type Type
	Data []byte
}

// ConfigHash is the hash that config.applied announces: SHA-256, in hexadecimal, over "<type> <length of data>\n<data>" of
// each object, in the order published. Whoever publishes and whoever applies must agree on it, so it is nowhere else.
func ConfigHash(objects []ConfigObject) string {
	h := sha256.New()
	for _, o := range objects {
		fmt.Fprintf(h, "%s %d\n", o.Type, len(o.Data))
		h.Write(o.Data)
	}
	return hex.EncodeToString(h.Sum(nil))
}
