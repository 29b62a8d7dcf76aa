// SPDX-License-Identifier: Apache-2.0

package dashboards

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/dashboards/roles"
	"github.com/vigie-kpi/vigie/embedded"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
	"github.com/vigie-kpi/vigie/store"
)

// Rows whose sums are worked by hand below. Team petite has one advisor; centre elsewhere is somebody else's, which calls a team, a
// programme and a queue as we do.
var rowsOfRoles = []string{
	`INSERT INTO vigie.facts (centre, day, quarter, at, programme, queue, team, advisor, contact, offered, handled) VALUES
 ('cap-rivage', '2026-11-17', '2026-11-17 09:00:00', '2026-11-17 09:00:01', 'brevance', 'assistance', '', '', 'c1', 3, 0),
 ('cap-rivage', '2026-11-17', '2026-11-17 09:00:00', '2026-11-17 09:00:02', 'orvalie', 'orvalie', '', '', 'c2', 5, 0),
 ('elsewhere', '2026-11-17', '2026-11-17 09:00:00', '2026-11-17 09:00:03', 'orvalie', 'orvalie', '', '', 'c3', 700000000000001, 0),
 ('cap-rivage', '2026-11-17', '2026-11-17 09:00:00', '2026-11-17 09:00:04', 'brevance', '', 'mistral', 'a001', 'c1', 0, 2),
 ('cap-rivage', '2026-11-17', '2026-11-17 09:00:00', '2026-11-17 09:00:05', 'orvalie', '', 'autan', 'a011', 'c2', 0, 4),
 ('cap-rivage', '2026-11-17', '2026-11-17 09:00:00', '2026-11-17 09:00:06', 'brevance', '', 'petite', 'a900', 'c1', 0, 8),
 ('elsewhere', '2026-11-17', '2026-11-17 09:00:00', '2026-11-17 09:00:07', 'orvalie', '', 'mistral', 'a001', 'c3', 0, 160000000000001)`,
	`INSERT INTO vigie.gauges (centre, scope, id, at, waiting, advisors_logged) VALUES
 ('cap-rivage', 'queue', 'assistance', '2026-11-17 09:00:00', 1, 0), ('cap-rivage', 'queue', 'orvalie', '2026-11-17 09:00:00', 2, 0),
 ('cap-rivage', 'team', 'mistral', '2026-11-17 09:00:00', 0, 4), ('cap-rivage', 'team', 'petite', '2026-11-17 09:00:00', 0, 8),
 ('elsewhere', 'queue', 'orvalie', '2026-11-17 09:00:00', 160000000000001, 0)`,
	`INSERT INTO vigie.alerts (centre, at, rule, scope, id, state) VALUES
 ('cap-rivage', '2026-11-17 09:00:00', 'r', 'queue', 'assistance', 'firing'), ('cap-rivage', '2026-11-17 09:00:00', 'r', 'team', 'petite', 'firing'),
 ('cap-rivage', '2026-11-17 09:00:00', 'r', 'advisor', 'a001', 'firing'), ('elsewhere', '2026-11-17 09:00:00', 'r', 'queue', 'theirs', 'firing')`,
	`INSERT INTO vigie.register (centre, type, object, at, day, said_at, scope, scope_id, title, id) VALUES
 ('cap-rivage', 'incident.opened', 'i1', '2026-11-17 09:00:00', '2026-11-17', '2026-11-17 09:00:00', 'queue', 'assistance', 'line down', 1),
 ('cap-rivage', 'incident.opened', 'i2', '2026-11-17 09:00:00', '2026-11-17', '2026-11-17 09:00:00', 'team', 'petite', 'two are ill', 2),
 ('cap-rivage', 'incident.closed', 'i2', '2026-11-17 09:30:00', '2026-11-17', '2026-11-17 09:30:00', '', '', '', 3),
 ('cap-rivage', 'action.started', 'x1', '2026-11-17 09:00:00', '2026-11-17', '2026-11-17 09:00:00', 'advisor', 'a001', 'listen to a001', 4),
 ('elsewhere', 'incident.opened', 'i9', '2026-11-17 09:00:00', '2026-11-17', '2026-11-17 09:00:00', 'queue', 'theirs', 'their line down', 6),
 ('cap-rivage', 'action.started', 'x2', '2026-11-17 09:00:00', '2026-11-17', '2026-11-17 09:00:00', 'queue', 'assistance', 'two more people', 5)`,
}

