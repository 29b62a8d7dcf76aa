// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"cmp"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/dashboards/roles"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/indicator"
)

// elsewhere is somebody else's centre on the same server, with a team and a programme that are called as ours are.
var elsewhere = roles.Centre{ID: "elsewhere", Teams: []roles.Group{{ID: "mistral", Name: "Mistral", Advisors: 20}},
	Clients: []roles.Client{{ID: "orvalie", Name: "Orvalie", Queues: []string{"orvalie", "theirs"}}}}

// twoCentresOnOneServer puts the files of two centres into one server's users.d, as docs/roles.md says, and asks as each account.
func twoCentresOnOneServer(t *testing.T, dir string) {
	ours := ourCentre(t)
	engine, err := embedded.StartEngine(t.Context(), embedded.StartOptions{DataDir: dir, Logger: slog.New(slog.DiscardHandler),
		Env:     []string{engineVariable + "=1", roles.PasswordVariable("analyst") + "=" + strings.Repeat("0", 64)},
		Command: []string{os.Args[0], "--config-file", serverOf(t, &ours, &elsewhere)}})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	addr := "http://" + engine.Addr()
	knowsAccounts(t, addr, &ours, &elsewhere)
	for _, test := range append(accountTests(), testsOfElsewhere()...) {
		for query, want := range test.answers {
			if got, err := putAs(t, addr, test.user, query); err != nil || got != want {
				t.Errorf("%s, %s: %q, %v; want %q", test.user, query, got, err, want)
			}
		}
		for _, query := range test.denied {
			if got, err := putAs(t, addr, test.user, query); err == nil {
				t.Errorf("%s, %s: %.80q; want it denied", test.user, query, got)
			}
		}
	}
	hostileBoards(t, addr, &ours)
}

// testsOfElsewhere are what the other centre's accounts are asked: they see its rows and none of ours.
func testsOfElsewhere() []accountTest {
	return []accountTest{
		{user: "vigie_wall__elsewhere", denied: []string{groupRows, personRows}, answers: map[string]string{everything: "860000000000002\n", queueRows: "orvalie\t700000000000001\n", titles: "their line down\n"}},
		{user: "vigie_teams__elsewhere", denied: []string{queueRows, personRows}, answers: map[string]string{groupRows: "mistral\t160000000000001\n"}},
		{user: "vigie_manager__elsewhere__mistral", denied: []string{queueRows, personRows}, answers: map[string]string{everything: "160000000000001\n", groupRows: "mistral\t160000000000001\n"}},
		{user: "vigie_coach__elsewhere", denied: []string{queueRows}, answers: map[string]string{personRows: "a001\t160000000000001\n", gaugeRows: ""}},
		{user: "vigie_analyst__elsewhere", denied: []string{"SELECT * FROM vigie.events"}, answers: map[string]string{everything: "860000000000002\n", alertRows: "theirs\n", gaugeRows: "orvalie\t160000000000001\n"}},
		{user: "vigie_client__elsewhere__orvalie", denied: []string{groupRows, personRows}, answers: map[string]string{everything: "860000000000002\n", alertRows: "theirs\n", titles: ""}},
	}
}

// serverOf is the configuration of a server with the accounts of some centres, whose passwords are made from keys.
func serverOf(t *testing.T, centres ...*roles.Centre) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "users.d"), 0o700); err != nil {
		t.Fatal(err)
	}
	written := map[string]string{
		"users.xml": "<clickhouse><profiles><default/></profiles><quotas><default/></quotas><users><default><password></password>" +
			"<networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota><access_management>1</access_management></default></users></clickhouse>",
		"config.xml": "<clickhouse><users_config>" + filepath.Join(dir, "users.xml") + "</users_config></clickhouse>",
	}
	for _, c := range centres {
		files, err := c.Files([]byte(strings.Repeat(c.ID, 8)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if name := filepath.Base(f.Path); filepath.Ext(name) == ".xml" {
				written[filepath.Join("users.d", name)] = string(f.Data)
			}
		}
	}
	for name, text := range written {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "config.xml")
}

