// SPDX-License-Identifier: Apache-2.0

// Package explain leads a number back to what made it: from the facts of a scope and an interval, the formula and the
// configuration, to the contacts that counted and why, those that did not and why not, and the log records behind them.
//
// It is pure: it reads no store and no clock. The parts that it lists add up to the numerator and the denominator of the
// indicator exactly; that is its law. It never names an advisor unless it is told to. Start with Explain.
package explain
