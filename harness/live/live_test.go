package live_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/gossip"
	"strata/harness/live"
	"strata/network"
	"strata/node/process/tcphost"
	"strata/p2p"
	"strata/solutions"
)

// patience is how long a test waits for a line.
const patience = 2 * time.Minute

// ours is the stack of our layers 1 to 4.
var ours = solutions.Stack().Stack.Stack

// player is a session and what its user reads.
type player struct {
	*live.Session
	t    *testing.T
	told chan string
	addr network.Addr
}

// play starts a session that begins at the others.
func play(t *testing.T, layer, name string, others ...*player) *player {
	t.Helper()
	return playStack(t, ours, layer, name, others...)
}

// playStack does so with layers that may not be ours.
func playStack(t *testing.T, stack gossip.Stack, layer, name string, others ...*player) *player {
	t.Helper()
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	p := &player{t: t, told: make(chan string, 1000), addr: addrs[0]}
	cfg := live.Config{Layer: layer, Stack: stack, Listen: p.addr, Name: name, Told: func(line string) { p.told <- line }}
	for _, o := range others {
		cfg.Bootstrap = append(cfg.Bootstrap, o.addr)
	}
	p.Session, err = live.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(p.Stop)
	return p
}

// reads waits for a line that begins so.
func (p *player) reads(begins string) {
	p.t.Helper()
	late := time.After(patience)
	var seen []string
	for {
		select {
		case line := <-p.told:
			if strings.HasPrefix(line, begins) {
				return
			}
			seen = append(seen, line)
		case <-late:
			require.FailNow(p.t, "waited in vain for "+begins, "%q", seen)
		}
	}
}

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestNetwork_AloneAndTogether(t *testing.T) {
	alone := play(t, "network", "")
	alone.reads("connected to " + string(alone.addr))
	require.NoError(t, alone.Say(t.Context(), "hello"))
	alone.reads("back: hello")

	guest := play(t, "network", "", alone)
	guest.reads("connected to " + string(alone.addr))
	require.NoError(t, guest.Say(t.Context(), "na\x1b[2Jme"))
	alone.reads("from connection ") // its own, before
	guest.reads("back: na")
}

func TestMessaging_AsksAndAnswers(t *testing.T) {
	host := play(t, "messaging", "")
	guest := play(t, "messaging", "", host)
	guest.reads("connected to " + string(host.addr))
	require.NoError(t, guest.Say(t.Context(), "hello"))
	host.reads("asked by connection ")
	guest.reads("answer after ")
	host.Stop()
	guest.reads("connection ")
	require.ErrorContains(t, guest.Say(t.Context(), "hello"), "not connected yet")
}

// The last of three knows who the peers of its peers are.
func TestP2P_DrawsTheNetwork(t *testing.T) {
	a := play(t, "p2p", "")
	b := play(t, "p2p", "", a)
	b.reads(string(a.addr) + " is a peer now")
	c := play(t, "p2p", "", b)
	c.reads(string(b.addr) + " is a peer now")
	late := time.After(patience)
	for {
		known, err := c.Network(t.Context())
		require.NoError(t, err)
		if len(known) == 3 && len(known[a.addr]) >= 2 {
			require.Contains(t, known[a.addr], b.addr)
			return
		}
		select {
		case <-late:
			require.FailNow(t, "the network stays unknown", "%v", known)
		case <-c.told:
		case <-time.After(50 * time.Millisecond):
		}
	}
}

func TestGossip_Chat(t *testing.T) {
	a := play(t, "gossip", "alice")
	require.ErrorContains(t, a.Say(t.Context(), "is anybody there?"), "not connected yet")
	b := play(t, "gossip", "bob", a)
	c := play(t, "gossip", "carol", b)
	a.reads(string(b.addr) + " is a peer now")
	b.reads(string(c.addr) + " is a peer now")
	require.NoError(t, a.Say(t.Context(), "hello"))
	b.reads("alice: hello")
	c.reads("alice: hello")
	require.NoError(t, c.Say(t.Context(), "bye"))
	a.reads("carol: bye")
}

func TestStart_SaysWhatIsWrong(t *testing.T) {
	a := play(t, "gossip", "")
	_, err := live.Start(t.Context(), live.Config{Layer: "gossip", Stack: ours, Listen: a.addr, Told: func(string) {}})
	require.ErrorIs(t, err, network.ErrAddrInUse)
	require.ErrorContains(t, err, "choose another with --listen")
	_, err = live.Start(t.Context(), live.Config{Layer: "gossip", Stack: ours, Listen: "nowhere", Told: func(string) {}})
	require.ErrorIs(t, err, network.ErrBadAddr)
}

// What is not written yet ends the session, and says which step.
func TestStart_NotWritten(t *testing.T) {
	stack := ours
	stack.NewGossip = func(network.Host, p2p.P2P, gossip.Config) gossip.Gossip { panic(network.NotWritten("gossip.1")) }
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	_, err = live.Start(t.Context(), live.Config{Layer: "gossip", Stack: stack, Listen: addrs[0], Told: func(string) {}})
	var step network.NotWritten
	require.ErrorAs(t, err, &step)
	require.Equal(t, network.NotWritten("gossip.1"), step)
}

// stuck is a layer 1 whose code does not return when it has something to send, until it is let go.
type stuck struct {
	network.Network
	entered chan<- struct{}
	free    <-chan struct{}
}

func (s stuck) Send(network.ConnID, []byte) error {
	close(s.entered)
	select {
	case <-s.free:
	case <-time.After(patience):
	}
	return network.ErrClosed
}

// The user ends what waits for code that does not return.
func TestSay_EndsWithItsContext(t *testing.T) {
	entered, free := make(chan struct{}), make(chan struct{})
	stack := ours
	stack.NewNetwork = func(host network.Host, cfg network.Config) network.Network {
		return stuck{ours.NewNetwork(host, cfg), entered, free}
	}
	p := playStack(t, stack, "network", "")
	t.Cleanup(func() { close(free) })
	p.reads("connected to ")
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-entered; cancel() }()
	require.ErrorIs(t, p.Say(ctx, "hello"), context.Canceled)
	_, err := p.Network(ctx)
	require.ErrorIs(t, err, context.Canceled)
}

// So does what waits for the layer to start; what it left is gone once its code returns.
func TestStart_EndsWithItsContext(t *testing.T) {
	free := make(chan struct{})
	defer close(free)
	ctx, cancel := context.WithCancel(t.Context())
	stack := ours
	stack.NewNetwork = func(host network.Host, cfg network.Config) network.Network {
		cancel()
		select {
		case <-free:
		case <-time.After(patience):
		}
		return ours.NewNetwork(host, cfg)
	}
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	began := time.Now()
	_, err = live.Start(ctx, live.Config{Layer: "network", Stack: stack, Listen: addrs[0], Told: func(string) {}})
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, time.Since(began), patience, "before the code returns")
}