// accountTest is what one account is asked.
type accountTest struct {
	user    string
	answers map[string]string
	// denied are refused: the account has no right to them.
	denied []string
	// hidden are words that no answer holds, whatever is asked.
	hidden []string
	// shared accounts are asked on the server of two centres only, the others on an engine of their own too.
	shared bool
}

const (
	groupRows  = "SELECT team, sum(handled) FROM vigie.v_team_day GROUP BY team ORDER BY team"
	queueRows  = "SELECT queue, sum(offered) FROM vigie.v_queue_day GROUP BY queue ORDER BY queue"
	personRows = "SELECT advisor, sum(handled) FROM vigie.v_advisor_day GROUP BY advisor ORDER BY advisor"
	gaugeRows  = "SELECT id, waiting + advisors_logged FROM vigie.gauges ORDER BY id, centre"
	titles     = "SELECT title FROM (SELECT title FROM vigie.incidents UNION ALL SELECT title FROM vigie.actions) ORDER BY title"
	alertRows  = "SELECT id FROM vigie.alerts ORDER BY id"
	everything = "SELECT sum(offered) + sum(handled) FROM vigie.facts"
)

// below are queries below the views, and beside them, that no account but the analyst's may make.
var below = []string{
	"SELECT contact FROM vigie.facts", "SELECT count() FROM vigie.facts WHERE contact = 'c1'", "SELECT * FROM vigie.facts", "SELECT contact FROM vigie.daily_facts FINAL",
	"SELECT * FROM vigie.contacts", "SELECT * FROM vigie.outcomes", "SELECT * FROM vigie.revisions",
}

var noPersons = []string{"SELECT advisor FROM vigie.facts", "SELECT sum(handled) FROM vigie.facts WHERE advisor = 'a001'", "SELECT home_team FROM vigie.facts", personRows}

// closed is closed to every account: writing, raw records, the organisation, the server's files and other servers.
var closed = []string{
	"SELECT * FROM vigie.events", "SELECT * FROM vigie.config", "INSERT INTO vigie.lanes (centre, lane, visible) VALUES ('cap-rivage', 'x', 1)",
	"ALTER TABLE vigie.facts DELETE WHERE 1", "CREATE VIEW vigie.mine AS SELECT 1", "SELECT * FROM file('/etc/passwd', 'LineAsString')",
	"SELECT * FROM url('http://127.0.0.1/', 'CSV', 'a String')", "SELECT * FROM remote('127.0.0.1', 'vigie.facts')", "SELECT * FROM system.users",
	"CREATE ROW POLICY mine ON vigie.facts USING 1 TO ALL", "GRANT SELECT ON *.* TO default",
}

// theirs are words of centre elsewhere, which no account of ours sees: its numbers are so large that no sum hides them.
var theirs = []string{"7000000000000", "1600000000000", "8600000000000", "their"}

