// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/event/zone"
)

func newVersion(sh *shell) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version of vigie and of what it was built with",
		Args:  noArguments,
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintf(sh.out, "vigie %s\n%s %s/%s\ntime zones %s\nClickHouse engine %s\n", version,
				runtime.Version(), runtime.GOOS, runtime.GOARCH, zone.Version, embedded.LibraryVersion)
			return err
		},
	}
}
