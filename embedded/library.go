// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// LibraryVersion is the release of libchdb this package is written for and
// tested with: the version of its npm package.
const LibraryVersion = "26.7.3-stable.1"

// LibraryEnv names the environment variable that holds the path of a libchdb
// to use instead of the one in the cache.
const LibraryEnv = "VIGIE_LIBCHDB"

// FindLibrary gives the path of libchdb: what VIGIE_LIBCHDB says, else the
// place where `make engine` puts it. An error says how to get the library, or
// how to do without.
func FindLibrary() (string, error) {
	if path := os.Getenv(LibraryEnv); path != "" {
		if _, err := os.Stat(path); err != nil {
			return "", fmt.Errorf("%s: %w", LibraryEnv, err)
		}
		return path, nil
	}
	path, err := cachedLibrary()
	if err != nil {
		return "", err
	}
	_, err = os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("the ClickHouse engine is not installed (no %s): run `make engine` to download it, set %s to a libchdb.so, or give the address of a ClickHouse server with --clickhouse", path, LibraryEnv)
	}
	if err != nil {
		return "", fmt.Errorf("look for the ClickHouse engine: %w", err)
	}
	return path, nil
}

// cachedLibrary is where scripts/fetch-clickhouse.sh puts the library; the two
// must follow the same rule, on every system.
func cachedLibrary() (string, error) {
	cache := os.Getenv("VIGIE_CACHE")
	if cache == "" {
		base := os.Getenv("XDG_CACHE_HOME")
		if base == "" {
			home := os.Getenv("HOME")
			if home == "" {
				return "", errors.New("look for the ClickHouse engine: neither VIGIE_CACHE, XDG_CACHE_HOME nor HOME is set; set VIGIE_CACHE to a directory, or give the address of a ClickHouse server with --clickhouse")
			}
			base = filepath.Join(home, ".cache")
		}
		cache = filepath.Join(base, "vigie")
	}
	return filepath.Join(cache, "libchdb", LibraryVersion, "libchdb.so"), nil
}
