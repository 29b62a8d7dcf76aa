// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"github.com/vigie-kpi/vigie/app"
	"github.com/vigie-kpi/vigie/dashboards/wall"
)

// accessFlags say who may read the walls and the live API, who may say things over it, and how the walls judge.
type accessFlags struct{ readTokens, writeTokens, limits string }

func (f *accessFlags) add(flags *pflag.FlagSet, o *app.Options) {
	flags.StringVar(&f.readTokens, "read-token-file", "", "file with the bearer tokens that readers of indicators and walls may show, one a line (default: this machine only)")
	flags.BoolVar(&o.ReadPublic, "read-public", false, "let everybody who reaches the address read indicators and walls")
	flags.StringVar(&f.writeTokens, "write-token-file", "", "file with the bearer tokens of those who may open incidents, say what is done and acknowledge alerts, one a line (default: this machine only)")
	flags.BoolVar(&o.MetricsOfAdvisors, "metrics-of-advisors", false, "add the indicators of single advisors, by their pseudonyms, to /metrics; whoever scrapes it then holds data about people")
	flags.StringVar(&f.limits, "wall-limits", "", "JSON file with the limits of tiles, such as {\"asa\": {\"ok\": 20000, \"watch\": 40000}} (default: those of the boards)")
}

func (f *accessFlags) load(o *app.Options) (err error) {
	if o.ReadTokens, err = readTokenFile(f.readTokens, "--read-token-file"); err != nil {
		return err
	}
	if o.WriteTokens, err = readTokenFile(f.writeTokens, "--write-token-file"); err != nil {
		return err
	}
	o.WallLimits, err = readWallLimits(f.limits)
	return err
}

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
