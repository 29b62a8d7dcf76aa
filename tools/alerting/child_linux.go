// SPDX-License-Identifier: Apache-2.0

package alerting

import "syscall"

// childAttributes has the kernel end the child should the test program vanish, by a panic or a timeout.
func childAttributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
