// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

// newHealth asks a running vigie how it is, for containers and scripts: an image that holds nothing else has no curl.
func newHealth(sh *shell) *cobra.Command {
	var url string
	var timeout time.Duration
	c := &cobra.Command{
		Use:   "health",
		Short: "Say whether a running vigie digests what it should",
		Long: `Health asks a running vigie for /healthz and prints how many partitions it has. It
fails when nothing answers, or when a partition is halted: restarting does not
mend that, a person must look.`,
		Example: `  vigie health
  vigie health --url http://vigie.example:8080`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			if !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
				return wrongUsage("--url %q: give an address that begins with http:// or https://", url)
			}
			ctx, cancel := context.WithTimeout(c.Context(), timeout)
			defer cancel()
			return sh.health(ctx, strings.TrimSuffix(url, "/")+"/healthz")
		},
	}
	flags := c.Flags()
	flags.SortFlags = false
	flags.StringVar(&url, "url", "http://127.0.0.1:8080", "address of the running vigie")
	flags.DurationVar(&timeout, "timeout", 4*time.Second, "how long it may take to answer")
	return c
}

func (sh *shell) health(ctx context.Context, url string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return fmt.Errorf("asking %s: %w", url, err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("nothing answers: %w", err)
	}
	defer answer.Body.Close()
	var told struct {
		Partitions []struct {
			Partition int
			Halted    bool
		}
	}
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		return fmt.Errorf("%s is answered with %s and no health of ours: %w", url, answer.Status, err)
	}
	var halted []string
	for _, p := range told.Partitions {
		if p.Halted {
			halted = append(halted, fmt.Sprint(p.Partition))
		}
	}
	if len(halted) > 0 {
		return fmt.Errorf("halted: partition %s; its log line says why", strings.Join(halted, ", "))
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s is answered with %s", url, answer.Status)
	}
	fmt.Fprintf(sh.out, "well: %d partitions digested\n", len(told.Partitions))
	return nil
}
