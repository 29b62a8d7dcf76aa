// SPDX-License-Identifier: Apache-2.0

// Package vigie holds the rules of the house as tests, and nothing else: architecture_test.go says which folder
// knows which, and which are pure; style_test.go says how files look. The program itself starts in cmd/vigie, and
// DESIGN.md tells in which order to read the folders.
package vigie
