// SPDX-License-Identifier: Apache-2.0

package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/vigie-kpi/vigie/embedded"
)

// demoState is what a demo with a data directory of its own remembers, so that the next one goes on.
type demoState struct {
	ClockMs      int64 `json:"clock_ms"`      // how far the centre has lived; 0: it has not begun
	HistoryRuns  int   `json:"history_runs"`  // begun: each has a lane of its own
	HistoryShown bool  `json:"history_shown"` // the last one is complete
	Configured   bool  `json:"configured"`
}

const demoStateFile = "demo.json"

// goOn reads the state of an earlier demo in the directory. A directory of something else is refused.
func (d *demo) goOn() error {
	raw, err := os.ReadFile(filepath.Join(d.dir, demoStateFile))
	switch {
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("the data directory %s holds something else than a demo: remove it, or give another with --data-dir", d.dir)
	case err != nil:
		return fmt.Errorf("reading the demo's state: %w", err)
	case d.o.Recording:
		return fmt.Errorf("the data directory %s holds an earlier demo, and a recording is played once: remove it, or give another with --data-dir", d.dir)
	}
	if err := json.Unmarshal(raw, &d.kept); err != nil {
		return fmt.Errorf("reading the demo's state in %s: %w; remove the directory to begin anew", d.dir, err)
	}
	return nil
}

// removeAbandoned removes what a demo left that was killed, or was interrupted twice: temporary directories whose broker no
// process holds any more. One that cannot be removed is left alone.
func removeAbandoned(temp, prefix string) {
	found, err := filepath.Glob(filepath.Join(temp, prefix+"*"))
	if err != nil {
		panic("BUG: a pattern without a special character but the last is bad: " + err.Error())
	}
	for _, dir := range found {
		if embedded.Abandoned(filepath.Join(dir, "broker")) {
			_ = os.RemoveAll(dir) // it may be another user's
		}
	}
}

// keepState writes the state beside the data, whole or not at all.
func (d *demo) keepState() error {
	if d.o.DataDir == "" {
		return nil
	}
	raw, err := json.Marshal(d.kept)
	if err != nil {
		return fmt.Errorf("writing the demo's state: %w", err)
	}
	path := filepath.Join(d.dir, demoStateFile)
	if err := os.WriteFile(path+".new", append(raw, '\n'), 0o644); err != nil {
		return fmt.Errorf("writing the demo's state: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("writing the demo's state: %w", err)
	}
	return nil
}
