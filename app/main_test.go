// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"testing"

	"github.com/vigie-kpi/vigie/embedded"
)

// engineEnv makes this test binary the ClickHouse child process.
const engineEnv = "VIGIE_APP_TEST_ENGINE"

func TestMain(m *testing.M) {
	if os.Getenv(engineEnv) == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := embedded.ServeEngine(ctx, engineFlags(os.Args[1:]).FromParent()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// engineFlags reads --name value pairs, as StartEngine gives them.
func engineFlags(args []string) embedded.EngineOptions {
	var o embedded.EngineOptions
	for i := 0; i+1 < len(args); i += 2 {
		switch args[i] {
		case "--library":
			o.Library = args[i+1]
		case "--data-dir":
			o.DataDir = args[i+1]
		case "--addr":
			o.Addr = args[i+1]
		case "--config-file":
			o.ConfigFile = args[i+1]
		}
	}
	return o
}
