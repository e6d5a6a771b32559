package guard_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/network"
	"strata/network/guard"
)

// slow is a config in which little is allowed: ten messages a second, and ten at once.
func slow() guard.Config {
	return guard.Config{Messages: 10, Bytes: 1000, Burst: time.Second, MaxHeld: 400}
}

func TestMessagesOverTheLimitWaitForTheirTurn(t *testing.T) {
	r := newRig(t, slow())
	r.stranger("203.0.113.1:1").dials(0, func(l *line) { l.says(numbered(30)...) })
	r.sim.Run(5 * time.Second)
	require.Equal(t, numbered(30), r.texts(), "all of them, in order")
	require.Less(t, r.heard[9].at, 100*ms, "as many as a second's at once")
	for i, h := range r.heard[10:] {
		require.GreaterOrEqual(t, h.at, time.Duration(i)*100*ms, "then one each tenth of a second")
		require.Less(t, h.at, time.Duration(i)*100*ms+300*ms)
	}
	require.NotZero(t, r.guard.Totals().Slowed)
	r.run(6 * time.Second)
}

func TestBytesOverTheLimitWaitForTheirTurn(t *testing.T) {
	cfg := slow()
	cfg.Messages, cfg.MaxHeld = 1000, 10_000
	r := newRig(t, cfg)
	var texts []string
	for range 40 {
		texts = append(texts, fmt.Sprintf("%96d", len(texts)))
	}
	r.stranger("203.0.113.1:1").dials(0, func(l *line) { l.says(texts...) })
	r.sim.Run(10 * time.Second)
	require.Equal(t, texts, r.texts())
	require.GreaterOrEqual(t, r.heard[39].at, 2500*ms, "4,000 bytes at 1,000 a second, and 1,000 at once")
	require.Less(t, r.heard[39].at, 4500*ms)
	r.run(11 * time.Second)
}

func TestTheEndWaitsBehindWhatIsHeld(t *testing.T) {
	r := newRig(t, slow())
	r.stranger("203.0.113.1:1").dials(0, func(l *line) { l.says(numbered(20)...); l.stream.Close() })
	r.sim.Run(5 * time.Second)
	require.Equal(t, numbered(20), r.texts())
	require.Len(t, r.closed, 1)
	require.Equal(t, r.heard[19].at, r.closed[0].at)
	require.NoError(t, r.closed[0].reason)
	r.run(6 * time.Second)
}

func TestAFloodEndsAndIsBanned(t *testing.T) {
	cfg := slow()
	cfg.BanFor = 10 * time.Minute
	r := newRig(t, cfg)
	flooder, honest := r.stranger("203.0.113.1:1"), r.stranger("203.0.113.2:1")
	for i := range 6 {
		flooder.dials(time.Duration(i)*time.Second, func(l *line) { l.says(numbered(100)...) })
	}
	honest.dials(3*time.Second, func(l *line) { l.says("hello") })
	r.sim.Run(20 * time.Second)
	require.Zero(t, flooder.alive(), "each line was closed")
	require.ErrorIs(t, r.closed[0].reason, guard.ErrFlood)
	require.Equal(t, 1, honest.alive(), "others are none the worse")
	require.Contains(t, r.texts(), "hello")
	require.Equal(t, uint64(4), r.guard.Totals().Offences[guard.Flood], "four floods of 25 points are a ban")
	require.Equal(t, uint64(2), r.guard.Totals().Refused)
	bans := r.guard.Bans()
	require.Len(t, bans, 1)
	require.Equal(t, "203.0.113.1", bans[0].IP)
	require.Equal(t, "flood", bans[0].Reason)

	flooder.dials(11*time.Minute, func(l *line) { l.says("good now") })
	r.sim.Run(12 * time.Minute)
	require.Empty(t, r.guard.Bans(), "it is over")
	require.Equal(t, 1, flooder.alive())
	r.run(13 * time.Minute)
}

func TestReconnectingGivesNoFreshAllowance(t *testing.T) {
	cfg := slow()
	cfg.MaxHeld = 10_000
	r := newRig(t, cfg)
	s := r.stranger("203.0.113.1:1")
	for i := range 4 {
		s.dials(time.Duration(i)*20*ms, func(l *line) { l.says(numbered(10)...) })
	}
	r.sim.Run(600 * ms)
	require.Less(t, len(r.heard), 20, "one bucket for all connections of an address")
	r.sim.Run(5 * time.Second)
	require.Len(t, r.heard, 40)
	r.run(6 * time.Second)
}