func accountTests() []accountTest {
	noTeams := append([]string{groupRows, "SELECT team FROM vigie.facts"}, noPersons...)
	noQueues := []string{queueRows, "SELECT queue FROM vigie.facts"}
	hidden := func(words ...string) []string { return append(words, theirs...) }
	return []accountTest{
		{user: "vigie_wall__cap-rivage", denied: slices.Concat(below, noTeams), hidden: hidden("a001", "petite", "are ill"), answers: map[string]string{
			everything: "22\n", queueRows: "assistance\t3\norvalie\t5\n", gaugeRows: "assistance\t1\norvalie\t2\n", titles: "line down\ntwo more people\n", alertRows: "assistance\n",
			"SELECT programme, offered + handled FROM vigie.v_programme_day ORDER BY programme": "brevance\t13\norvalie\t9\n"}},
		{user: "vigie_teams__cap-rivage", shared: true, denied: slices.Concat(below, noPersons, noQueues), hidden: hidden("a001", "petite"), answers: map[string]string{
			everything: "6\n", groupRows: "autan\t4\nmistral\t2\n", gaugeRows: "mistral\t4\n", titles: "", alertRows: ""}},
		{user: "vigie_manager__cap-rivage__mistral", denied: slices.Concat(below, noPersons, noQueues), hidden: hidden("a001", "petite", "autan"), answers: map[string]string{
			everything: "2\n", groupRows: "mistral\t2\n", gaugeRows: "mistral\t4\n", titles: "", "SELECT sum(handled) FROM vigie.v_centre_day": "2\n"}},
		{user: "vigie_manager__cap-rivage__petite", shared: true, denied: slices.Concat(below, noPersons, noQueues), hidden: hidden("a900", "mistral"), answers: map[string]string{
			groupRows: "petite\t8\n", gaugeRows: "petite\t8\n", alertRows: "petite\n"}},
		{user: "vigie_coach__cap-rivage", denied: slices.Concat(below, noQueues), hidden: hidden("are ill"), answers: map[string]string{
			everything: "22\n", personRows: "a001\t2\na011\t4\na900\t8\n", groupRows: "autan\t4\nmistral\t2\n", gaugeRows: "mistral\t4\n", titles: "", alertRows: "a001\n"}},
		{user: "vigie_analyst__cap-rivage", shared: true, denied: []string{"SELECT rows FROM vigie.blocks"}, hidden: theirs, answers: map[string]string{
			everything: "22\n", alertRows: "a001\nassistance\npetite\n", groupRows: "autan\t4\nmistral\t2\npetite\t8\n", "SELECT count() FROM vigie.revisions": "0\n",
			"SELECT contact FROM vigie.facts WHERE handled = 2": "c1\n", titles: "line down\nlisten to a001\ntwo are ill\ntwo more people\n"}},
		{user: "vigie_analyst", answers: map[string]string{everything: "860000000000024\n", alertRows: "a001\nassistance\npetite\ntheirs\n", groupRows: "autan\t4\nmistral\t160000000000003\npetite\t8\n",
			"SELECT contact FROM vigie.facts WHERE handled = 2": "c1\n"}},
		{user: "vigie_client__cap-rivage__orvalie", denied: slices.Concat(below, noTeams), hidden: hidden("assistance", "a011", "autan", "petite", "brevance"), answers: map[string]string{
			everything: "9\n", queueRows: "orvalie\t5\n", gaugeRows: "orvalie\t2\n", titles: "", alertRows: "", "SELECT sum(offered) FROM vigie.v_centre_day": "5\n"}},
	}
}

// hostile are values of a variable in a board's address. Those that begin with a backslash are quoted by the plugin to no avail: they break out.
var hostile = []string{
	`' OR 1=1 --`, `'; DROP TABLE facts; --`, `\') OR 1=1 GROUP BY name -- `, `\') GROUP BY name UNION ALL SELECT advisor, sum(handled) FROM vigie.facts GROUP BY advisor -- `,
	`\') GROUP BY name UNION ALL SELECT contact, toInt64(1) FROM vigie.facts -- `, `\') GROUP BY name UNION ALL SELECT title, toInt64(1) FROM vigie.register -- `, `${__user.login}`,
	`\') GROUP BY name UNION ALL SELECT id, waiting + advisors_logged FROM vigie.gauges -- `, `\') GROUP BY name UNION ALL SELECT toString(centre), sum(handled) FROM vigie.facts GROUP BY centre -- `,
	"x\x00' OR 1=1 --", `{team:String}`, `\') OR 1=1 GROUP BY name SETTINGS readonly = 0 -- `,
}

// Each account, with its own file: an engine whose only user it is answers what the role may see, by the sums of hand-made rows, and
// refuses the rest, whatever a variable of a board says.
func TestAccountsHold(t *testing.T) {
	dir := t.TempDir()
	fillForRoles(t, dir)
	accounts := filesOfRoles(t)
	for _, test := range slices.DeleteFunc(accountTests(), func(a accountTest) bool { return a.shared }) {
		t.Run(test.user, func(t *testing.T) {
			engine, err := embedded.StartEngine(t.Context(), embedded.StartOptions{DataDir: dir, Env: []string{engineVariable + "=1"}, Logger: slog.New(slog.DiscardHandler),
				Command: []string{os.Args[0], "--config-file", configOf(t, accounts, test.user)}})
			if err != nil {
				t.Fatal(err)
			}
			defer engine.Close()
			holds(t, "http://"+engine.Addr(), &test)
			drawsBoards(t, "http://"+engine.Addr(), test.user)
		})
	}
	t.Run("two centres on one server", func(t *testing.T) { twoCentresOnOneServer(t, dir) })
}

