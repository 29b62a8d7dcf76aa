// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package embedded

import "syscall"

// childAttributes puts the child in a process group of its own, so that Ctrl-C
// in a terminal reaches only the parent, which then stops the child in order.
// Should the parent vanish, the end of standard input tells the child.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
