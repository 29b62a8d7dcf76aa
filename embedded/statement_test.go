// SPDX-License-Identifier: Apache-2.0

package embedded

import "testing"

func TestParseStatement(t *testing.T) {
	kinds := map[statementKind]string{plainStatement: "plain", selectStatement: "select", insertStatement: "insert"}
	f := func(text, kind, sent, format, data string) {
		t.Helper()
		got, err := parseStatement(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			return
		}
		rest := ""
		if got.kind == insertStatement {
			rest = text[got.dataAt:]
		}
		if kinds[got.kind] != kind || got.text != sent || got.format != format || rest != data {
			t.Errorf("%q\n got %s %q format %q data %q\nwant %s %q format %q data %q", text, kinds[got.kind], got.text, got.format, rest, kind, sent, format, data)
		}
	}
	same := func(text, kind, format string) { t.Helper(); f(text, kind, text, format, "") }

	same("SELECT 1", "select", "")
	same("select 1 format json", "select", "json")
	same("SELECT 1 FORMAT JSON;", "select", "JSON")
	same("SELECT 1 FORMAT CSV SETTINGS max_threads = 1", "select", "CSV")
	same("SELECT 'FORMAT JSON'", "select", "")
	same("SELECT x AS format FROM t", "select", "")
	same("SELECT format FROM (SELECT 1 FORMAT CSV)", "select", "")
	same("-- SELECT\n/* ; */ SELECT 1 -- ; SELECT 2", "select", "")
	same("SELECT $$;'$$, $a$ ; $a$, ';', `;`, \";\"", "select", "")
	same("SELECT 'it''s;', 'a\\';'", "select", "")
	same("(SELECT 1) UNION ALL (SELECT 2)", "select", "")
	same("WITH 1 AS a SELECT a", "select", "")
	same("FROM t SELECT a", "select", "")
	same("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "plain", "")
	same("SHOW TABLES FORMAT CSV", "plain", "CSV")
	same("CREATE TABLE t (a Int8) ENGINE = Memory", "plain", "")
	same("INSERT INTO t SELECT 1", "plain", "")
	same("INSERT INTO t (a) SELECT a FROM values('a Int8', 1)", "plain", "")
	same("INSERT INTO t SELECT 1 SETTINGS max_threads = 1", "plain", "")
	same("INSERT INTO t SELECT values FROM u", "plain", "")
	same("INSERT INTO t (a) (SELECT 1)", "plain", "")

	f("INSERT INTO t FORMAT Native", "insert", "INSERT INTO t ", "Native", "")
	f("INSERT INTO t FORMAT Native\n\x01;'", "insert", "INSERT INTO t ", "Native", "\x01;'")
	f("INSERT INTO t FORMAT TSV \r\n\n a", "insert", "INSERT INTO t ", "TSV", "\n a")
	f("INSERT INTO t (a, `FORMAT x`) SETTINGS a = 'FORMAT y' FORMAT CSV\n1;2", "insert", "INSERT INTO t (a, `FORMAT x`) SETTINGS a = 'FORMAT y' ", "CSV", "1;2")
	f("INSERT INTO t VALUES (1); DROP TABLE t", "insert", "INSERT INTO t ", "Values", " (1); DROP TABLE t")
	f("insert into table db.values values(1)", "insert", "insert into table db.values ", "Values", "(1)")
	f("INSERT INTO format FORMAT CSV\n1", "insert", "INSERT INTO format ", "CSV", "1")
	f("INSERT INTO FUNCTION null('a Int8') VALUES (1)", "insert", "INSERT INTO FUNCTION null('a Int8') ", "Values", " (1)")

	for _, text := range []string{"", " ;", "-- nothing", "SELECT 1; SELECT 2", "SELECT 1 INTO OUTFILE 'x'", "INSERT INTO t FROM INFILE 'x' FORMAT CSV"} {
		if got, err := parseStatement(text); err == nil {
			t.Errorf("%q is taken as %+v", text, got)
		}
	}
}

// FuzzParseStatement: any text is an error or a statement that is part of it.
func FuzzParseStatement(f *testing.F) {
	for _, seed := range []string{"SELECT 1", "INSERT INTO t FORMAT CSV\n1", "INSERT INTO", "'", "$$", "$a", "/*", "`\\", "(((", "FORMAT FORMAT FORMAT"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := parseStatement(text)
		if err == nil && (got.dataAt > len(text) || len(got.text) > len(text) || len(got.body) > len(text)) {
			t.Errorf("%q: %+v", text, got)
		}
	})
}
