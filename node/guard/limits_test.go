package guard_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/guard"
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

// A node at rest looks at no connection, and does so again as soon as something comes.
func TestAFrameThatDripsAfterAPauseEndsAsWell_NET5(t *testing.T) {
	r := newRig(t, guard.Config{FrameWithin: 20 * time.Second})
	late := r.stranger("203.0.113.1:1")
	late.dials(0, func(l *line) {
		l.says("one")
		late.host.After(100*time.Second, func() { l.stream.Write([]byte{0, 0}, nil) })
	})
	r.sim.Run(100 * time.Second)
	require.Equal(t, 1, late.alive(), "who has said something may be silent")
	r.sim.Run(160 * time.Second)
	require.Zero(t, late.alive())
	require.Less(t, late.lines[0].at, 126*time.Second, "within five quarters of FrameWithin")
	require.Equal(t, uint64(1), r.guard.Totals().Offences[guard.Drip])
	r.run(161 * time.Second)
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
