// SPDX-License-Identifier: Apache-2.0

//go:build unix

package asterisk

import (
	"io/fs"
	"syscall"
)

// inode returns the numbers by which the system knows a file, whatever its name.
func inode(info fs.FileInfo) (device, number uint64) {
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Dev), s.Ino
	}
	return 0, 0
}
