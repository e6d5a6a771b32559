package ledgers

import (
	"encoding/binary"
	"slices"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// KindMesh tells peers which members the sender has as peers: a u32, the lowest bit for the first member.
const KindMesh messaging.Kind = "ledger:mesh"

// Mesh is the peers below a gossip that passes nothing on to members that were sent it by whoever it came from. In a
// full mesh of n members a message would come to each of them n-1 times; so it comes once (LED-6).
//
// It goes by what members said last of their peers. What is lost because a connection has broken meanwhile comes by
// LED-7: so take for it such messages alone as that rule repeats, or that are asked for if they are missed.
type Mesh struct {
	p2p.P2P
	members []Member
	kinds   map[messaging.Kind]bool
	peersOf map[network.Addr]uint32 // by member: what it said last
}

// NewMesh makes it for the messages of some kinds, as gossip names them on the wire. All others go where gossip wants.
func NewMesh(peers p2p.P2P, members []Member, kinds ...messaging.Kind) *Mesh {
	m := &Mesh{P2P: peers, members: members, kinds: map[messaging.Kind]bool{}, peersOf: map[network.Addr]uint32{}}
	for _, kind := range kinds {
		m.kinds[kind] = true
	}
	return m
}

// Start is p2p.P2P's.
func (m *Mesh) Start(w p2p.Watcher) error {
	if err := m.Handle(KindMesh, m.heard); err != nil {
		return err
	}
	return m.P2P.Start(meshWatcher{m, w})
}

// Broadcast leaves out the peers of those that are excepted. Gossip excepts the one that a message came from.
func (m *Mesh) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	if m.kinds[kind] && len(except) > 0 {
		from := except[0]
		except = slices.Clone(except)
		for i, member := range m.members {
			if m.peersOf[from]&(1<<i) != 0 {
				except = append(except, member.Addr)
			}
		}
	}
	return m.P2P.Broadcast(kind, payload, except...)
}

// heard notes what a member says of its peers. Others may say what they like: they are passed by.
func (m *Mesh) heard(from network.Addr, payload []byte) (reply []byte, ok bool) {
	if m.memberAt(from) && len(payload) == 4 {
		m.peersOf[from] = binary.BigEndian.Uint32(payload)
	}
	return nil, false
}

func (m *Mesh) memberAt(addr network.Addr) bool {
	return slices.ContainsFunc(m.members, func(member Member) bool { return member.Addr == addr })
}

// tell tells all peers which members are peers.
func (m *Mesh) tell() {
	peers, bits := m.Peers(), uint32(0)
	for i, member := range m.members {
		if slices.Contains(peers, member.Addr) {
			bits |= 1 << i
		}
	}
	_ = m.P2P.Broadcast(KindMesh, binary.BigEndian.AppendUint32(nil, bits)) // neither the kind nor the size is bad
}

// meshWatcher tells peers of each that comes and goes.
type meshWatcher struct {
	mesh *Mesh
	p2p.Watcher
}

// PeerArrived is p2p.Watcher's.
func (w meshWatcher) PeerArrived(peer network.Addr) {
	w.mesh.tell()
	if w.Watcher != nil {
		w.Watcher.PeerArrived(peer)
	}
}

// PeerLost is p2p.Watcher's.
func (w meshWatcher) PeerLost(peer network.Addr) {
	delete(w.mesh.peersOf, peer)
	w.mesh.tell()
	if w.Watcher != nil {
		w.Watcher.PeerLost(peer)
	}
}
