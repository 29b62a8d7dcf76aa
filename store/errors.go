// SPDX-License-Identifier: Apache-2.0

package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"syscall"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ErrMismatch means that what the log gives now is not what is stored. The
// partition must stop: going on would make numbers that nobody can explain.
// Errors of this kind are *MismatchError.
var ErrMismatch = errors.New("store: the log and the store differ")

// MismatchError says which block differs, and in what.
type MismatchError struct {
	Epoch       string
	Partition   int
	First, Last int64  // offsets of the block at hand
	Detail      string // what was found and what was expected
}

// Error implements error.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("%v: epoch %s, partition %d, offsets %d to %d: %s; the partition must not go on: "+
		"either the program changed what it makes of the same log, or the store was changed by hand; "+
		"go back to the version that wrote the block, or rebuild the partition under a new epoch",
		ErrMismatch, e.Epoch, e.Partition, e.First, e.Last, e.Detail)
}

// Is makes errors.Is(err, ErrMismatch) true.
func (e *MismatchError) Is(target error) bool { return target == ErrMismatch }

// retryableCodes are the exceptions of ClickHouse that pass by themselves, sorted.
var retryableCodes = []int32{
	3,   // UNEXPECTED_END_OF_FILE: the body was cut on its way
	33,  // CANNOT_READ_ALL_DATA: the same
	159, // TIMEOUT_EXCEEDED
	202, // TOO_MANY_SIMULTANEOUS_QUERIES
	203, // NO_FREE_CONNECTION
	209, // SOCKET_TIMEOUT
	210, // NETWORK_ERROR
	225, // NO_ZOOKEEPER
	236, // ABORTED: the server is shutting down
	241, // MEMORY_LIMIT_EXCEEDED
	242, // TABLE_IS_READ_ONLY: a replica without its keeper
	243, // NOT_ENOUGH_SPACE
	252, // TOO_MANY_PARTS: merges are behind
	279, // ALL_CONNECTION_TRIES_FAILED
	285, // TOO_FEW_LIVE_REPLICAS
	286, // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
	319, // UNKNOWN_STATUS_OF_INSERT
	394, // QUERY_WAS_CANCELLED
	425, // SYSTEM_ERROR
	439, // CANNOT_SCHEDULE_TASK
	473, // DEADLOCK_AVOIDED
	999, // KEEPER_EXCEPTION
}

// IsRetryable tells whether the same statement may succeed later without anybody
// changing anything: the server is away, busy or full. A wrong password, a missing
// table or a MismatchError is not retryable. An ended context is not either.
func IsRetryable(err error) bool {
	if err == nil || errors.Is(err, ErrMismatch) || errors.Is(err, context.Canceled) {
		return false
	}
	var exception *clickhouse.Exception
	if errors.As(err, &exception) {
		_, found := slices.BinarySearch(retryableCodes, exception.Code)
		return found
	}
	var answer *clickhouse.HTTPError
	if errors.As(err, &answer) {
		return answer.StatusCode >= http.StatusInternalServerError || answer.StatusCode == http.StatusTooManyRequests
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ECONNREFUSED) ||
		errors.Is(err, clickhouse.ErrAcquireConnTimeout) || errors.Is(err, clickhouse.ErrServerUnexpectedData)
}

// withRemedy adds what to do to the errors of a schema that is missing or old.
func withRemedy(err error) error {
	const (
		noSuchColumn      = 16
		unknownIdentifier = 47
		unknownTable      = 60
		unknownDatabase   = 81
	)
	var exception *clickhouse.Exception
	if !errors.As(err, &exception) {
		return err
	}
	switch exception.Code {
	case noSuchColumn, unknownIdentifier, unknownTable, unknownDatabase:
		return fmt.Errorf("%w (the schema is missing or old: run `vigie migrate`)", err)
	}
	return err
}
