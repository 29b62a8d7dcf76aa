// SPDX-License-Identifier: Apache-2.0

package main

import (
	"github.com/spf13/cobra"

	"github.com/vigie-kpi/vigie/embedded"
)

// newEngine is the child process that holds the ClickHouse engine: a crash of that large library must not be ours. It is
// hidden, because vigie starts it by itself.
func newEngine(sh *shell) *cobra.Command {
	var o embedded.EngineOptions
	c := &cobra.Command{
		Use:    "engine",
		Short:  "Serve the embedded ClickHouse engine over HTTP",
		Hidden: true,
		Args:   noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.DataDir == "" {
				return wrongUsage("--data-dir is missing: name the folder that holds the databases")
			}
			if o.Library == "" {
				library, err := embedded.FindLibrary()
				if err != nil {
					return err
				}
				o.Library = library
			}
			o.Logger = sh.log
			return embedded.ServeEngine(c.Context(), o.FromParent())
		},
	}
	c.Flags().StringVar(&o.Library, "library", "", "path of libchdb (default: where make engine puts it)")
	c.Flags().StringVar(&o.DataDir, "data-dir", "", "folder of the databases")
	c.Flags().StringVar(&o.Addr, "addr", "127.0.0.1:8123", "host:port to listen on; there are no passwords, so keep it on the loopback")
	return c
}
