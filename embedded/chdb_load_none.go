// SPDX-License-Identifier: Apache-2.0

//go:build noengine

package embedded

import "errors"

// loadChdb is that of a program built with the tag noengine: it needs no dynamic linker, so it runs in a container that holds
// nothing else, and it cannot load a library.
func loadChdb(string) (*chdb, error) {
	return nil, errors.New("this vigie was built without the ClickHouse engine (tag noengine), as those in containers are: give the address of a ClickHouse server with --clickhouse")
}
