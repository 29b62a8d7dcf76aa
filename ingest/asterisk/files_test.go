// SPDX-License-Identifier: Apache-2.0

package asterisk

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/vigie-kpi/vigie/event"
	"github.com/vigie-kpi/vigie/ingest"
)

func pack(t testing.TB, text []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func writeFile(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The recording cut in two, the first half compressed: the same events as in one piece.
func TestReadPlainAndCompressedFiles(t *testing.T) {
	whole, _ := readRecording(t, memberRule)
	text, err := os.ReadFile(recording)
	if err != nil {
		t.Fatal(err)
	}
	half := bytes.LastIndexByte(text[:len(text)/2], '\n') + 1
	dir := t.TempDir()
	older, newer := filepath.Join(dir, "queue_log.1"), filepath.Join(dir, "queue_log")
	writeFile(t, older, pack(t, text[:half]))
	writeFile(t, newer, text[half:])
	p := newTestParser(t, testOptions(t, memberRule))
	n := 0
	err = ReadFiles(t.Context(), []string{older, newer}, p, func(out Output) error {
		for i := range out.Events {
			if n >= len(whole) || !bytes.Equal(event.AppendJSON(nil, &out.Events[i]), event.AppendJSON(nil, &whole[n])) {
				t.Fatalf("event %d differs", n)
			}
			n++
		}
		return nil
	})
	if err != nil || n != len(whole) {
		t.Fatalf("%d events, %v; want %d", n, err, len(whole))
	}
}

func TestLastLineWithoutEndIsALine(t *testing.T) {
	p := newTestParser(t, testOptions(t))
	var places []string
	err := Read(t.Context(), strings.NewReader("1000000000|c1|q|NONE|ABANDON|1|1|1\n1000000000|c2|q|NONE|ABA"), "log", p, func(out Output) error {
		if out.Dead != nil {
			places = append(places, out.Dead.Place.String()+" "+out.Dead.Reason.String())
		}
		return nil
	})
	if err != nil || len(places) != 1 || places[0] != "log:2 unknown_verb" || p.Summary().Lines != 2 {
		t.Errorf("%v, %v, %+v; want the cut line 2 as a dead letter", places, err, p.Summary())
	}
}

// A line of 10 MB is one dead letter; it is not held in memory, and the lines around it are read.
func TestTenMegabyteLine(t *testing.T) {
	line := "1000000000|c1|q|NONE|ABANDON|1|1|1\n"
	long := "1000000001|c2|q|NONE|PAUSE|" + strings.Repeat("x", 10<<20) + "\n"
	in := strings.NewReader(line + long + line)
	p := newTestParser(t, testOptions(t))
	var dead []ingest.DeadLetter
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := Read(t.Context(), in, "log", p, func(out Output) error {
		if out.Dead != nil {
			dead = append(dead, *out.Dead)
		}
		return nil
	})
	runtime.ReadMemStats(&after)
	if err != nil || len(dead) != 1 || dead[0].Reason != ingest.ReasonTooLong || dead[0].Place.Line != 2 {
		t.Fatalf("%v %v; want one dead letter for line 2", dead, err)
	}
	if !strings.Contains(dead[0].Detail, "10485788 bytes") { // 27 + 10 * 1024 * 1024 and the line end
		t.Errorf("detail %q does not give the length", dead[0].Detail)
	}
	if len(dead[0].Raw) > ingest.MaxRawBytes {
		t.Errorf("raw has %d bytes", len(dead[0].Raw))
	}
	if s := p.Summary(); s.Lines != 3 || s.Producing != 2 {
		t.Errorf("%d lines, %d with events; want 3 and 2", s.Lines, s.Producing)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("reading took %d bytes of memory; the line must not be held", used)
	}
}

func TestLineReader(t *testing.T) {
	for _, c := range []struct {
		in   string
		want []string
	}{
		{"", nil},
		{"\n", []string{""}},
		{"a", []string{"a"}},
		{"a\nb\n", []string{"a", "b"}},
		{"a\r\n\nb", []string{"a\r", "", "b"}},
		{strings.Repeat("x", 3*readBytes) + "\nb\n", []string{"long", "b"}},
		{strings.Repeat("x", maxKeptBytes) + "\n" + strings.Repeat("y", maxKeptBytes+1) + "\n", []string{strings.Repeat("x", maxKeptBytes), "long"}},
		{"a\n" + strings.Repeat("x", 2*readBytes), []string{"a", "long"}},
	} {
		for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in)), iotest.DataErrReader(strings.NewReader(c.in))} {
			l := newLineReader(r)
			var got []string
			var total int64
			note := func(line rawLine) {
				total += line.bytes
				if line.tooLong {
					line.text = []byte("long")
				}
				got = append(got, string(line.text))
			}
			for {
				line, err := l.next()
				if err != nil {
					break
				}
				note(line)
			}
			if line, ok := l.rest(); ok {
				note(line)
			}
			if strings.Join(got, "|") != strings.Join(c.want, "|") || len(got) != len(c.want) || total != int64(len(c.in)) {
				t.Errorf("%.20q: %d lines of %d bytes, want %d of %d", c.in, len(got), total, len(c.want), len(c.in))
			}
		}
	}
}

func TestReadFailures(t *testing.T) {
	ignore := func(Output) error { return nil }
	p := newTestParser(t, testOptions(t))
	if err := ReadFiles(t.Context(), []string{filepath.Join(t.TempDir(), "none")}, p, ignore); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	cut := pack(t, bytes.Repeat([]byte("1000000000|c1|q|NONE|ABANDON|1|1|1\n"), 1000))
	if err := Read(t.Context(), bytes.NewReader(cut[:len(cut)-20]), "log.gz", p, ignore); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("cut gzip: %v", err)
	}
	if err := Read(t.Context(), bytes.NewReader([]byte{0x1f, 0x8b, 1, 2, 3}), "log.gz", p, ignore); err == nil {
		t.Error("a damaged gzip header was accepted")
	}
	broken := errors.New("disk on fire")
	if err := Read(t.Context(), iotest.ErrReader(broken), "log", p, ignore); !errors.Is(err, broken) {
		t.Errorf("failing reader: %v", err)
	}
	stop := errors.New("enough")
	if err := Read(t.Context(), strings.NewReader("x\ny\n"), "log", p, func(Output) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("handler's error: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := Read(ctx, strings.NewReader(strings.Repeat("x\n", 5000)), "log", p, ignore); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestPrescan(t *testing.T) {
	for content, want := range map[string]bool{
		"1|MANAGER|q|Local/1@agents/n|ADDMEMBER|\n1|c|q|anna|CONNECT|1|x|1\n":     true,
		"1|MANAGER|q|anna|ADDMEMBER|\n1|c|q|SIP/1|CONNECT|1|x|1\n":                false,
		"1|c|q|NONE|ABANDON|1|1|1\nrubbish\n" + strings.Repeat("x", 20000) + "\n": false,
		"1|NONE|NONE|anna|PAUSEALL|x":                                             true,
		"":                                                                        false,
	} {
		path := filepath.Join(t.TempDir(), "queue_log")
		writeFile(t, path, []byte(content))
		if got, err := Prescan(t.Context(), path); err != nil || got != want {
			t.Errorf("%.60q: %v %v, want %v", content, got, err, want)
		}
	}
}
