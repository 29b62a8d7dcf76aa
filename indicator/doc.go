// SPDX-License-Identifier: Apache-2.0

// Package indicator is the one definition of every number the product shows.
//
// It knows the closed list of measures (additive integers that the aggregator
// books), the language of formulas over them, and the catalogue of indicators;
// it compiles a formula into a Go evaluator and into a ClickHouse expression
// that give the same integers and the same double, bit for bit.
//
// It never knows where measures come from, what time it is, how values are
// stored or shown, and it holds no state: everything here is a pure function of
// its arguments.
//
// Start with measure.go (what is counted), then formula.go (the language and its
// normal form, scale * N / D), then catalogue.go (the indicators).
package indicator
