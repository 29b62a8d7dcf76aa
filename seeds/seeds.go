// SPDX-License-Identifier: Apache-2.0

// Package seeds holds what a newcomer plays with: recordings of real feeds, inside the binary.
//
// It never imports our formulas: a seed that computes its own answer with our code proves nothing. Start with the README
// of each folder.
package seeds

import _ "embed"

// AsteriskQueueLog is the queue log of a recorded Asterisk 22: 25 minutes, two queues, eleven advisors, 759 calls.
//
//go:embed asterisk-a/queue_log
var AsteriskQueueLog []byte

// The facts of the recording that the log itself does not hold: how its queues were set up.
const (
	AsteriskZone       = "Europe/Paris"
	AsteriskMemberRule = `Local/(\d+)@agents/n=advisor-$1` // membership lines show interfaces, the others names
)

// AsteriskThresholds are the service-level thresholds of the recorded queues, in ms.
var AsteriskThresholds = map[string]int64{"support": 10_000, "ventes": 8_000}

// AsteriskShortAbandonMs is below which a wait is a short abandon in the recording's expected numbers.
const AsteriskShortAbandonMs = 5_000
