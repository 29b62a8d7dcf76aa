// SPDX-License-Identifier: Apache-2.0

// Package dashboards is Grafana as code: boards in classic JSON, folders, data sources, playlists and annotations, made
// from the catalogue of indicators and from a centre's queues, teams and targets.
//
// It knows which board answers which question, how an indicator is read from the stored facts by SQL, what is said beside a
// number (target, word, cases), and how Grafana is told by files or by HTTP.
//
// It never knows a formula: a panel names an indicator, and the catalogue writes its SQL. It never opens ClickHouse.
//
// Start with board.go (what a board is made of), then read.go (how an indicator becomes SQL), then any of the files
// named board_*.go, and generate.go (what is written).
package dashboards
