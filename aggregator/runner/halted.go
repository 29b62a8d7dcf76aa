// SPDX-License-Identifier: Apache-2.0

package runner

import (
	"context"
	"sync"
)

// Alerts of a halted partition. Nobody judges them any more, and nobody knows that they are over: to let go of them would be told as
// an end, in the middle of what may go on. So they are kept alive until the partition is assigned anew, to this instance or another.

// endAlerts says to whoever delivers alerts why a partition is digested no longer. ctx is that of its assignment.
func (r *Runner) endAlerts(ctx context.Context, partition int, err error) {
	sink := r.o.Alerts
	if !isFinal(err) || ctx.Err() != nil {
		sink.Leave(partition)
		return
	}
	sink.Halt(partition)
	leave := sync.OnceFunc(func() { sink.Leave(partition) })
	r.mu.Lock()
	r.halted[partition] = leave
	r.mu.Unlock()
	context.AfterFunc(ctx, leave)
}

// letGo ends what a halt has kept, before the partition is taken up again.
func (r *Runner) letGo(partition int) {
	r.mu.Lock()
	leave := r.halted[partition]
	delete(r.halted, partition)
	r.mu.Unlock()
	if leave != nil {
		leave()
	}
}
