// SPDX-License-Identifier: Apache-2.0

// Package roles is the table of who sees what, and what is made of it: ClickHouse's accounts with their grants and row policies, as
// users' files and as SQL, Grafana's organisations with their data sources and folders, and the page docs/roles.md.
//
// It knows which role reads which views, rows and columns, and which folders it opens. It writes text and runs nothing.
//
// It never knows a board: Grafana guards boards, ClickHouse guards data, and an account holds whatever a board or its address asks.
//
// Start with table.go (the table), then account.go (what a row of it means for one centre); the rest writes.
package roles
