// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// readTokenFile reads tokens, one a line; lines that begin with # are remarks. No path: none. name is the flag's.
func readTokenFile(path, name string) ([]string, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the tokens of %s: %w", name, err)
	}
	var tokens []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			tokens = append(tokens, line)
		}
	}
	if len(tokens) == 0 {
		return nil, wrongUsage("%s %s holds no token; write one a line, for example from `openssl rand -hex 16`", name, path)
	}
	return tokens, nil
}

// readWallLimits reads a site's own limits of tiles. No path: none.
func readWallLimits(path string) (map[string]wall.Limits, error) {
	if path == "" {
		return nil, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the limits of --wall-limits: %w", err)
	}
	limits := map[string]wall.Limits{}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&limits); err != nil {
		return nil, wrongUsage("--wall-limits %s: %v; write for example {\"asa\": {\"ok\": 20000, \"watch\": 40000}}", path, err)
	}
	return limits, nil
}