func holds(t *testing.T, addr string, test *accountTest) {
	t.Helper()
	for query, want := range test.answers {
		if got, err := put(t, addr, query); err != nil || got != want {
			t.Errorf("%s: %q, %v; want %q", query, got, err, want)
		}
	}
	for _, query := range slices.Concat(test.denied, closed) {
		if got, err := put(t, addr, query); err == nil || !strings.Contains(err.Error(), "ACCESS_DENIED") {
			t.Errorf("%s: %.80q, %.300v; want it denied", query, got, err)
		}
	}
	for _, query := range []string{"SELECT 1 SETTINGS max_execution_time = 600", "SET readonly = 0"} {
		if got, err := put(t, addr, query); err == nil {
			t.Errorf("%s: %q; want it refused", query, got)
		}
	}
	broken := 0
	for _, board := range []string{
		"SELECT team AS name, sum(handled) AS n FROM vigie.v_team_day WHERE centre = 'cap-rivage' AND team IN (${x:singlequote}) GROUP BY name",
		"SELECT queue AS name, sum(offered) AS n FROM vigie.v_queue_day WHERE centre = 'cap-rivage' AND queue IN (${x:singlequote}) GROUP BY name",
	} {
		for _, value := range hostile {
			got, err := put(t, addr, strings.ReplaceAll(board, "${x:singlequote}", "'"+strings.ReplaceAll(value, "'", `\'`)+"'"))
			if err == nil && got != "" {
				broken++
			}
			for _, word := range test.hidden {
				if strings.Contains(got, word) {
					t.Errorf("%q among the values of a variable shows %q: %s", value, word, got)
				}
			}
		}
	}
	if broken == 0 {
		t.Error("no hostile value broke out of its quotes, so nothing was tested")
	}
}

// boardsOf are the folders whose boards an account serves, and whether as the source of teams and advisors.
var boardsOf = map[string]struct {
	folders []folder
	people  []bool
}{
	"vigie_wall__cap-rivage":             {[]folder{folderWall, folderTeam}, []bool{false}},
	"vigie_manager__cap-rivage__mistral": {[]folder{folderWall, folderTeam}, []bool{true}},
	"vigie_coach__cap-rivage":            {[]folder{folderWall, folderTeam, folderCoaching}, []bool{true}},
	"vigie_client__cap-rivage__orvalie":  {[]folder{folderWall}, []bool{false}},
}

var tableRead = regexp.MustCompile(`(?:FROM|JOIN) [a-z][a-z_.]+|[a-z_]+ IN \(|scope = '[a-z]+'`)

// drawsBoards lets the engine plan the queries of the boards that an account serves, of each board one of those that read the same:
// none may be denied.
func drawsBoards(t *testing.T, addr, user string) {
	t.Helper()
	served, some := boardsOf[user]
	if !some {
		return
	}
	if _, err := put(t, addr, "EXPLAIN "+personRows); (err != nil) != (user != "vigie_coach__cap-rivage") {
		t.Errorf("planning a query does not ask for the rights: %v", err)
	}
	asked := map[string]bool{}
	m, err := newMaker(demoOptions(t), indicator.English)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range m.boards() {
		if !slices.Contains(served.folders, b.folder) {
			continue
		}
		queries := []string{m.registerSQL()}
		for _, r := range b.rows {
			for i := range r.panels {
				queries = append(queries, r.panels[i].sql)
			}
		}
		for _, sql := range queries {
			reads := b.id + strings.Join(tableRead.FindAllString(sql, -1), " ")
			if sql == "" || asked[reads] || !slices.Contains(served.people, m.o.sourceOf(sql) == m.o.people()) {
				continue
			}
			asked[reads] = true
			text, err := expand(sql, demoView(m.o, &b))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := put(t, addr+"/?database=vigie", "EXPLAIN "+text); err != nil {
				t.Errorf("board %s: %v\n%s", b.id, err, text)
			}
		}
	}
	if len(asked) == 0 {
		t.Error("the account serves no panel")
	}
}

func put(t *testing.T, addr, query string) (string, error) {
	t.Helper()
	response, err := http.Post(addr, "text/plain", strings.NewReader(query))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s", body)
	}
	return string(body), nil
}

