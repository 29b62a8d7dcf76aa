// SPDX-License-Identifier: Apache-2.0

package app

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/vigie-kpi/vigie/indicator"
)

// capital begins a word of a Go name.
var capital = regexp.MustCompile(`(.)([A-Z])`)

// TestBookedMeasuresAreThoseOfTheMachine reads which measures the machine's source names.
func TestBookedMeasuresAreThoseOfTheMachine(t *testing.T) {
	const folder = "../aggregator"
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	named := map[indicator.Measure]bool{}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), folder+"/"+e.Name(), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if pkg, ok := s.X.(*ast.Ident); ok && pkg.Name == "indicator" {
					if m, ok := indicator.ParseMeasure(strings.ToLower(capital.ReplaceAllString(s.Sel.Name, "${1}_$2"))); ok {
						named[m] = true
					}
				}
			}
			return true
		})
	}
	booked := bookedMeasures()
	for m := range indicator.Measure(indicator.NumMeasures) {
		if named[m] != slices.Contains(booked, m) {
			t.Errorf("%s: named by the machine: %t, shown by replay: %t", m, named[m], slices.Contains(booked, m))
		}
	}
	if !slices.IsSorted(booked) {
		t.Error("the list is not in the order of the measures")
	}
}
