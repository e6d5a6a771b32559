package guard_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/network"
	"strata/node/guard"
)

func TestConnectionsAreCapped(t *testing.T) {
	r := newRig(t, guard.Config{MaxPerIP: 2, MaxPerGroup: 3, MaxIncoming: 5})
	one, same, other, third := r.stranger("203.0.113.1:1"), r.stranger("203.0.200.1:1"), r.stranger("192.0.2.1:1"), r.stranger("[2001:db8:7::1]:1")
	talk := func(l *line) { l.says("hello") }
	for i := range 4 {
		one.dials(time.Duration(i)*100*ms, talk)
		same.dials(time.Second+time.Duration(i)*100*ms, talk)
		other.dials(2*time.Second+time.Duration(i)*100*ms, talk)
		third.dials(3*time.Second+time.Duration(i)*100*ms, talk)
	}
	r.sim.Run(5 * time.Second)
	require.Equal(t, 2, one.alive(), "MaxPerIP")
	require.Equal(t, 1, same.alive(), "MaxPerGroup: 203.0.0.0/16 has three")
	require.Equal(t, 2, other.alive())
	require.Zero(t, third.alive(), "MaxIncoming")
	require.Equal(t, uint64(11), r.guard.Totals().Refused)
	r.run(6 * time.Second)
}

func TestWhoSaysNothingMakesRoom_P2P14(t *testing.T) {
	r := newRig(t, guard.Config{MaxIncoming: 3})
	var silent []*stranger
	for i := range 3 {
		s := r.stranger(network.Addr(fmt.Sprintf("203.%d.1.1:1", i)))
		s.dials(time.Duration(i)*100*ms, nil)
		silent = append(silent, s)
	}
	honest := r.stranger("192.0.2.1:1")
	honest.dials(time.Second, func(l *line) { l.says("hello") })
	r.sim.Run(2 * time.Second)
	require.Equal(t, 1, honest.alive())
	require.Zero(t, silent[0].alive(), "the oldest of those that only wait")
	require.Equal(t, 1, silent[1].alive())
	require.Equal(t, uint64(1), r.guard.Totals().Evicted)
	r.run(3 * time.Second)
}

func TestConnectingAgainAndAgainIsAFlood(t *testing.T) {
	r := newRig(t, guard.Config{})
	s := r.stranger("203.0.113.1:1")
	for i := range 30 {
		s.dials(time.Duration(i)*10*ms, func(l *line) { l.stream.Close() })
	}
	r.sim.Run(2 * time.Second)
	require.Len(t, r.opened, 20)
	require.Len(t, r.guard.Bans(), 1)
	r.run(3 * time.Second)
}

