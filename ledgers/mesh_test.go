package ledgers_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// links are peers below a mesh, which note what goes to whom.
type links struct {
	peers    []network.Addr
	handlers map[messaging.Kind]p2p.Handler
	watcher  p2p.Watcher
	sent     map[messaging.Kind][]network.Addr // to whom, of the last broadcast of the kind
	payload  map[messaging.Kind][]byte
}

func (l *links) Start(w p2p.Watcher) error { l.watcher = w; return nil }
func (l *links) Handle(kind messaging.Kind, h p2p.Handler) error {
	l.handlers[kind] = h
	return nil
}
func (l *links) Peers() []network.Addr                                   { return slices.Clone(l.peers) }
func (l *links) Send(network.Addr, messaging.Kind, []byte) error         { return nil }
func (l *links) Request(network.Addr, messaging.Kind, []byte, p2pAnswer) {}
func (l *links) Stop()                                                   {}
func (l *links) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	l.sent[kind] = slices.DeleteFunc(l.Peers(), func(a network.Addr) bool { return slices.Contains(except, a) })
	l.payload[kind] = payload
	return nil
}

type p2pAnswer = func(reply []byte, err error)

// meshOf is the first of four members, with the three others and an observer as peers.
func meshOf(t *testing.T) (*links, *ledgers.Mesh) {
	l := &links{
		peers:    []network.Addr{"b:1", "c:1", "d:1", "x:1"},
		handlers: map[messaging.Kind]p2p.Handler{}, sent: map[messaging.Kind][]network.Addr{}, payload: map[messaging.Kind][]byte{},
	}
	m := ledgers.NewMesh(l, []ledgers.Member{{Addr: "a:1"}, {Addr: "b:1"}, {Addr: "c:1"}, {Addr: "d:1"}}, "gossip:block")
	require.NoError(t, m.Start(nil))
	return l, m
}

// says has a peer say which members it has as peers.
func (l *links) says(from network.Addr, payload ...byte) { l.handlers[ledgers.KindMesh](from, payload) }

func TestMesh_AMemberIsSentAMessageOnce_LED6(t *testing.T) {
	l, m := meshOf(t)
	pass := func(kind messaging.Kind, from network.Addr) []network.Addr {
		require.NoError(t, m.Broadcast(kind, nil, from))
		return l.sent[kind]
	}
	require.Equal(t, []network.Addr{"c:1", "d:1", "x:1"}, pass("gossip:block", "b:1"), "nothing is known of b's peers")
	l.says("b:1", 0, 0, 0, 0b0101)
	require.Equal(t, []network.Addr{"d:1", "x:1"}, pass("gossip:block", "b:1"), "b has sent it to c, and not to d")
	require.Equal(t, []network.Addr{"b:1", "d:1", "x:1"}, pass("gossip:block", "c:1"), "what b says is of b alone")
	require.Equal(t, []network.Addr{"c:1", "d:1", "x:1"}, pass("gossip:beat", "b:1"), "a kind that goes to all")
	require.NoError(t, m.Broadcast("gossip:block", nil))
	require.Equal(t, l.peers, l.sent["gossip:block"], "what is this node's own goes to all")
}

func TestMesh_BelievesMembersAloneAndForgetsThem_LED6(t *testing.T) {
	l, m := meshOf(t)
	l.says("x:1", 0, 0, 0, 0b1111)
	require.NoError(t, m.Broadcast("gossip:block", nil, "x:1"))
	require.Equal(t, []network.Addr{"b:1", "c:1", "d:1"}, l.sent["gossip:block"], "an observer may say what it likes")
	l.says("b:1", 0, 0, 0, 0b1111)
	l.says("b:1", 1, 2, 3)
	require.NoError(t, m.Broadcast("gossip:block", nil, "b:1"))
	require.Equal(t, []network.Addr{"x:1"}, l.sent["gossip:block"], "what is no message changes nothing")
	l.watcher.PeerLost("b:1")
	require.NoError(t, m.Broadcast("gossip:block", nil, "b:1"))
	require.Equal(t, []network.Addr{"c:1", "d:1", "x:1"}, l.sent["gossip:block"], "it was lost, and its peers with it")
}

func TestMesh_TellsOfItsPeersWhenTheyChange_LED6(t *testing.T) {
	l, _ := meshOf(t)
	l.watcher.PeerArrived("d:1")
	require.Equal(t, []byte{0, 0, 0, 0b1110}, l.payload[ledgers.KindMesh])
	l.peers = []network.Addr{"c:1"}
	l.watcher.PeerLost("d:1")
	require.Equal(t, []byte{0, 0, 0, 0b0100}, l.payload[ledgers.KindMesh])
}
