// SPDX-License-Identifier: Apache-2.0

package roles

import (
	"bytes"
	"encoding/xml"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/vigie-kpi/vigie/organisation"
	"github.com/vigie-kpi/vigie/seeds"
)

var update = flag.Bool("update", false, "write docs/roles.md and deploy/clickhouse instead of comparing with them")

// demoCentre is the demo centre.
func demoCentre(t testing.TB) Centre {
	t.Helper()
	o, err := organisation.Read(seeds.CapRivage(), organisation.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return CentreOf(o, time.Date(2026, 11, 17, 12, 0, 0, 0, time.UTC).UnixMilli())
}

// The page and the shipped files, of the demo centre, are those that the table makes.
func TestThePage(t *testing.T) {
	same(t, "../../docs/roles.md", Page())
}

func TestTheShippedFiles(t *testing.T) {
	c := demoCentre(t)
	files, err := c.Files()
	if err != nil {
		t.Fatal(err)
	}
	names := []string{"writer.xml"} // Vigie's own account, of docker-compose.yml
	for _, f := range files {
		names = append(names, filepath.Base(f.Path))
		same(t, filepath.Join("../../deploy", f.Path), f.Data)
	}
	there, err := os.ReadDir("../../deploy/clickhouse")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range there {
		if !slices.Contains(names, entry.Name()) {
			t.Errorf("nobody generates deploy/clickhouse/%s", entry.Name())
		}
	}
}

func same(t *testing.T, file string, want []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, want, 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the table makes (%v); run go test ./dashboards/roles -update", file, err)
	}
}

// The demo centre counts, in its own files: 11 teams, 106 advisors, three programmes.
func TestCentreOf(t *testing.T) {
	c := demoCentre(t)
	advisors := 0
	for _, g := range c.Teams {
		advisors += g.Advisors
	}
	if len(c.Teams) != 11 || advisors != 106 || len(c.Clients) != 3 {
		t.Errorf("%d teams, %d advisors, %d programmes", len(c.Teams), advisors, len(c.Clients))
	}
	for _, p := range c.Clients {
		if p.ID == "orvalie" && !slices.Equal(p.Queues, []string{"courrier", "mail", "orvalie"}) {
			t.Errorf("queues of orvalie: %v", p.Queues)
		}
	}
}

// What cannot be the name of an account is refused with the reason; quotes in an id of a queue stay inside their literal.
func TestHostileIds(t *testing.T) {
	bad := Centre{ID: "x", Teams: []Group{{ID: "a b"}, {ID: "<x>"}, {ID: "ok-1"}}, Clients: []Client{{ID: "'"}}}
	if _, err := bad.Files(); err == nil || strings.Count(err.Error(), "cannot be part of an account's name") != 3 {
		t.Errorf("%v", err)
	}
	c := Centre{ID: `l'a\b`, Clients: []Client{{ID: "p", Queues: []string{"a</filter>", `\`}}}}
	files, err := c.Files()
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, f := range files {
		all += string(f.Data)
		if strings.HasSuffix(f.Path, ".xml") {
			if err := xml.Unmarshal(f.Data, new(struct{})); err != nil {
				t.Errorf("%s: %v", f.Path, err)
			}
		}
	}
	for _, want := range []string{`centre = 'l\'a\\b'`, `id IN ('a&lt;/filter&gt;', '\\')`, `id IN ('a</filter>', '\\')`} {
		if !strings.Contains(all, want) {
			t.Errorf("no file has %s", want)
		}
	}
}

var (
	xmlGrant  = regexp.MustCompile(`<query>(.*)</query>`)
	sqlGrant  = regexp.MustCompile(`(?m)^((?:GRANT|REVOKE) .*) (?:TO|FROM) .*;$`)
	xmlPolicy = regexp.MustCompile(`<(\w+)><filter>(.*)</filter>`)
	sqlPolicy = regexp.MustCompile(`(?m)^CREATE ROW POLICY OR REPLACE .* ON vigie\.(\w+) USING (.*) TO .*;$`)
)

// The two forms say the same: grants, policies, in their order.
func TestBothFormsSayTheSame(t *testing.T) {
	c := demoCentre(t)
	files, err := c.Files()
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(files); i += 2 {
		grants, statements := xmlGrant.FindAllStringSubmatch(string(files[i].Data), -1), sqlGrant.FindAllStringSubmatch(string(files[i+1].Data), -1)
		compare(t, files[i].Path, grants, statements, 1)
		filters, policies := xmlPolicy.FindAllStringSubmatch(string(files[i].Data), -1), sqlPolicy.FindAllStringSubmatch(string(files[i+1].Data), -1)
		compare(t, files[i].Path, filters, policies, 1, 2)
		if len(grants) < 3 {
			t.Errorf("%s has %d grants", files[i].Path, len(grants))
		}
	}
}

func compare(t *testing.T, file string, a, b [][]string, groups ...int) {
	t.Helper()
	if len(a) != len(b) {
		t.Errorf("%s: %d in the file, %d in SQL", file, len(a), len(b))
		return
	}
	for i := range a {
		for _, g := range groups {
			if a[i][g] != b[i][g] {
				t.Errorf("%s: %q in the file, %q in SQL", file, a[i][g], b[i][g])
			}
		}
	}
}
