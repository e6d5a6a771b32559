package bitcoin_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers/causal/swap"
)

// on runs a test with Bitcoin as ledger A, where the initiator pays, and as ledger B.
func on(t *testing.T, f func(t *testing.T, coin int)) {
	for coin, name := range []string{"gold for bitcoin", "bitcoin for gold"} {
		t.Run(name, func(t *testing.T) { f(t, 1-coin) })
	}
}

// Two honest people swap gold for Bitcoin, and neither waits for time.
func TestSwap_ToTheEnd_S12_CAU10(t *testing.T) {
	on(t, func(t *testing.T, coin int) {
		w := newWorld(t, coin, 100)
		w.until("swapped", w.both(swap.Swapped))
		w.ended(swap.Redeemed, "two honest ones")
	})
}

// Each is killed at each step and behind each operation of its disk in turn, for almost half a margin: they swap all the
// same, and each has locked once.
func TestSwap_KilledAtEachStep_S12_CAU10(t *testing.T) {
	on(t, func(t *testing.T, coin int) {
		for who := range 2 {
			at := 1
			for died := true; died; at++ {
				w := newWorld(t, coin, uint64(at))
				p := w.people[who]
				p.dies = at
				w.until("swapped", w.both(swap.Swapped))
				w.ended(swap.Redeemed, fmt.Sprintf("person %d dies at moment %d", who, at))
				died = p.moments >= p.dies
			}
			require.Greater(t, at, 30, "there are more moments than that")
		}
	})
}

// A responder who never locks costs the initiator a refund, and no lock of its own.
func TestSwap_SilentResponder_S12_CAU10(t *testing.T) {
	on(t, func(t *testing.T, coin int) {
		w := newWorld(t, coin, 200)
		w.people[1].back = 1000
		w.until("the initiator has its own back", func() bool { return w.people[0].stage == swap.Returned })
		gold, bitcoin, _ := w.views()
		locks := append(gold.Locks, bitcoin.Locks...)
		require.Len(t, locks, 1)
		require.Equal(t, swap.Refunded, locks[0].End)
	})
}

// An initiator who is silent from its lock on, until the other lock has ended: both have their own back.
func TestSwap_SilentInitiator_S12_CAU10(t *testing.T) {
	on(t, func(t *testing.T, coin int) {
		w := newWorld(t, coin, 300)
		w.until("the initiator has locked", func() bool {
			gold, bitcoin, _ := w.views()
			return len(gold.Locks)+len(bitcoin.Locks) == 1
		})
		w.people[0].up, w.people[0].back = false, 35
		w.until("both have their own back", w.both(swap.Returned))
		w.ended(swap.Refunded, "a silent initiator")
	})
}
