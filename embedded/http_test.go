// SPDX-License-Identifier: Apache-2.0

package embedded

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// ask speaks to the engine as curl does.
func ask(t *testing.T, method, addr, parameters, body string) (status int, answer string, header http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, "http://"+addr+"/?"+parameters, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(text), response.Header
}

func query(statement string, more ...string) string {
	return strings.Join(append([]string{"query=" + url.QueryEscape(statement)}, more...), "&")
}

// TestHTTPForAPerson: what one types after curl gives what ClickHouse gives.
func TestHTTPForAPerson(t *testing.T) {
	addr := startEngine(t, t.TempDir()).Addr()
	f := func(method, parameters, body, want string) {
		t.Helper()
		status, got, _ := ask(t, method, addr, parameters, body)
		if status != http.StatusOK || got != want {
			t.Errorf("%s ?%s %q\n got %d %q\nwant 200 %q", method, parameters, body, status, got, want)
		}
	}
	const get, post = http.MethodGet, http.MethodPost
	f(get, "", "", "Ok.\n")
	f(get, query("SELECT 1"), "", "1\n")
	f(post, "", "SELECT 1, 'a'", "1\ta\n")
	f(post, "", "  SELECT 1; -- that is all\n", "1\n")
	f(post, query("SELECT 1 +"), "2", "3\n") // the body goes on where the URL ends
	f(post, "default_format=CSV", "SELECT 1, 'a'", "1,\"a\"\n")
	f(post, "default_format=CSV", "SELECT 1 AS n FORMAT JSONEachRow", "{\"n\":1}\n")
	f(post, "param_id=7&param_name=a", "SELECT {id:UInt8} + 1, {name:String}", "8\ta\n")
	f(post, "max_threads=3", "SELECT getSetting('max_threads')", "3\n")
	f(post, "", "SELECT getSetting('max_threads') = 3", "0\n") // settings end with their request

	f(post, "", "CREATE TABLE t (a Int32, s String) ENGINE = MergeTree ORDER BY a", "")
	f(post, "", "INSERT INTO t VALUES (1, 'x;y'), (2, 'it''s -- no comment')", "")
	f(post, query("INSERT INTO t FORMAT JSONEachRow"), `{"a":3,"s":"z"}`, "")
	f(post, query("INSERT INTO t (s, a) FORMAT CSV\n"), "\"p;q\",4\n\"r\",5\n", "")
	f(post, "", "INSERT INTO t FORMAT TabSeparated\n6\ts;\n7\tt\n", "")
	f(post, query("INSERT INTO t VALUES"), "(8, 'u')", "")
	f(post, query("INSERT INTO t SELECT number, 'n' FROM numbers(9, 2)"), "", "")
	f(post, query("INSERT INTO t FORMAT CSV"), "", "") // no data: no rows
	f(get, query("SELECT * FROM t ORDER BY a"), "",
		"1\tx;y\n2\tit\\'s -- no comment\n3\tz\n4\tp;q\n5\tr\n6\ts;\n7\tt\n8\tu\n9\tn\n10\tn\n")
	f(post, "", "EXISTS TABLE t", "1\n")
	f(post, "", "CREATE DATABASE `other one`", "")
	f(post, "database=other+one", "SELECT currentDatabase()", "other one\n")

	_, _, header := ask(t, post, addr, query("INSERT INTO t VALUES"), "(11, ''), (12, '')")
	if got := header.Get("X-ClickHouse-Summary"); !strings.Contains(got, `"written_rows":"2"`) {
		t.Errorf("summary %q, want 2 written rows", got)
	}
	_, _, header = ask(t, post, addr, "", "SELECT 1 FORMAT JSON")
	if header.Get("X-ClickHouse-Format") != "JSON" || !strings.HasPrefix(header.Get("Content-Type"), "application/json") {
		t.Errorf("headers of a JSON answer: %v", header)
	}
	response, err := http.Get("http://" + addr + "/ping")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if text, _ := io.ReadAll(response.Body); string(text) != "Ok.\n" {
		t.Errorf("/ping: %q", text)
	}
}

