// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestFindLibraryAgreesWithTheScript: the script decides where the library
// lands, for each way to say where the cache is.
func TestFindLibraryAgreesWithTheScript(t *testing.T) {
	for _, variables := range []map[string]string{
		{"VIGIE_CACHE": "a cache"},
		{"XDG_CACHE_HOME": "xdg"},
		{"HOME": "home"},
	} {
		for _, name := range []string{"VIGIE_CACHE", "XDG_CACHE_HOME", "HOME", LibraryEnv} {
			t.Setenv(name, "")
		}
		for name, folder := range variables {
			t.Setenv(name, filepath.Join(t.TempDir(), folder))
		}
		want, err := cachedLibrary()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := FindLibrary(); err == nil || !strings.Contains(err.Error(), "make engine") || !strings.Contains(err.Error(), "--clickhouse") {
			t.Errorf("missing library: got error %v, want one that says how to get it and how to do without", err)
		}
		if err := os.MkdirAll(filepath.Dir(want), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(want, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		// The file is there, so the script prints its path and downloads nothing.
		printed, err := exec.Command("sh", "../scripts/fetch-clickhouse.sh", "-p").CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, printed)
		}
		if got := strings.TrimSpace(string(printed)); got != want {
			t.Errorf("script: %s\nGo:     %s", got, want)
		}
		if got, err := FindLibrary(); err != nil || got != want {
			t.Errorf("FindLibrary = %s, %v, want %s", got, err, want)
		}
	}
}

func TestFindLibraryObeysItsVariable(t *testing.T) {
	path := filepath.Join(t.TempDir(), "mine.so")
	t.Setenv(LibraryEnv, path)
	if _, err := FindLibrary(); err == nil || !strings.Contains(err.Error(), LibraryEnv) {
		t.Errorf("missing file: got error %v, want one that names %s", err, LibraryEnv)
	}
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := FindLibrary(); err != nil || got != path {
		t.Errorf("FindLibrary = %s, %v, want %s", got, err, path)
	}
}
