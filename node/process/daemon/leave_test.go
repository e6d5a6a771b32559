package daemon

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"strata/node/store"
)

// A reader or writer of a corrupt store may wait without end for locks of bbolt: the process ends all the same.
func TestLeaving_FRK6(t *testing.T) {
	ends := func(took time.Duration, run func(broke func(error)) error) error {
		begun := time.Now()
		err := leaving(run)
		require.Equal(t, took, time.Since(begun))
		return err
	}
	synctest.Test(t, func(t *testing.T) {
		never := make(chan struct{})
		err := ends(leaveWithin, func(broke func(error)) error {
			broke(store.ErrCorrupt)
			<-never
			return nil
		})
		require.ErrorIs(t, err, store.ErrCorrupt)
		close(never)
	})
	synctest.Test(t, func(t *testing.T) {
		own := errors.New("own")
		require.ErrorIs(t, ends(time.Second, func(broke func(error)) error {
			broke(store.ErrCorrupt)
			time.Sleep(time.Second)
			return own
		}), own, "one that ends in order says why itself")
		require.ErrorIs(t, ends(time.Minute, func(broke func(error)) error {
			broke(errors.New("disk is full"))
			time.Sleep(time.Minute)
			return own
		}), own, "of a full disk nothing is left behind")
		require.NoError(t, ends(time.Hour, func(func(error)) error {
			time.Sleep(time.Hour)
			return nil
		}))
	})
}
