// SPDX-License-Identifier: Apache-2.0

package eventlog

import (
	"strings"
	"testing"
)

// What is published comes back in order, deletions too; another partition holds nothing; a second Log sees the same.
func TestConfigsComeBackInOrder(t *testing.T) {
	cluster := startBrokers(t, 1)
	l := openLog(t, cluster)
	p := openProducer(t, l, Configs)
	put := func(key, value string) {
		t.Helper()
		r := Record{Key: []byte(key)}
		if value != "" {
			r.Value = []byte(value)
		}
		publishTo(t, p, 2, []Record{r})
	}
	put("a", "1")
	put("b", strings.Repeat("x", 900_000)) // larger than what a fetch buffers at first
	put("a", "2")
	put("b", "")
	scan := func(l *Log, partition int) string {
		t.Helper()
		var got []string
		err := l.ScanConfigs(t.Context(), partition, func(key, value []byte) error {
			got = append(got, string(key)+"="+string(value[:min(len(value), 3)]))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(got, " ")
	}
	other := openLog(t, cluster)
	for _, log := range []*Log{l, other} {
		if got, want := scan(log, 2), "a=1 b=xxx a=2 b="; got != want {
			t.Errorf("partition 2: got %q, want %q", got, want)
		}
		if got := scan(log, 1); got != "" {
			t.Errorf("partition 1: got %q, want nothing", got)
		}
	}
	if err := l.ScanConfigs(t.Context(), 4, nil); err == nil || !strings.Contains(err.Error(), "there are 4") {
		t.Errorf("partition 4 of 0..3: %v", err)
	}
}
