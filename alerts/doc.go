// SPDX-License-Identifier: Apache-2.0

// Package alerts says when somebody is to be called: what a rule means, and how it comes to fire, stays calm and is over.
//
// It knows rules (event.RuleConfig), conditions (indicator.Condition) and the instants at which it is asked. It has no clock and
// does no I/O: the machine asks an Engine at each border of a pane, on the clock of the log, and keeps the Engine's state in its
// snapshot, so that a restart neither forgets an alert nor tells it twice. What a late event changes in the past is not looked
// at again: an alert is about now.
//
// Begin with Compile, which makes a Rule, then Engine.Evaluate; instance.go has the life of one alert.
package alerts
