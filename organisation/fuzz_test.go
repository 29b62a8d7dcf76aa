// SPDX-License-Identifier: Apache-2.0

package organisation

import (
	"io/fs"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/event"
)

// FuzzRead: whatever a file holds, reading ends, either with problems that say where, or with objects that the log takes.
func FuzzRead(f *testing.F) {
	demo := os.DirFS("../seeds/cap-rivage")
	for i, name := range fileNames() {
		text, err := fs.ReadFile(demo, name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(i, text[:min(len(text), 2000)])
	}
	f.Add(0, []byte("? [a]\n: b\n&x id: *x"))
	f.Add(6, []byte("- &q {queue: q}\n- *q\n- <<: *q"))
	f.Fuzz(func(t *testing.T, file int, text []byte) {
		names := fileNames()
		name := names[uint(file)%uint(len(names))]
		o, err := Read(folder(name, string(text), "teams.yaml", "- team: a"), Options{Indicators: catalogue})
		if err != nil {
			for _, p := range err.(Problems) {
				if p.File == "" || p.Text == "" {
					t.Fatalf("a problem that says nothing: %+v", p)
				}
			}
			return
		}
		for _, e := range Records("c", 1, 1, o.Objects()) {
			if err := e.Validate(); err != nil {
				t.Fatalf("%s: %v", e.Type, err)
			}
		}
		if changes := Diff(o.Objects(), o.Objects(), catalogue); len(changes) != 0 {
			t.Fatalf("the same, twice, differs: %v", changes)
		}
	})
}

// BenchmarkLargeCentre is 10,000 advisors with three queues each: 10 MB/s of YAML is plenty, minutes would not be.
func BenchmarkLargeCentre(b *testing.B) {
	var advisors, skills strings.Builder
	for i := range 10_000 {
		id := strconv.Itoa(i)
		advisors.WriteString("- {advisor: a" + id + ", name: Nom" + id + ", team: t" + strconv.Itoa(i%500) + ", contract: 35h}\n")
	}
	for i := range 500 {
		skills.WriteString("- {queues: [a, b, c], teams: t" + strconv.Itoa(i) + "}\n")
	}
	dir := folder("advisors.yaml", advisors.String(), "skills.yaml", skills.String(), "queues.yaml", "- queue: a\n- queue: b\n- queue: c")
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := Read(dir, Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	o, err := Read(dir, Options{})
	if err != nil {
		b.Fatal(err)
	}
	objects := o.Objects()
	b.Run("diff", func(b *testing.B) {
		for b.Loop() {
			if changes := Diff(objects[:len(objects)-1], objects, nil); len(changes) != 1 {
				b.Fatal(changes)
			}
		}
	})
	b.Run("hash", func(b *testing.B) {
		for b.Loop() {
			event.ConfigHash(objects)
		}
	})
}
