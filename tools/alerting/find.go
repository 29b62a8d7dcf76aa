// SPDX-License-Identifier: Apache-2.0

// Package alerting starts a real Prometheus and a real Alertmanager for tests, and runs their tools: promtool, amtool.
// scripts/fetch-alerting.sh puts them on this machine. It knows nothing of ours, and only tests may import it.
package alerting

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// The versions that scripts/fetch-alerting.sh fetches; a test compares them.
const (
	PrometheusVersion   = "2.42.0+ds-5+deb12u1"
	AlertmanagerVersion = "0.25.0-1+b4"
)

// FolderEnv names the environment variable that holds a folder with the four programs, to use instead of those in the
// cache.
const FolderEnv = "VIGIE_ALERTING"

// toolTimeout is how long promtool and amtool may take; they need a second.
const toolTimeout = time.Minute

// Program is one of the four.
type Program string

// The programs, by the names that Debian gives them.
const (
	Prometheus   Program = "prometheus"
	Promtool     Program = "promtool"
	Alertmanager Program = "prometheus-alertmanager"
	Amtool       Program = "amtool"
)

// Folder is where the programs are; an error says how to get them.
func Folder() (string, error) {
	if folder := os.Getenv(FolderEnv); folder != "" {
		return folder, nil
	}
	cache := os.Getenv("VIGIE_CACHE")
	if cache == "" {
		base := os.Getenv("XDG_CACHE_HOME")
		if base == "" {
			home := os.Getenv("HOME")
			if home == "" {
				return "", errors.New("look for Prometheus: neither VIGIE_CACHE, XDG_CACHE_HOME nor HOME is set; set VIGIE_CACHE to a directory")
			}
			base = filepath.Join(home, ".cache")
		}
		cache = filepath.Join(base, "vigie")
	}
	return filepath.Join(cache, "alerting", "prometheus-"+PrometheusVersion+"-alertmanager-"+AlertmanagerVersion, "usr", "bin"), nil
}

// Path gives where a program is. A missing one fails the test: what it would show cannot be shown otherwise.
func Path(t testing.TB, p Program) string {
	t.Helper()
	folder, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(folder, string(p))
	if _, err := os.Stat(path); err == nil {
		return path
	}
	if p == Alertmanager { // its name anywhere but in Debian
		if other := filepath.Join(folder, "alertmanager"); exists(other) {
			return other
		}
	}
	t.Fatalf("%s is not installed (no %s): run `make alerting`, or set %s to the folder of Prometheus and Alertmanager", p, path, FolderEnv)
	return ""
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// Run runs promtool or amtool, and gives what it printed. The error is that of a program that ended with another code
// than 0, with all it printed. Paths among the arguments must be absolute.
func Run(t testing.TB, p Program, arguments ...string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), toolTimeout)
	defer cancel()
	command := exec.CommandContext(ctx, Path(t, p), arguments...)
	command.Dir = workingDir(t)
	var out, problems bytes.Buffer
	command.Stdout, command.Stderr = &out, &problems
	if err := command.Run(); err != nil {
		return out.String(), fmt.Errorf("%s: %w\n%s%s", p, err, out.String(), problems.String())
	}
	return out.String(), nil
}

// workingDir is where the programs must be started: the Alertmanager of the cache finds its default templates from there.
func workingDir(t testing.TB) string {
	t.Helper()
	folder, err := Folder()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(folder)
}
