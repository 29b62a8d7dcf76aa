// SPDX-License-Identifier: Apache-2.0

package house

import (
	"go/types"
	"strings"
	"testing"
)

// core checks a planted file of the pure folder core. It wants exactly the breaches whose lines contain the texts, in
// that order.
type core struct {
	*testing.T
	importer types.Importer
}

func newCore(t *testing.T) *core {
	importer, err := NewImporter(NewTree(nil).Fset, ".", "fmt", "maps", "math/rand", "os", "reflect", "slices", "sync", "time")
	if err != nil {
		t.Fatal(err)
	}
	return &core{t, importer}
}

func (c *core) check(name, source string, wants ...string) {
	c.Helper()
	rules := Purity{
		Standard: []string{"fmt", "maps", "reflect", "slices", "time"},
		Platform: []string{"linux", "arm64"},
	}
	tree := NewTree(map[string]string{name: source})
	if len(tree.Breaches) > 0 {
		c.Fatal(tree.Breaches)
	}
	compare(c.T, rules.CheckPure(tree, "core", true, c.importer), wants...)
}

// body gives a file with these imports, one line each from line 2 on.
func body(imports, text string) string {
	source := "package core\n"
	for imported := range strings.FieldsSeq(imports) {
		source += "import \"" + imported + "\"\n"
	}
	return source + text
}

func TestPurityFindsClockAndInputOutput(t *testing.T) {
	check := newCore(t).check

	// The clock, also as a value, also under another name.
	check("core/a.go", body("time", "func f() int64 { return time.Now().UnixMilli() }"), "a.go:3: use of time.Now")
	check("core/a.go", body("time", "var clock = time.Now"), "use of time.Now")
	check("core/a.go", "package core\nimport t \"time\"\nfunc f() { t.Sleep(1); <-t.After(2) }", "use of time.Sleep", "channel", "use of time.After")
	check("core/a.go", body("time", "var d time.Duration\nfunc f() { d.String() }"))
	check("core/a.go", body("time", "func f(t time.Time) time.Time { return t.Local() }"), "use of (time.Time).Local")
	check("core/a.go", body("time", "func f(t time.Time) time.Time { return t.In(time.UTC) }"))
	check("core/a.go", body("time", "func f() { time.LoadLocation(\"Europe/Paris\") }"), "use of time.LoadLocation")
	check("core/a.go", body("time", "type clock struct{}\nfunc (clock) Now() int64 { return 1 }\nvar x = time.Hour\nfunc f(c clock) int64 { return c.Now() }"))

	// Imports with chance, I/O and locks.
	check("core/a.go", body("math/rand", "var x = rand.Int()"), `import of "math/rand"`)
	check("core/a.go", body("os", "var x = os.Args"), `import of "os"`)
	check("core/a.go", body("sync", "var x sync.Mutex"), `import of "sync"`)
	check("core/a.go", body("fmt", "func f() { fmt.Println(1); print(2) }"), "use of fmt.Println", "use of print")
	check("core/a.go", body("fmt", "func f() string { return fmt.Sprint(1) }\nfunc print2() {}"))
}

func TestPurityFindsWhatRunsInAnyOrder(t *testing.T) {
	check := newCore(t).check

	// Concurrency.
	check("core/a.go", body("", "func f() { go f() }"), "goroutine")
	check("core/a.go", body("", "func f(c chan int) { c <- 1 }"), "channel", "channel")
	check("core/a.go", body("", "func f() { select {} }"), "channel")

	// The order of a map.
	check("core/a.go", body("", "func f(m map[string]int) { for range m {} }"), "range over a map")
	check("core/a.go", body("", "type set map[string]int\nfunc f(m set) { for k := range m { _ = k } }"), "range over a map")
	check("core/a.go", body("", "func f[M ~map[K]int, K comparable](m M) { for range m {} }"), "range over a map")
	check("core/a.go", body("", "func f(m map[int]int) (n int) {\n\t//deterministic: a sum does not depend on the order\n\tfor _, v := range m { n += v }\n\treturn n\n}"))
	check("core/a.go", body("", "func f(m map[int]int) {\n\t//deterministic:\n\tfor range m {}\n}"), "range over a map")
	check("core/a.go", body("", "func f(m map[int]int) {\n\t//deterministic: too far away\n\n\tfor range m {}\n}"), "range over a map")
	check("core/a.go", body("", "func f(m []string) { for range m {} }"))
	check("core/a.go", body("maps slices", "func f(m map[int]int) { for range slices.Sorted(maps.Keys(m)) {} }"))
	check("core/a.go", body("maps slices", "func f(m map[int]int) []int { return slices.Collect(maps.Keys(m)) }"), "maps.Keys unsorted")
	check("core/a.go", body("maps", "func f(m map[int]int) { for range maps.Values(m) {} }"), "maps.Values unsorted")
	check("core/a.go", body("maps slices", "func c(a, b int) int { return 0 }\nfunc f(m map[int]int) []int { return slices.SortedFunc(maps.Values(m), c) }"), "maps.Values unsorted")
	check("core/a.go", body("reflect", "func f(v reflect.Value) { v.MapRange() }"), "use of (reflect.Value).MapRange")
}

func TestPurityFindsFloatsAndHiddenState(t *testing.T) {
	check := newCore(t).check

	// Floats: in state, and in sums that some processors round once.
	check("core/a.go", body("", "type s struct { n int64; mean float64 }"), "float in a struct")
	check("core/a.go", body("", "type bp float32\ntype s struct { bins map[int][]bp }"), "float in a struct")
	check("core/a.go", body("", "type s struct { n int64 }\nfunc (v s) ratio(d int64) float64 { return float64(v.n) / float64(d) }"))
	check("core/a.go", body("", "func f(x, y, z float64) float64 { return x*y + z }"), "float product inside a sum")
	check("core/a.go", body("", "func f(x, y, z float64) float64 { z -= (x * y); return z }"), "float product inside a sum")
	check("core/a.go", body("", "func f(x, y, z float64, n int) float64 { n = n*n + n; return float64(x*y) + z }"))

	// State outside values, code that differs between machines.
	check("core/a.go", body("", "var n, m = 0, map[int]int{}\nfunc f() { n++; m[1] = 2 }"), "package variable n", "package variable m")
	check("core/a.go", body("", "var n int\nfunc f() { n := n; n++ }"))
	check("core/a.go", body("", "func init() {}"), "init function")
	check("core/a.go", "//go:build linux\n\npackage core", "build constraint")
	check("core/a_arm64.go", body("", ""), "one platform only")
	check("core/a.go", body("", "var x int = nil"), "does not compile")

	// Tests may do all that.
	check("core/a_test.go", body("time", "var clock = time.Now"))
}

// compare wants one breach per text, in order, each with advice.
func compare(t *testing.T, got []Breach, wants ...string) {
	t.Helper()
	if len(got) != len(wants) {
		t.Errorf("%d breaches, want %d: %v", len(got), len(wants), got)
		return
	}
	for i, want := range wants {
		if line := got[i].String(); !strings.Contains(line, want) || got[i].Instead == "" {
			t.Errorf("breach %d: got %q, want %q and advice", i, line, want)
		}
	}
}
