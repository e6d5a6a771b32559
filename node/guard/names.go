package guard

import (
	"cmp"
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"strata/network"
)

// maxNames bounds the addresses whose keys are remembered.
const maxNames = 1024

// nodeName is who is behind an address.
type nodeName struct {
	key  network.PublicKey
	self network.Addr // what it calls itself
}

// names is who is behind which address, as far as that was said and signed.
type names struct {
	peers map[network.Addr]nodeName // of now
	known map[network.Addr]nodeName // of now and before
}

// lingering is how long a node whose address is the larger one leaves it to the other to end one of two
// connections: p2p's own way may have ended one by then (P2P-6), and each must not end another.
const lingering = 5 * time.Second

// Identify notes that the peer of that address has the key, and what it calls itself. P2p knows nodes by their
// addresses: it would have one that is known by several as several peers, or lose one connection for the
// other again and again (P2P-6). So of the names of one node one stays: what it calls itself, if that is among
// them. Connections by the others are ended, and they are not dialled as long as that one is a peer.
func (g *Guard) Identify(peer network.Addr, key network.PublicKey, self network.Addr) {
	if g == nil {
		return
	}
	if len(g.names.known) >= maxNames {
		clear(g.names.known)
	}
	g.names.peers[peer] = nodeName{key, self}
	g.names.known[peer] = nodeName{key, self}
	if !g.twice(peer) {
		return
	}
	if g.cfg.Self < self {
		g.oneName(key)
	} else {
		g.host.After(lingering, func() { g.oneName(key) })
	}
}

// Unidentify forgets the peer, which is lost.
func (g *Guard) Unidentify(peer network.Addr) {
	if g != nil {
		delete(g.names.peers, peer)
	}
}

// twice says whether the node behind the address is a peer under another one.
func (g *Guard) twice(a network.Addr) bool {
	n, known := g.names.known[a]
	if !known {
		return false
	}
	for peer, other := range g.names.peers {
		if peer != a && other.key == n.key {
			return true
		}
	}
	return false
}

// oneName ends the connections to a node by all its names but one.
func (g *Guard) oneName(key network.PublicKey) {
	var same []network.Addr
	for _, peer := range slices.Sorted(maps.Keys(g.names.peers)) {
		if g.names.peers[peer].key == key {
			same = append(same, peer)
		}
	}
	if len(same) < 2 {
		return
	}
	stays := same[0]
	if self := g.names.peers[same[0]].self; slices.Contains(same, self) {
		stays = self
	}
	for _, c := range slices.Clone(g.conns) {
		if name := cmp.Or(c.dialled, c.name); name != stays && slices.Contains(same, name) {
			c.end(ErrSameNode)
		}
	}
}

// IsAlias says whether the address is another name of a node that is a peer. The name that the node gives
// itself never is: otherwise a liar could keep us from it.
func (g *Guard) IsAlias(a network.Addr) bool { return g.names.known[a].self != a && g.twice(a) }

const (
	sayAgain = 10 * time.Minute // until the same is said of an address
	maxSaid  = 256
)

// unreachable says in the log that a dial came to nothing, not each time.
func (g *Guard) unreachable(to network.Addr, err error) {
	g.sometimes(to, "nobody reached", "addr", to, "err", err)
}

// isOwn says whether a hello comes by this node's own address, and says so in the log, not each time. No p2p has itself
// for a peer (P2P-5), so that nothing else would tell of a name that leads here.
func (g *Guard) isOwn(hello network.Addr) bool {
	if hello != g.cfg.Self || g.current == nil {
		return false
	}
	g.sometimes(hello, "hello by this node's own address: a name that it dials leads to itself, or another node says that it is here",
		"addr", hello, "remote", g.current.remote)
	return true
}

// sometimes logs what there is to say of an address: to follow if it has not been said for a while, else to search.
func (g *Guard) sometimes(of network.Addr, what string, args ...any) {
	now, level := g.host.Now(), slog.LevelInfo
	switch at, said := g.said[of]; {
	case said && now.Sub(at) < sayAgain:
		level = slog.LevelDebug
	default:
		if len(g.said) >= maxSaid {
			clear(g.said)
		}
		g.said[of] = now
	}
	g.host.Log().Log(context.Background(), level, what, args...)
}
