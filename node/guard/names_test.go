package guard_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/guard"
)

// known has strangers come and be known by these names, each from an address of its own.
func (r *rig) known(names ...string) []*stranger {
	r.onMessage = func(_ network.ConnID, text string) { r.guard.Name(network.Addr(text)) }
	var all []*stranger
	for i, name := range names {
		s := r.stranger(network.Addr("203.0.113." + string(rune('1'+i)) + ":1"))
		s.dials(0, func(l *line) { l.says(name) })
		all = append(all, s)
	}
	return all
}

// Of two names of one node the one stays that it gives itself, whichever came first (G5).
func TestOfTwoNamesTheNodesOwnStays(t *testing.T) {
	for _, own := range []string{"a.example:1", "b.example:1"} {
		r := newRig(t, guard.Config{Self: "1.example:1"})
		two := r.known("a.example:1", "b.example:1")
		key := network.PublicKey{1}
		r.sim.At(time.Second, self, func() {
			r.guard.Identify("a.example:1", key, network.Addr(own))
			r.guard.Identify("b.example:1", key, network.Addr(own))
		})
		r.sim.Run(2 * time.Second)
		require.Equal(t, own == "a.example:1", two[0].alive() == 1)
		require.Equal(t, own == "b.example:1", two[1].alive() == 1)
		r.run(4 * time.Second)
	}
}

// The node with the larger address waits: the other one may have ended one of the connections.
func TestOnlyOneSideEndsAConnectionAtOnce(t *testing.T) {
	r := newRig(t, guard.Config{Self: "z.example:1"})
	two := r.known("a.example:1", "b.example:1")
	r.sim.At(time.Second, self, func() {
		r.guard.Identify("a.example:1", network.PublicKey{1}, "a.example:1")
		r.guard.Identify("b.example:1", network.PublicKey{1}, "a.example:1")
	})
	r.sim.Run(5 * time.Second)
	require.Equal(t, 1, two[1].alive())
	r.sim.Run(7 * time.Second)
	require.Equal(t, 1, two[0].alive())
	require.Zero(t, two[1].alive())
	r.run(9 * time.Second)
}

// A peer that hands on what another node says of itself can keep us from dialling by its own name, and not
// by that one's.
func TestALiarKeepsNobodyFromUsButItself(t *testing.T) {
	r := newRig(t, guard.Config{Self: "1.example:1"})
	r.known("liar.example:1", "other.example:1")
	var errs []error
	r.sim.At(time.Second, self, func() {
		r.guard.Identify("liar.example:1", network.PublicKey{1}, "honest.example:1")
		r.guard.Identify("honest.example:1", network.PublicKey{1}, "honest.example:1")
		for _, to := range []network.Addr{"liar.example:1", "honest.example:1"} {
			r.guard.Host().Dial(to, func(_ network.Stream, err error) { errs = append(errs, err) })
		}
	})
	r.sim.Run(30 * time.Second)
	require.Len(t, errs, 2)
	require.ErrorIs(t, errs[0], guard.ErrSameNode)
	require.False(t, errors.Is(errs[1], guard.ErrSameNode), "%v", errs[1])
	r.run(40 * time.Second)
}
