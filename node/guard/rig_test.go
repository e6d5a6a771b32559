package guard_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/network"
	"strata/node/guard"
	"strata/scenario"
	"strata/solutions"
)

const ms = time.Millisecond

// self is the guarded node.
const self network.Addr = "198.51.100.1:4000"

// rig is a guarded node with the reference's layer 1, and strangers that speak bytes.
type rig struct {
	t     *testing.T
	sim   *sim.Net
	guard *guard.Guard
	net   network.Network

	onMessage func(id network.ConnID, message string)
	heard     []heard
	opened    []network.ConnID
	closed    []closed
}

type heard struct {
	at   time.Duration
	text string
}

type closed struct {
	at     time.Duration
	reason error
}

func newRig(t *testing.T, cfg guard.Config) *rig {
	return newRigOn(t, cfg, func(h network.Host) network.Host { return h })
}

// newRigOn has another host for the guard.
func newRigOn(t *testing.T, cfg guard.Config, on func(network.Host) network.Host) *rig {
	cfg, err := cfg.Complete()
	require.NoError(t, err)
	r := &rig{t: t}
	r.sim, err = sim.New(sim.Config{MinLatency: 10 * ms, MaxLatency: 10 * ms, Keys: len(cfg.Members) > 0})
	require.NoError(t, err)
	r.sim.Node(self, func(h network.Host) {
		r.guard = guard.New(on(h), cfg)
		netCfg, err := network.Config{Listen: self, MaxFrame: cfg.MaxFrame}.Complete()
		require.NoError(t, err)
		r.net = solutions.Stack().NewNetwork(r.guard.Host(), netCfg)
		require.NoError(t, r.net.Start(r))
	})
	return r
}

func (r *rig) Connected(id network.ConnID, _ network.Side) { r.opened = append(r.opened, id) }

func (r *rig) Received(id network.ConnID, payload []byte) {
	r.heard = append(r.heard, heard{r.sim.Now(), string(payload)})
	if r.onMessage != nil {
		r.onMessage(id, string(payload))
	}
}

func (r *rig) Disconnected(_ network.ConnID, _ network.Side, reason error) {
	r.closed = append(r.closed, closed{r.sim.Now(), reason})
}

// texts lists the messages that were heard.
func (r *rig) texts() []string {
	var all []string
	for _, h := range r.heard {
		all = append(all, h.text)
	}
	return all
}

// run runs to that time, stops the node and sees that nothing is left of it.
func (r *rig) run(until time.Duration) {
	r.sim.At(until, self, r.net.Stop)
	r.sim.Run(until + time.Second)
	require.Equal(r.t, scenario.Usage{}, r.sim.Usage(self), "NET-11: nothing is left of a guarded node either")
	require.Empty(r.t, r.guard.Conns())
}

// stranger is a node that speaks bytes.
type stranger struct {
	r     *rig
	addr  network.Addr
	host  network.Host
	lines []*line
}

type line struct {
	stream network.Stream
	over   bool
	at     time.Duration // when it was
	r      *rig
}

func (l *line) Receive([]byte) {}

func (l *line) Ended(error) { l.over, l.at = true, l.r.sim.Now() }

// stranger adds one that listens, and takes what comes.
func (r *rig) stranger(addr network.Addr) *stranger {
	s := &stranger{r: r, addr: addr}
	r.sim.Node(addr, func(h network.Host) {
		s.host = h
		_, err := h.Listen(addr, func(stream network.Stream) { s.open(stream) })
		require.NoError(r.t, err)
	})
	return s
}

func (s *stranger) open(stream network.Stream) *line {
	l := &line{stream: stream, r: s.r}
	s.lines = append(s.lines, l)
	stream.Deliver(l)
	return l
}

// dials has the stranger dial the node at that time, then do something with the line.
func (s *stranger) dials(at time.Duration, then func(l *line)) {
	s.r.sim.At(at, s.addr, func() {
		s.host.Dial(self, func(stream network.Stream, err error) {
			require.NoError(s.r.t, err)
			if l := s.open(stream); then != nil {
				then(l)
			}
		})
	})
}

// open counts the lines that live.
func (s *stranger) alive() int {
	n := 0
	for _, l := range s.lines {
		if !l.over {
			n++
		}
	}
	return n
}

// says writes whole frames.
func (l *line) says(texts ...string) {
	for _, text := range texts {
		l.stream.Write(network.Header(len(text)), []byte(text))
	}
}

// numbered is n different messages.
func numbered(n int) []string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("message %d", i)
	}
	return all
}
