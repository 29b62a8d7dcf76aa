// SPDX-License-Identifier: Apache-2.0

// Package register is what a centre says of its incidents, of the actions against them and of its alerts, and what can be
// computed from that: what an incident cost (Impact), what an action brought (Effect), how noisy the alerts of a week were
// (Noise).
//
// It is given sums, and never reads them: a number of an indicator comes from the compiled formula, and only differences, means
// and intervals are made here. It knows no clock: the caller says as of when. Start with Incident and Plan.
package register