// knowsAccounts: the server has all accounts of the files and no other, and whatever rows say their centre are filtered for each.
func knowsAccounts(t *testing.T, addr string, centres ...*roles.Centre) {
	t.Helper()
	var want []string
	for _, c := range centres {
		for _, a := range c.Accounts() {
			want = append(want, a.User)
		}
	}
	slices.Sort(want)
	want = slices.Compact(want) // the server's analyst is of both
	got, err := put(t, addr, "SELECT name FROM system.users WHERE name != 'default' ORDER BY name")
	if err != nil || got != strings.Join(want, "\n")+"\n" {
		t.Errorf("accounts %s, %v; want %v", got, err, want)
	}
	const open = `SELECT DISTINCT g.user_name, c.table FROM system.grants AS g JOIN system.columns AS c ON c.database = g.database AND c.table = g.table
 JOIN system.tables AS t ON t.database = c.database AND t.name = c.table
 WHERE g.user_name NOT IN ('default', 'vigie_analyst') AND c.name = 'centre' AND t.engine != 'View'
 AND (g.user_name, c.table) NOT IN (SELECT arrayJoin(apply_to_list), table FROM system.row_policies WHERE select_filter LIKE 'centre = %' OR select_filter = '0')`
	if got, err := put(t, addr, open); err != nil || got != "" {
		t.Errorf("these tables are granted without a row policy on the centre: %s, %v", got, err)
	}
	const closed = `SELECT DISTINCT table FROM system.columns WHERE database = 'vigie' AND name = 'centre' AND table NOT IN ('events', 'config')
 AND table NOT IN (SELECT assumeNotNull(table) FROM system.grants WHERE user_name = 'vigie_analyst__elsewhere')`
	if got, err := put(t, addr, closed); err != nil || got != "" {
		t.Errorf("say in package roles whether an analyst of a centre reads these: %s, %v", got, err)
	}
}

// putAs asks as an account: through a view that runs with its rights, as ClickHouse's SQL SECURITY DEFINER has it.
func putAs(t *testing.T, addr, user, query string) (string, error) {
	t.Helper()
	if user == "" {
		return put(t, addr+"/?database=vigie", query)
	}
	if _, err := put(t, addr+"/?database=vigie", "CREATE OR REPLACE VIEW default.probe DEFINER = `"+user+"` SQL SECURITY DEFINER AS "+query); err != nil {
		return "", err
	}
	return put(t, addr, "SELECT * FROM default.probe")
}

// breakout is a value that ends its literal and its list, and asks for all.
const breakout = `\') OR 1=1 -- `

// hostileBoards puts values that break out of their quotes into each variable of each board, as each role that opens it asks it: what the
// role may not see is in no answer. The same as a user who sees all shows that the values do break out.
func hostileBoards(t *testing.T, addr string, c *roles.Centre) {
	hidden := map[string][]string{}
	for _, test := range accountTests() {
		hidden[test.user] = test.hidden
	}
	m, err := newMaker(demoOptions(t), indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	answers, refused := map[string]string{}, map[string]int{}
	for _, org := range c.Organisations() {
		if hidden[org.People.User] == nil || strings.HasSuffix(org.Name, " petite") {
			continue // another team or client, like one that is asked
		}
		for _, b := range m.boards() {
			if !slices.Contains(org.Folders, folders[b.folder].id) {
				continue
			}
			for _, sql := range hostileQueries(t, m, &b) {
				user := org.Places.User
				if m.o.sourceOf(sql) == m.o.people() {
					user = org.People.User
				}
				if _, again := answers[user+sql]; again {
					continue
				}
				got, err := putAs(t, addr, user, sql)
				if answers[user+sql] = got; err != nil {
					refused[user]++
					// A client's boards have panels on teams, which say so.
					if strings.Contains(err.Error(), "ACCESS_DENIED") && org.Role != "client" {
						t.Errorf("%s, board %s: %v", user, b.id, err)
					}
				}
				for _, word := range hidden[user] {
					if strings.Contains(got, word) {
						t.Errorf("%s, board %s: shows %q: %.300s\n%s", user, b.id, word, got, sql)
					}
				}
			}
		}
	}
	leaks := 0
	for key, kept := range answers {
		if sql, ofWalls := strings.CutPrefix(key, "vigie_wall__cap-rivage"); ofWalls && leaks < minLeaks {
			if got, err := putAs(t, addr, "", sql); err == nil && got != kept {
				leaks++
			}
		}
	}
	t.Logf("%d queries, refused %v; at least %d of those of walls show more to a user who sees all", len(answers), refused, leaks)
	if leaks < minLeaks || len(answers) < minQueries {
		t.Error("the hostile values do not break out of their quotes, or the boards are not asked: nothing was tested")
	}
}

// Of how many queries at least, and how many of those of walls that a row policy alone keeps from showing too much, the test is one.
const (
	minQueries = 40
	minLeaks   = 5
)

// hostileQueries are the queries of a board with a hostile value in each variable that they have, of those that read the same one.
func hostileQueries(t *testing.T, m *maker, b *board) []string {
	t.Helper()
	var queries []string
	seen := map[string]bool{}
	for _, r := range b.rows {
		for i := range r.panels {
			sql := r.panels[i].sql
			for _, use := range variableUse.FindAllStringSubmatch(sql, -1) {
				reads := cmp.Or(use[1], "-") + strings.Join(tableRead.FindAllString(sql, -1), " ")
				if seen[reads] {
					continue
				}
				seen[reads] = true
				v := demoView(m.o, b)
				v.chosen[use[1]] = []string{breakout}
				text, err := expand(sql, v)
				if err != nil {
					t.Fatal(err)
				}
				queries = append(queries, text)
			}
		}
	}
	return queries
}
