// SPDX-License-Identifier: Apache-2.0

// Package indicator is the one definition of every number the product shows.
//
// It knows the closed lists of measures (additive integers that the aggregator
// books) and gauges (states), the language of formulas over them, and the catalogue of
// indicators; it compiles a formula into a Go evaluator and into a ClickHouse expression
// that give the same integers and the same double, bit for bit, into words and into a
// Prometheus metric. Erlang's formulas for staffing are here too.
//
// It never knows where measures come from, what time it is, how values are
// stored or shown, and it holds no state: everything here is a pure function of
// its arguments.
//
// Start with measure.go (what is counted), then formula.go (the language), quotient.go and
// choice.go (its normal form: scale * N / D, or a choice between such), then catalogue.go
// (the indicators). docs/formulas.md is the language as its users see it.
package indicator
