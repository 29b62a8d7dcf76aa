// SPDX-License-Identifier: Apache-2.0

// Package wall is the wall board as data: which tiles each kind of team has, what each of them shows, and how a value
// becomes a word.
//
// Evaluate is pure: a Reading of the live machine, the centre's configuration and the clock in, a Board out. A tile names
// an indicator or a gauge, a rule for its scope, a window and the limits of its words; it never has a formula of its own.
// The page that draws a Board knows neither a formula nor a limit.
//
// It never knows a person, HTTP, or the machine. Start with boards.go, which is what a manager sees, then Evaluate.
package wall