func TestAFrameThatDripsEndsInBoundedTime_NET5(t *testing.T) {
	r := newRig(t, guard.Config{FrameWithin: 20 * time.Second})
	silent, halfHeader, dripper, second, honest := r.stranger("203.0.113.1:1"), r.stranger("203.0.113.2:1"),
		r.stranger("203.0.113.3:1"), r.stranger("203.0.113.4:1"), r.stranger("203.0.113.5:1")
	drip := func(s *stranger, l *line) {
		l.stream.Write(network.Header(1000), nil)
		for i := range 100 {
			s.host.After(time.Duration(i)*time.Second, func() { l.stream.Write(nil, []byte("x")) })
		}
	}
	silent.dials(0, nil)
	halfHeader.dials(0, func(l *line) { l.stream.Write([]byte{0, 0}, nil) })
	dripper.dials(0, func(l *line) { drip(dripper, l) })
	second.dials(0, func(l *line) { l.says("one"); drip(second, l) })
	honest.dials(0, func(l *line) { l.says("one") })
	r.sim.Run(60 * time.Second)
	for _, s := range []*stranger{silent, halfHeader, dripper, second} {
		require.Zero(t, s.alive(), s.addr)
		require.Greater(t, s.lines[0].at, 20*time.Second)
		require.Less(t, s.lines[0].at, 26*time.Second, "within five quarters of FrameWithin")
	}
	require.Equal(t, 1, honest.alive(), "who has said something may be silent")
	for _, c := range r.closed {
		require.ErrorIs(t, c.reason, guard.ErrTooSlow)
	}
	require.Equal(t, uint64(4), r.guard.Totals().Offences[guard.Drip])
	r.run(61 * time.Second)
}

func TestAFrameThatIsTooBigIsAnOffence_NET4(t *testing.T) {
	r := newRig(t, guard.Config{MaxFrame: 1000})
	s := r.stranger("203.0.113.1:1")
	for i := range 3 {
		s.dials(time.Duration(i)*time.Second, func(l *line) { l.stream.Write(network.Header(1001), nil) })
	}
	r.sim.Run(10 * time.Second)
	require.Len(t, r.closed, 2)
	require.ErrorIs(t, r.closed[0].reason, network.ErrFrameTooBig, "the layer closes, as it would without a guard")
	require.Len(t, r.guard.Bans(), 1, "twice 50 points")
	r.run(11 * time.Second)
}

func TestClosingInTheMidstOfAMessageBlamesItsSender(t *testing.T) {
	r := newRig(t, guard.Config{})
	r.onMessage = func(id network.ConnID, text string) {
		if text == "wrong" {
			r.net.Close(id)
		}
	}
	s, first, later := r.stranger("203.0.113.1:1"), r.stranger("203.0.113.2:1"), r.stranger("203.0.113.3:1")
	s.dials(0, func(l *line) { l.says("right", "wrong", "too late") })
	r.sim.Run(time.Second)
	require.Equal(t, []string{"right", "wrong"}, r.texts())
	require.Equal(t, uint64(1), r.guard.Totals().Offences[guard.Protocol])

	for _, s := range []*stranger{first, later} {
		r.sim.At(2*time.Second, self, func() { r.net.Dial(s.addr, func(network.ConnID, error) {}) })
	}
	r.sim.At(3*time.Second, first.addr, func() { first.lines[0].says("wrong") })
	r.sim.At(3*time.Second, later.addr, func() { later.lines[0].says("right", "wrong") })
	r.sim.Run(4 * time.Second)
	require.Equal(t, uint64(2), r.guard.Totals().Offences[guard.Protocol],
		"the first message on a connection that we dialled may be a polite rejection")
	r.run(5 * time.Second)
}

func TestPointsAreForgotten(t *testing.T) {
	r := newRig(t, guard.Config{})
	r.onMessage = func(network.ConnID, string) { r.guard.Penalise(guard.NoWork) }
	s := r.stranger("203.0.113.1:1")
	s.dials(0, func(l *line) {
		for i := range 4 {
			s.host.After(time.Duration(i)*301*time.Second, func() { l.says("a block") })
		}
	})
	points := func(at time.Duration, want int) {
		r.sim.At(at, self, func() { require.Equal(t, want, r.guard.Conns()[0].Penalty) })
	}
	points(1*time.Second, 50)
	points(61*time.Second, 40)
	points(300*time.Second, 1)
	points(302*time.Second, 50)
	r.sim.Run(20 * time.Minute)
	require.Equal(t, 1, s.alive(), "50 points are forgotten in 5 minutes")
	r.run(21 * time.Minute)
}

