// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package alerting

import "syscall"

// childAttributes keeps Ctrl-C in a terminal from the child: the test stops it in order.
func childAttributes() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
