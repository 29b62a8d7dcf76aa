// SPDX-License-Identifier: Apache-2.0

// Package ruletest tries alert rules out: a file says what measures and gauges do, or names a recording, and which alerts must
// fire when. It is to our rules what promtool's unit tests are to those of Prometheus.
//
// It knows the file and the comparison, and evaluates written series by itself. It never reads a file: the caller does, and the
// caller plays recordings, on the machine. Begin with Read and File.Run.
package ruletest