func TestBlameLaterStrikesWhoSentItAndNobodyElse(t *testing.T) {
	r := newRig(t, guard.Config{})
	var blame func(guard.Offence)
	r.onMessage = func(_ network.ConnID, text string) {
		if text == "transaction" {
			blame = r.guard.Blame()
		}
	}
	liar, honest := r.stranger("203.0.113.1:1"), r.stranger("203.0.113.2:1")
	liar.dials(0, func(l *line) { l.says("transaction") })
	honest.dials(time.Second, func(l *line) { l.says("hello") })
	r.sim.At(2*time.Second, self, func() {
		r.guard.Penalise(guard.Forged)
		require.Zero(t, r.guard.Totals().Offences[guard.Forged], "nobody's message is being handled")
		for range 4 {
			blame(guard.Forged)
		}
	})
	r.sim.Run(3 * time.Second)
	require.Zero(t, liar.alive())
	require.Equal(t, 1, honest.alive())
	require.Equal(t, "203.0.113.1", r.guard.Bans()[0].IP)
	r.run(4 * time.Second)

	var none *guard.Guard
	none.Penalise(guard.Forged)
	none.Blame()(guard.Forged)
	none.Name("nobody:1")
}

func TestAnExemptOffenderLosesItsConnectionAlone(t *testing.T) {
	r := newRig(t, guard.Config{Exempt: []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")}, MaxPerIP: 1})
	r.onMessage = func(_ network.ConnID, text string) {
		if text == "bad" {
			r.guard.Penalise(guard.NoWork)
		}
	}
	s := r.stranger("203.0.113.1:1")
	s.dials(0, func(l *line) { l.says("bad", "bad", "bad") })
	s.dials(0, func(l *line) { l.says("good") })
	s.dials(2*time.Second, func(l *line) { l.says("again") })
	r.sim.Run(3 * time.Second)
	require.True(t, s.lines[0].over)
	require.Equal(t, 2, s.alive())
	require.Empty(t, r.guard.Bans())
	r.run(4 * time.Second)
}

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

func TestMemoryIsBoundedByClosingWhatHoldsMost(t *testing.T) {
	r := newRig(t, guard.Config{MaxMemory: 1 << 20, MaxPerGroup: 100})
	var hoarders []*stranger
	for i := range 12 { // each of them begins a frame of 1 MiB and sends a fifth of it
		s := r.stranger(network.Addr(fmt.Sprintf("203.0.113.%d:1", i+1)))
		s.dials(time.Duration(i)*100*ms, func(l *line) {
			l.stream.Write(network.Header(1<<20), make([]byte, 200_000+i))
		})
		hoarders = append(hoarders, s)
	}
	honest := r.stranger("192.0.2.1:1")
	honest.dials(2*time.Second, func(l *line) { l.says("hello") })
	r.sim.Run(3 * time.Second)
	alive := 0
	for _, s := range hoarders {
		alive += s.alive()
	}
	require.Equal(t, 1, alive, "four times 200 kB is what one of them may take of the memory")
	require.Equal(t, uint64(11), r.guard.Totals().Overloaded)
	require.Equal(t, []string{"hello"}, r.texts())
	r.run(4 * time.Second)
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

// TestAVerdictThatComesLateFindsItsConnection: by what the far end calls itself, since nothing of it is being
// handled any more.
func TestAVerdictThatComesLateFindsItsConnection(t *testing.T) {
	r := newRig(t, guard.Config{})
	r.onMessage = func(_ network.ConnID, text string) { r.guard.Name(network.Addr(text)) }
	first, newest := r.stranger("203.0.113.1:1"), r.stranger("203.0.113.2:1")
	first.dials(0, func(l *line) { l.says("node.example:1") })
	newest.dials(time.Second, func(l *line) { l.says("node.example:1") })
	r.sim.At(2*time.Second, self, func() {
		require.False(t, r.guard.Handling())
		r.guard.PenalisePeer("nobody.example:1", guard.BadSync)
		require.Zero(t, r.guard.Totals().Offences[guard.BadSync])
		for range 5 {
			r.guard.PenalisePeer("node.example:1", guard.BadSync)
		}
	})
	r.sim.Run(3 * time.Second)
	require.Equal(t, 1, first.alive())
	require.Zero(t, newest.alive(), "the newest of the name is the peer (P2P-6)")
	r.run(4 * time.Second)
}