// TestHTTPErrors: codes are those of ClickHouse's list of errors, statuses
// those of its HTTP interface.
func TestHTTPErrors(t *testing.T) {
	engine := startEngine(t, t.TempDir())
	f := func(method, parameters, body string, wantStatus int, wantCode, wantText string) {
		t.Helper()
		status, text, header := ask(t, method, engine.Addr(), parameters, body)
		code := header.Get("X-ClickHouse-Exception-Code")
		if status != wantStatus || code != wantCode || !strings.HasPrefix(text, "Code: "+wantCode+". DB::Exception: ") || !strings.Contains(text, wantText) {
			t.Errorf("%s ?%s %q\n got %d, code %s: %s\nwant %d, code %s: ...%s...", method, parameters, body, status, code, text, wantStatus, wantCode, wantText)
		}
	}
	const get, post = http.MethodGet, http.MethodPost
	f(post, "", "SELECT * FROM nowhere", 404, "60", "nowhere")
	f(post, "", "SELEC 1", 400, "62", "Syntax error")
	f(post, "", "", 400, "62", "Empty query")
	f(post, "", "SELECT 1; SELECT 2", 400, "62", "Multi-statements")
	f(post, "", "SELECT nosuch(1)", 404, "46", "nosuch")
	f(post, "database=nowhere", "SELECT 1", 404, "81", "nowhere")
	f(post, "no_such_setting=1", "SELECT 1", 500, "115", "no_such_setting")
	f(post, "bad-name=1", "SELECT 1", 500, "115", "bad-name")
	f(post, "max_threads=many", "SELECT 1", 400, "27", "many")
	f(post, "", "SELECT throwIf(1, 'thrown')", 500, "395", "thrown")
	f(get, query("CREATE TABLE g (a Int8) ENGINE = Memory"), "", 500, "164", "readonly")
	f(post, "", "SELECT 1 INTO OUTFILE 'x'", 500, "354", "OUTFILE")
	f(post, "", "INSERT INTO t FROM INFILE 'x' FORMAT CSV", 501, "48", "INFILE")
	f(post, query("INSERT INTO nowhere FORMAT Native"), strings.Repeat("x", 8<<20), 404, "60", "nowhere")
	f(post, "session_id=a", "SELECT 1", 501, "48", "session_id")
	f(post, "", "SELECT {absent:Int8}", 500, "456", "absent")
	f(post, "client_protocol_version=54460&default_format=Native", "SELECT sumState(1)", 501, "48", "AggregateFunction(sum, UInt8)")

	var exception *clickhouse.Exception
	err := open(t, engine.Addr(), nil).Exec(t.Context(), "SELECT * FROM nowhere")
	if !errors.As(err, &exception) || exception.Code != 60 || exception.CodeName != "UNKNOWN_TABLE" {
		t.Errorf("the client sees %v, want exception 60 UNKNOWN_TABLE", err)
	}
	response, err := http.Get("http://" + engine.Addr() + "/play")
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("unknown path: %s", response.Status)
	}
}

// TestForeignPagesAreRefused: a web page that a browser on this machine shows
// must not post statements to the engine.
func TestForeignPagesAreRefused(t *testing.T) {
	addr := startEngine(t, t.TempDir()).Addr()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/", strings.NewReader("CREATE TABLE t (a Int8) ENGINE = Memory"))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Origin", "https://elsewhere.example")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("a foreign page's statement: %s, want 403", response.Status)
	}
	if _, got, _ := ask(t, http.MethodPost, addr, "", "EXISTS TABLE t"); got != "0\n" {
		t.Error("the statement of a foreign page was run")
	}
}

// TestErrorMidway: an exception after a million rows were sent reaches the
// client as that exception, not as a short answer.
func TestErrorMidway(t *testing.T) {
	conn := open(t, startEngine(t, t.TempDir()).Addr(), nil)
	rows, err := conn.Query(t.Context(), "SELECT throwIf(number = 1500000, 'midway') FROM numbers(2000000) SETTINGS max_threads = 1")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	count := 0
	for rows.Next() {
		count++
	}
	var exception *clickhouse.Exception
	if !errors.As(rows.Err(), &exception) || exception.Code != 395 || !strings.Contains(exception.Message, "midway") {
		t.Errorf("after %d rows: %v, want exception 395 midway", count, rows.Err())
	}
	if count < 100_000 {
		t.Errorf("only %d rows before the exception: it did not come midway", count)
	}
}

// TestOneDocument: an answer that the engine would give in several pieces is one document, with one head.
func TestOneDocument(t *testing.T) {
	addr := startEngine(t, t.TempDir()).Addr()
	const statement = "SELECT number FROM numbers(300000) FORMAT "
	status, answer, _ := ask(t, http.MethodGet, addr, query(statement+"JSONCompact"), "")
	var document struct{ Data [][]any }
	if err := json.Unmarshal([]byte(answer), &document); err != nil || status != http.StatusOK || len(document.Data) != 300_000 {
		t.Errorf("status %d, %d rows: %v", status, len(document.Data), err)
	}
	status, answer, _ = ask(t, http.MethodGet, addr, query(statement+"CSVWithNames"), "")
	if heads, lines := strings.Count(answer, "number"), strings.Count(answer, "\n"); status != http.StatusOK || heads != 1 || lines != 300_001 {
		t.Errorf("status %d, %d heads in %d lines", status, heads, lines)
	}
}

// TestCompression: ClickHouse's own compression, both ways.
func TestCompression(t *testing.T) {
	addr := startEngine(t, t.TempDir()).Addr()
	for i, method := range []clickhouse.CompressionMethod{clickhouse.CompressionLZ4, clickhouse.CompressionZSTD} {
		conn := open(t, addr, func(o *clickhouse.Options) { o.Compression = &clickhouse.Compression{Method: method} })
		execute(t, conn, "DROP TABLE IF EXISTS facts")
		execute(t, conn, factsTable)
		if err := insertFacts(t.Context(), conn, 0, 10_000); err != nil {
			t.Fatal(err)
		}
		// 0 + ... + 9,999 = 49,995,000
		if got := scalar[int64](t, conn, "SELECT sum(wait) FROM facts"); got != 49_995_000 {
			t.Errorf("method %d: sum %d, want 49995000", i, got)
		}
		rows, err := conn.Query(t.Context(), "SELECT number FROM numbers(500000)")
		if err != nil {
			t.Fatal(err)
		}
		count := 0
		for rows.Next() {
			count++
		}
		if rows.Err() != nil || count != 500_000 {
			t.Errorf("method %d: %d rows: %v", i, count, rows.Err())
		}
	}
}

