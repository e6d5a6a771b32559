package live_test

import (
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
const patience = 20 * time.Second

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
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	p := &player{t: t, told: make(chan string, 1000), addr: addrs[0]}
	cfg := live.Config{Layer: layer, Stack: ours, Listen: p.addr, Name: name, Told: func(line string) { p.told <- line }}
	for _, o := range others {
		cfg.Bootstrap = append(cfg.Bootstrap, o.addr)
	}
	p.Session, err = live.Start(cfg)
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
	require.NoError(t, alone.Say("hello"))
	alone.reads("back: hello")

	guest := play(t, "network", "", alone)
	guest.reads("connected to " + string(alone.addr))
	require.NoError(t, guest.Say("na\x1b[2Jme"))
	alone.reads("from connection ") // its own, before
	guest.reads("back: na")
}

func TestMessaging_AsksAndAnswers(t *testing.T) {
	host := play(t, "messaging", "")
	guest := play(t, "messaging", "", host)
	guest.reads("connected to " + string(host.addr))
	require.NoError(t, guest.Say("hello"))
	host.reads("asked by connection ")
	guest.reads("answer after ")
	host.Stop()
	guest.reads("connection ")
	require.ErrorContains(t, guest.Say("hello"), "not connected yet")
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
		known, err := c.Network()
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
	require.ErrorContains(t, a.Say("is anybody there?"), "not connected yet")
	b := play(t, "gossip", "bob", a)
	c := play(t, "gossip", "carol", b)
	a.reads(string(b.addr) + " is a peer now")
	b.reads(string(c.addr) + " is a peer now")
	require.NoError(t, a.Say("hello"))
	b.reads("alice: hello")
	c.reads("alice: hello")
	require.NoError(t, c.Say("bye"))
	a.reads("carol: bye")
}

func TestStart_SaysWhatIsWrong(t *testing.T) {
	a := play(t, "gossip", "")
	_, err := live.Start(live.Config{Layer: "gossip", Stack: ours, Listen: a.addr, Told: func(string) {}})
	require.ErrorIs(t, err, network.ErrAddrInUse)
	require.ErrorContains(t, err, "choose another with --listen")
	_, err = live.Start(live.Config{Layer: "gossip", Stack: ours, Listen: "nowhere", Told: func(string) {}})
	require.ErrorIs(t, err, network.ErrBadAddr)
}

// What is not written yet ends the session, and says which step.
func TestStart_NotWritten(t *testing.T) {
	stack := ours
	stack.NewGossip = func(network.Host, p2p.P2P, gossip.Config) gossip.Gossip { panic(network.NotWritten("gossip.1")) }
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	_, err = live.Start(live.Config{Layer: "gossip", Stack: stack, Listen: addrs[0], Told: func(string) {}})
	var step network.NotWritten
	require.ErrorAs(t, err, &step)
	require.Equal(t, network.NotWritten("gossip.1"), step)
}