func TestDialsAvoidTheBannedAndSpreadOverRanges(t *testing.T) {
	r := newRig(t, guard.Config{MaxDialsPerGroup: 2})
	var failed []network.Addr
	errs := map[network.Addr]error{}
	for _, addr := range []network.Addr{"203.0.113.1:1", "203.0.113.2:1", "203.0.113.3:1", "192.0.2.1:1", "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1"} {
		r.stranger(addr)
	}
	dial := func(at time.Duration, to ...network.Addr) {
		r.sim.At(at, self, func() {
			for _, to := range to {
				r.net.Dial(to, func(_ network.ConnID, err error) { errs[to] = err })
			}
		})
	}
	r.sim.At(0, self, func() {
		r.guard.OnFailedDial(func(to network.Addr) { failed = append(failed, to) })
		r.guard.Restore([]guard.Ban{
			{IP: "192.0.2.1", Until: sim.Epoch().Add(time.Hour), Reason: "forged"},
			{IP: "192.0.2.2", Until: sim.Epoch().Add(-time.Hour), Reason: "over"},
			{IP: "nonsense", Until: sim.Epoch().Add(time.Hour), Reason: "none"},
		})
		require.Len(t, r.guard.Bans(), 1)
	})
	dial(0, "203.0.113.1:1", "203.0.113.2:1", "203.0.113.3:1", "192.0.2.1:1", "192.0.2.99:1", "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1")
	r.sim.Run(time.Second)
	require.ErrorIs(t, errs["203.0.113.3:1"], guard.ErrGroupFull)
	require.ErrorIs(t, errs["192.0.2.1:1"], guard.ErrBanned)
	require.ErrorIs(t, errs["192.0.2.99:1"], network.ErrRefused)
	for _, to := range []network.Addr{"203.0.113.1:1", "203.0.113.2:1", "10.0.0.1:1", "10.0.0.2:1", "10.0.0.3:1"} {
		require.NoError(t, errs[to], to)
		require.True(t, r.guard.Dialled(to))
	}
	require.Equal(t, []network.Addr{"192.0.2.99:1"}, failed, "what the guard does not let through says nothing about an address")
	require.True(t, r.guard.Unban("192.0.2.1"))
	require.False(t, r.guard.Unban("192.0.2.1"))
	dial(2*time.Second, "192.0.2.1:1")
	r.sim.Run(3 * time.Second)
	require.NoError(t, errs["192.0.2.1:1"])
	r.run(4 * time.Second)
}

func TestTheTableOfAddressesIsBounded(t *testing.T) {
	r := newRig(t, guard.Config{MaxSources: 50, MaxIncoming: 1000})
	for i := range 250 {
		s := r.stranger(network.Addr(fmt.Sprintf("203.%d.113.1:1", i)))
		for range 2 {
			s.dials(time.Duration(i)*10*ms, func(l *line) { l.stream.Write(network.Header(2<<20), nil) })
		}
	}
	r.sim.Run(10 * time.Second)
	require.Len(t, r.guard.Bans(), 50, "as many bans as there is room for, and no more")
	r.run(11 * time.Second)
}

// A name that leads to a banned address, or into a range that has all its dials, is not dialled past the limits that its
// address would meet.
func TestANameIsNoWayAroundTheLimits(t *testing.T) {
	r := newRigOn(t, guard.Config{MaxDialsPerGroup: 1}, func(h network.Host) network.Host {
		return looksUp{h, map[network.Addr]network.Addr{"full.example:1": "203.0.113.2:1", "free.example:1": "192.0.2.1:1", "banned.example:1": "192.0.9.1:1"}}
	})
	for _, addr := range []network.Addr{"203.0.113.1:1", "203.0.113.2:1", "192.0.2.1:1", "192.0.9.1:1"} {
		r.stranger(addr)
	}
	errs := map[network.Addr]error{}
	dial := func(at time.Duration, to network.Addr) {
		r.sim.At(at, self, func() { r.net.Dial(to, func(_ network.ConnID, err error) { errs[to] = err }) })
	}
	r.sim.At(0, self, func() {
		r.guard.Restore([]guard.Ban{{IP: "192.0.9.1", Until: sim.Epoch().Add(time.Hour), Reason: "forged"}})
	})
	dial(0, "203.0.113.1:1")
	dial(time.Second, "full.example:1")
	dial(time.Second, "free.example:1")
	dial(time.Second, "banned.example:1")
	r.sim.Run(2 * time.Second)
	require.NoError(t, errs["203.0.113.1:1"])
	require.ErrorIs(t, errs["full.example:1"], guard.ErrGroupFull)
	require.NoError(t, errs["free.example:1"])
	require.ErrorIs(t, errs["banned.example:1"], guard.ErrBanned)
	r.run(3 * time.Second)
}

// looksUp is a host in whose names some addresses mean others.
type looksUp struct {
	network.Host
	names map[network.Addr]network.Addr
}

func (h looksUp) Dial(to network.Addr, done func(network.Stream, error)) {
	if real, ok := h.names[to]; ok {
		to = real
	}
	h.Host.Dial(to, done)
}