// fillForRoles makes a database with the rows, checks that the table of roles knows every column, and stops its engine.
func fillForRoles(t *testing.T, dir string) {
	t.Helper()
	engine, err := embedded.StartEngine(t.Context(), embedded.StartOptions{DataDir: dir, Env: []string{engineVariable + "=1"}, Logger: slog.New(slog.DiscardHandler), Command: []string{os.Args[0]}})
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	addr := "http://" + engine.Addr()
	st, err := store.Open(t.Context(), store.Options{Addr: addr})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	for _, prepare := range []func(context.Context) error{st.Migrate, func(ctx context.Context) error { return st.RefreshViews(ctx, demoOptions(t).Catalogue) }} {
		if err := prepare(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for _, rows := range append(rowsOfRoles, allOfElsewhere()) {
		if _, err := put(t, addr, rows); err != nil {
			t.Fatal(err)
		}
	}
	knowsColumns(t, addr)
	parses(t, addr)
}

// allOfElsewhere is a row of centre elsewhere with much of every measure but those that are summed by hand, so that whatever a board
// shows of that centre cannot be missed.
func allOfElsewhere() string {
	names, values := "", ""
	for m := range indicator.Measure(indicator.NumMeasures) {
		if name := m.String(); name != "offered" && name != "handled" {
			names, values = names+", "+name, values+", 1600000000000"
		}
	}
	return "INSERT INTO vigie.facts (centre, day, quarter, at, programme, queue, campaign, channel, team, advisor, contact" + names + ") VALUES ('elsewhere', '2026-11-17', " +
		"'2026-11-17 16:15:00', '2026-11-17 16:16:00', 'orvalie', 'orvalie', 'orvalie', 'voice', 'mistral', 'a001', 'c4'" + values + ")"
}

// knowsColumns: a column that a migration adds to facts is open to every account until somebody says whose it is.
func knowsColumns(t *testing.T, addr string) {
	t.Helper()
	for _, table := range []string{"facts", "daily_facts"} {
		got, err := put(t, addr, "SELECT name FROM system.columns WHERE database = 'vigie' AND table = '"+table+"'")
		if err != nil {
			t.Fatal(err)
		}
		for column := range strings.FieldsSeq(got) {
			if _, measure := indicator.ParseMeasure(column); measure || roles.KnowsColumn(table, column) || strings.HasSuffix(column, "_bins") {
				continue
			}
			t.Errorf("%s.%s: say in package roles who may see it", table, column)
		}
	}
}

// parses puts each statement of the SQL form to ClickHouse's parser. They are not run: the engine keeps no users.
func parses(t *testing.T, addr string) {
	t.Helper()
	for name, text := range filesOfRoles(t) {
		if filepath.Ext(name) != ".sql" {
			continue
		}
		for statement := range strings.SplitSeq(text, ";\n") {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := put(t, addr, "SELECT formatQuery('"+strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(statement)+"')"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// ourCentre is the demo centre, which has one more team here, of one advisor.
func ourCentre(t *testing.T) roles.Centre {
	t.Helper()
	o, err := organisation.Read(seeds.CapRivage(), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	c := roles.CentreOf(o, demoDay.UnixMilli())
	c.Teams = append(c.Teams, roles.Group{ID: "petite", Advisors: 1})
	return c
}

// filesOfRoles are the files of our centre by their names.
func filesOfRoles(t *testing.T) map[string]string {
	t.Helper()
	c := ourCentre(t)
	files, err := c.Files(nil)
	if err != nil {
		t.Fatal(err)
	}
	byName := map[string]string{}
	for _, f := range files {
		byName[filepath.Base(f.Path)] = string(f.Data)
	}
	return byName
}

// configOf is a configuration whose users are those of an account's file, with the account under the name of the engine's only user.
func configOf(t *testing.T, files map[string]string, user string) string {
	t.Helper()
	kind, centre, ours := strings.Cut(strings.TrimPrefix(user, "vigie_"), "__")
	text := files[kind+".xml"]
	if ours {
		centre, _, _ = strings.Cut(centre, "__")
		text = files[centre+"-"+kind+".xml"]
	}
	before, _, _ := strings.Cut(text, "<users>")
	_, account, found := strings.Cut(text[len(before):], "<"+user+">")
	account, _, _ = strings.Cut(account, "</"+user+">")
	if !found || xml.Unmarshal([]byte(text), new(struct{})) != nil {
		t.Fatalf("there is no account %s", user)
	}
	account = regexp.MustCompile(`<password_sha256_hex .*/>`).ReplaceAllString(account, "<password></password>")
	dir := t.TempDir()
	for name, text := range map[string]string{
		"users.xml":  strings.Replace(before, "<profiles>", "<quotas><default/></quotas><profiles><default/>", 1) + "<users><default>" + account + "</default></users></clickhouse>",
		"config.xml": "<clickhouse><users_config>" + filepath.Join(dir, "users.xml") + "</users_config></clickhouse>",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "config.xml")
}
