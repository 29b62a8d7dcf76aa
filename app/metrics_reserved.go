// SPDX-License-Identifier: Apache-2.0

package app

import (
	"regexp"
	"sync"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/vigie-kpi/vigie/alerts/delivery"
	"github.com/vigie-kpi/vigie/indicator"
	"github.com/vigie-kpi/vigie/organisation"
)

// describedName is the name in what a Desc says of itself.
var describedName = regexp.MustCompile(`fqName: "([^"]+)"`)

// pipelineMetrics are the names of the metrics of the pipeline's own health.
var pipelineMetrics = sync.OnceValue(func() map[string]bool {
	descs := make(chan *prometheus.Desc)
	all := App{catalogue: &indicator.Catalogue{}, delivery: &delivery.Delivery{}} // one that has every collector
	go func() {
		defer close(descs)
		for _, c := range all.collectors() {
			c.Describe(descs)
		}
	}()
	names := map[string]bool{}
	for d := range descs {
		if m := describedName.FindStringSubmatch(d.String()); m != nil {
			names[m[1]] = true
		}
	}
	return names
})

// checkMetrics refuses indicators whose metric would have the name of one of the pipeline's: Prometheus would lose either.
func checkMetrics(file string, own []*indicator.Indicator) (problems organisation.Problems) {
	for _, i := range own {
		if name := i.Metric().Name; pipelineMetrics()[name] {
			problems = append(problems, &organisation.Problem{Place: organisation.Place{File: file}, ID: i.ID,
				Text: "its metric would be " + name + ", which tells of the pipeline itself; choose another id"})
		}
	}
	return problems
}
