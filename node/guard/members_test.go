package guard_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/network"
	"strata/node/guard"
)

const member network.Addr = "203.0.113.1:1"

// members is who that node of the simulated network is.
func members(at ...network.Addr) map[network.Addr]network.PublicKey {
	all := map[network.Addr]network.PublicKey{}
	for _, addr := range at {
		all[addr] = sim.Identity(0, addr).Key()
	}
	return all
}

// A member, who proves a known key, has a place when strangers have taken all, is not slowed, and loses no more than
// a connection by what it does; strangers of its own address are limited and banned as ever.
func TestMembersAreNoStrangers(t *testing.T) {
	r := newRig(t, guard.Config{MaxIncoming: 1, Messages: 10, Members: members(member)})
	filler := r.stranger("192.0.2.1:1")
	filler.dials(0, func(l *line) { l.says("I was here first") })
	known, neighbour := r.stranger(member), r.stranger("203.0.113.1:2")
	known.dials(time.Second, func(l *line) { l.says(numbered(1000)...) })
	r.sim.Run(2 * time.Second)
	require.Len(t, r.texts(), 1001, "all of it, at once")
	for i := range 10 {
		known.dials(2*time.Second+time.Duration(i)*100*ms, func(l *line) { l.stream.Write(network.Header(1<<30), nil) })
	}
	r.sim.Run(4 * time.Second)
	require.Equal(t, uint64(10), r.guard.Totals().Offences[guard.TooBig])
	require.Equal(t, 1, known.alive(), "the connections that were wrong are closed, the first one stays")
	require.Empty(t, r.guard.Bans())
	for i := range 30 {
		neighbour.dials(4*time.Second+time.Duration(i)*10*ms, nil)
	}
	r.sim.Run(6 * time.Second)
	require.Len(t, r.guard.Bans(), 1)
	require.Equal(t, 1, known.alive(), "a ban of the address is none of the member's")
	known.dials(6*time.Second, func(l *line) { l.says("again") })
	r.sim.Run(7 * time.Second)
	require.Equal(t, 2, known.alive())
	r.run(8 * time.Second)
}

// Whoever answers at a member's address and proves another key is left at once; a member is dialled though its
// address is banned, and its range is full.
func TestWhoIsDialledAtAMembersAddressProvesTheKey(t *testing.T) {
	const other network.Addr = "203.0.113.2:1"
	known := members(member, other)
	known[other] = network.PublicKey{1} // the simulated node has another
	r := newRig(t, guard.Config{MaxDialsPerGroup: 1, Members: known})
	r.stranger(member)
	r.stranger(other)
	r.stranger("203.0.113.3:1")
	errs := map[network.Addr]error{}
	dial := func(at time.Duration, to network.Addr) {
		r.sim.At(at, self, func() { r.net.Dial(to, func(_ network.ConnID, err error) { errs[to] = err }) })
	}
	r.sim.At(0, self, func() {
		r.guard.Restore([]guard.Ban{{IP: "203.0.113.1", Until: sim.Epoch().Add(time.Hour), Reason: "flood"}})
	})
	dial(time.Second, "203.0.113.3:1")
	dial(2*time.Second, member)
	dial(3*time.Second, other)
	r.sim.Run(4 * time.Second)
	require.NoError(t, errs["203.0.113.3:1"])
	require.NoError(t, errs[member])
	require.ErrorIs(t, errs[other], guard.ErrOtherKey)
	r.run(5 * time.Second)
}

// Who is recognised by its key later is a member from then on, also on the connection that it has; who is not any longer is
// a stranger again.
func TestMembersMayComeLater(t *testing.T) {
	const later network.Addr = "203.0.113.9:1"
	r := newRig(t, guard.Config{Messages: 10, Burst: time.Second, Members: members(member)})
	s := r.stranger(later)
	var l *line
	s.dials(0, func(opened *line) { l = opened })
	says := func(at time.Duration) { r.sim.At(at, later, func() { l.says(numbered(100)...) }) }
	recognise := func(at time.Duration, keys ...network.PublicKey) {
		r.sim.At(at, self, func() { r.guard.Recognise(keys...) })
	}
	says(time.Second)
	r.sim.Run(1500 * ms)
	require.Less(t, len(r.texts()), 30, "a stranger waits for its turn")
	r.sim.Run(60 * time.Second)
	require.Len(t, r.texts(), 100)
	recognise(61*time.Second, members(later)[later])
	says(62 * time.Second)
	r.sim.Run(62500 * ms)
	require.Len(t, r.texts(), 200, "a member does not")
	recognise(63 * time.Second)
	says(64 * time.Second)
	r.sim.Run(64500 * ms)
	require.Less(t, len(r.texts()), 230, "it is a stranger again")
	r.run(120 * time.Second)
}
