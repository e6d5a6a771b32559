package daemon

import (
	"errors"
	"time"

	"strata/node/store"
)

// leaveWithin is how long a node whose store is corrupt has to end in order.
const leaveWithin = 3 * time.Second

// leaving runs a node to its end. Where a fault meets bbolt at a bad instant it keeps its locks, and whoever is in the
// store then waits without end. So once run has told that the store is corrupt, it is waited for a while longer, and
// then left behind, since the process ends. Errors: run's; what it told, which wraps store.ErrCorrupt.
func leaving(run func(broke func(error)) error) error {
	broken, ended := make(chan error, 1), make(chan error, 1)
	go func() {
		ended <- run(func(err error) { broken <- err })
	}()
	select {
	case err := <-ended:
		return err
	case err := <-broken:
		if !errors.Is(err, store.ErrCorrupt) {
			return <-ended // the disk is full, or fails: what is under way ends
		}
		select {
		case err := <-ended:
			return err
		case <-time.After(leaveWithin):
			return err
		}
	}
}
