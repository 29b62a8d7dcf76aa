// SPDX-License-Identifier: Apache-2.0

//go:build !noengine

package embedded

import (
	"fmt"

	"github.com/ebitengine/purego"
)

// loadChdb opens the library at path and binds the functions we use.
func loadChdb(path string) (lib *chdb, err error) {
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL)
	if err != nil {
		return nil, fmt.Errorf("load the ClickHouse engine library %s: %w (is it the build for this platform, and complete? remove it and run `make engine`)", path, err)
	}
	lib = &chdb{}
	for _, symbol := range []struct {
		name string
		fn   any
	}{
		{"chdb_version", &lib.version},
		{"chdb_connect", &lib.connectFn},
		{"chdb_close_conn", &lib.closeConnFn},
		{"chdb_set_signal_handlers_enabled", &lib.signalsFn},
		{"chdb_query_with_params_n", &lib.queryFn},
		{"chdb_stream_query_with_params_n", &lib.streamFn},
		{"chdb_stream_fetch_result", &lib.fetchFn},
		{"chdb_stream_cancel_query", &lib.cancelFn},
		{"chdb_stream_insert_with_params_n", &lib.insertFn},
		{"chdb_stream_append", &lib.appendFn},
		{"chdb_stream_done", &lib.doneFn},
		{"chdb_stream_cancel_insert", &lib.cancelInsertFn},
		{"chdb_stream_insert_error", &lib.insertErrorFn},
		{"chdb_destroy_insert_stream", &lib.freeInsertFn},
		{"chdb_result_error", &lib.errorFn},
		{"chdb_result_buffer", &lib.bufferFn},
		{"chdb_result_length", &lib.lengthFn},
		{"chdb_result_rows_written", &lib.writtenRowsFn},
		{"chdb_destroy_query_result", &lib.destroyFn},
	} {
		address, err := purego.Dlsym(handle, symbol.name)
		if err != nil {
			return nil, fmt.Errorf("%s has no function %s: it is not version %s of libchdb; run `make engine`", path, symbol.name, LibraryVersion)
		}
		purego.RegisterFunc(symbol.fn, address)
	}
	// Must precede the first connection: the engine would otherwise take
	// SIGSEGV and its kin away from the Go runtime.
	lib.signalsFn(0)
	return lib, nil
}