// TestClientLeaves: a SELECT whose client went away stops.
func TestClientLeaves(t *testing.T) {
	conn := open(t, startEngine(t, t.TempDir()).Addr(), nil)
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- conn.QueryRow(ctx, "SELECT count() FROM numbers(1000000000000) WHERE sipHash64(number) % 3 = 0").Err()
	}()
	running := func() bool {
		return scalar[uint64](t, conn, "SELECT count() FROM system.processes WHERE query LIKE '%1000000000000%' AND query NOT LIKE '%processes%'") > 0
	}
	deadline := time.Now().Add(30 * time.Second)
	for !running() && time.Now().Before(deadline) {
	}
	leave()
	<-ended
	for running() {
		if time.Now().After(deadline) {
			t.Fatal("the statement still runs")
		}
	}
}

// TestCutRequest: a connection that breaks within the data inserts nothing.
func TestCutRequest(t *testing.T) {
	addr := startEngine(t, t.TempDir()).Addr()
	ask(t, http.MethodPost, addr, "", "CREATE TABLE t (a Int32) ENGINE = MergeTree ORDER BY a")
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /?%s HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n1\n2\n3\n", query("INSERT INTO t FORMAT CSV"))
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	answer, _ := bufio.NewReader(conn).ReadString('\n')
	if strings.Contains(answer, "200") {
		t.Errorf("a cut request was answered %q", answer)
	}
	if _, got, _ := ask(t, http.MethodPost, addr, "", "SELECT count() FROM t"); got != "0\n" {
		t.Errorf("%s rows of a cut request", strings.TrimSpace(got))
	}
}

// TestInsertInAnyPieces: neither bytes that look like SQL nor how the network
// cuts the data change what arrives.
func TestInsertInAnyPieces(t *testing.T) {
	addr := startEngine(t, t.TempDir()).Addr()
	ask(t, http.MethodPost, addr, "", "CREATE TABLE t (i UInt32, s String) ENGINE = MergeTree ORDER BY i")
	const rows = 20_000
	_, body, _ := ask(t, http.MethodPost, addr, "", fmt.Sprintf(
		`SELECT toUInt32(number) AS i, concat(char(number %% 256), ';\n-- /* \' FORMAT ', char(intDiv(number, 256) %% 256), '\0') AS s FROM numbers(%d) FORMAT Native`, rows))
	want := ""
	for i, reader := range []io.Reader{strings.NewReader(body), iotest.OneByteReader(strings.NewReader(body)), iotest.HalfReader(strings.NewReader(body))} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+addr+"/?"+query("INSERT INTO t FORMAT Native"), reader)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Fatalf("reader %d: %s", i, text)
		}
		_, got, _ := ask(t, http.MethodPost, addr, "", "SELECT count(), sum(i), groupBitXor(sipHash64(i, s)) FROM t")
		if want == "" {
			_, want, _ = ask(t, http.MethodPost, addr, "", fmt.Sprintf(
				`SELECT count(), sum(number), groupBitXor(sipHash64(toUInt32(number), concat(char(number %% 256), ';\n-- /* \' FORMAT ', char(intDiv(number, 256) %% 256), '\0'))) FROM numbers(%d)`, rows))
		}
		if got != want {
			t.Errorf("reader %d: %q, want %q", i, got, want)
		}
		ask(t, http.MethodPost, addr, "", "TRUNCATE TABLE t")
	}
}

// TestMoreThanAStatementIsRefused: a statement has a bound, its data has none.
func TestMoreThanAStatementIsRefused(t *testing.T) {
	addr := startEngine(t, t.TempDir()).Addr()
	status, text, _ := ask(t, http.MethodPost, addr, "", "SELECT '"+strings.Repeat("x", maxQueryBytes)+"'")
	if status != http.StatusBadRequest || !strings.Contains(text, fmt.Sprint(maxQueryBytes)) {
		t.Errorf("a long statement: %d %.200s", status, text)
	}
	ask(t, http.MethodPost, addr, "", "CREATE TABLE t (s String) ENGINE = MergeTree ORDER BY s")
	ask(t, http.MethodPost, addr, "", "INSERT INTO t VALUES ('"+strings.Repeat("x", 3*maxQueryBytes)+"')")
	if _, got, _ := ask(t, http.MethodPost, addr, "", "SELECT length(s) FROM t"); got != fmt.Sprintln(3*maxQueryBytes) {
		t.Errorf("long data: length %q, want %d", got, 3*maxQueryBytes)
	}
}
