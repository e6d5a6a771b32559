package lab

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/scenario"
)

func TestDescribe_SaysHowMuch(t *testing.T) {
	a, b := addrs(2)[:1], addrs(2)[1:]
	require.Equal(t, []string{
		"1s: crash of 10.0.0.1 without its disk for 2s",
		"2s: slow link from 10.0.0.1 to 10.0.0.2 at 800 bytes a second for 1s",
		"3s: delay from 10.0.0.1 to 10.0.0.2 by 30ms for 1s",
		"4s: clock skew of 10.0.0.1 by 1s and 0.2 % slow for 1s",
		"5s: clock skew of 10.0.0.1 0.0007 % fast for 1s",
	}, describe([]scenario.Fault{
		{Kind: scenario.Crash, At: time.Second, For: 2 * time.Second, A: a, Wipe: true},
		{Kind: scenario.Slow, At: 2 * time.Second, For: time.Second, A: a, B: b, Rate: 800},
		{Kind: scenario.Delay, At: 3 * time.Second, For: time.Second, A: a, B: b, By: 30 * time.Millisecond},
		{Kind: scenario.Skew, At: 4 * time.Second, For: time.Second, A: a, By: time.Second, Rate: -2000},
		{Kind: scenario.Skew, At: 5 * time.Second, For: time.Second, A: a, Rate: 7},
	}))
}

// Every class of fault strikes, and none of them changes a run that it is absent from.
func TestWeather_StrikesAndIsCounted(t *testing.T) {
	fired := map[string]int{}
	s := scenario.Scenario{Name: "lab/weather", For: 10 * time.Second, Setup: func(w scenario.World) {
		for n := range 4 {
			w.Node(w.Addr(n), func(h network.Host) { chat(w, h, n) })
		}
	}}
	const all = 3 // a seed that has all of them, see swarm
	calm := Run(s, Options{Seed: all})
	require.Empty(t, calm.Injected)
	s.Faults = scenario.Faults{Cuts: 1, Delays: 1, Slow: 1, Pauses: 1, Skews: 1, Until: 9 * time.Second}
	for seed := range uint64(20) {
		r := Run(s, Options{Seed: seed})
		require.False(t, r.Failed(), r.String())
		for kind, n := range r.Fired {
			fired[kind] += n
		}
	}
	for _, kind := range []scenario.FaultKind{scenario.Cut, scenario.Delay, scenario.Slow, scenario.Pause,
		scenario.Skew} {
		require.Positive(t, fired[string(kind)], kind)
	}
	without := Without{}
	for _, c := range Choices(s, all) {
		if c.Fault() {
			without[c.Key] = true
		}
	}
	require.Len(t, without, 5)
	require.Equal(t, calm.Hash, Run(s, Options{Seed: all, Without: without}).Hash)
}

// chat has a node write to all others ten times a second, on streams that it dials again when they
// end.
func chat(w scenario.World, h network.Host, n int) {
	if _, err := h.Listen(w.Addr(n), func(s network.Stream) { s.Deliver(chatter{}) }); err != nil {
		panic(err)
	}
	for to := range 4 {
		if to != n {
			chatter{w: w, host: h, to: to}.dial()
		}
	}
}

type chatter struct {
	w    scenario.World
	host network.Host
	to   int
}

func (c chatter) dial() {
	c.host.Dial(c.w.Addr(c.to), func(s network.Stream, err error) {
		if err != nil {
			c.host.After(time.Second, c.dial)
			return
		}
		s.Deliver(c)
		var speak func()
		speak = func() {
			s.Write(nil, []byte(c.host.Now().String()))
			c.host.After(time.Second/10, speak)
		}
		speak()
	})
}

func (c chatter) Receive([]byte) {}

func (c chatter) Ended(error) {
	if c.host != nil {
		c.host.After(time.Second, c.dial)
	}
}
