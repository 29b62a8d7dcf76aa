// SPDX-License-Identifier: Apache-2.0

package seeds

import (
	"embed"
	"io/fs"
)

//go:embed cap-rivage/*.yaml
var capRivage embed.FS

// CapRivage is the folder of the demo centre's organisation: an invented outsourcer with two sites, three programmes, nine
// queues, two campaigns, eleven teams and 106 advisors, as `vigie apply` reads it.
func CapRivage() fs.FS {
	dir, err := fs.Sub(capRivage, "cap-rivage")
	if err != nil {
		panic("BUG: the demo centre is not in the binary: " + err.Error())
	}
	return dir
}
