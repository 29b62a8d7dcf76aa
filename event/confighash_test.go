// SPDX-License-Identifier: Apache-2.0

package event

import "testing"

// The expected hashes come from another program:
//
//	printf 'config.centre 14\n{"zone":"UTC"}config.queue 13\n{"queue":"q"}' | sha256sum
//	printf '' | sha256sum
func TestConfigHash(t *testing.T) {
	got := ConfigHash([]ConfigObject{{ConfigCentre, []byte(`{"zone":"UTC"}`)}, {ConfigQueue, []byte(`{"queue":"q"}`)}})
	if want := "50614e1a0eac6336a8455eb96bb87f673d3698e79a71ba1cd24fd28b294b925d"; got != want {
		t.Errorf("two objects: got %s, want %s", got, want)
	}
	if got, want := ConfigHash(nil), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"; got != want {
		t.Errorf("no objects: got %s, want %s", got, want)
	}
}
