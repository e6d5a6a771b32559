package node

import (
	"slices"
	"time"

	"strata/network"
	"strata/node/guard"
	"strata/node/peertable"
)

// Guard is what limits strangers, and can be asked about them; nil if the config has none.
func (n *Node) Guard() *guard.Guard { return n.guard }

const (
	saveFirst = 10 * time.Second // after the start the peer table is saved; then after twice as long each time,
	saveEvery = 5 * time.Minute  // up to this
	anchors   = 16               // addresses of the table that a node begins with
)

// memory is what a guarded node keeps of its peers over restarts. A node without a guard has none: nil.
type memory struct {
	guard *guard.Guard
	host  network.Host
	table *peertable.Table
	timer network.TimerID
	peers func() []network.Addr // those of now
	known func() []network.Addr // good ones of the table, and the bootstrap nodes

	bootstrap []network.Addr // the latter alone
}

// putGuard makes the guard that the config asks for, and restores what an earlier life of the node
// knew: its good peers are dialled as if they were bootstrap nodes. Error: the store's.
func (n *Node) putGuard() error {
	if n.cfg.Guard == nil {
		return nil
	}
	table, bans, err := peertable.Open(n.cfg.Store)
	if err != nil {
		return err
	}
	n.guard = guard.New(n.host, *n.cfg.Guard)
	n.guard.Restore(bans)
	n.guard.OnFailedDial(table.Failed)
	bootstrap := n.cfg.P2P.Bootstrap
	known := func() []network.Addr { return append(table.Best(anchors), bootstrap...) }
	n.guard.Remembers(known)
	n.cfg.P2P.Bootstrap = known()
	n.memory = &memory{guard: n.guard, host: n.host, table: table, peers: n.Peers, known: known, bootstrap: bootstrap}
	return nil
}

// within says whether everybody who is remembered is in the set: it costs less than known, and is the answer nearly always.
func (m *memory) within(set map[network.Addr]bool) bool {
	return m.table.Within(set) && !slices.ContainsFunc(m.bootstrap, func(a network.Addr) bool { return !set[a] })
}

// arrived notes a peer that can be reached where it says.
func (m *memory) arrived(peer network.Addr) {
	if m != nil && m.guard.Dialled(peer) {
		m.table.Good(peer, m.host.Now())
	}
}

// start saves the table from time to time.
func (m *memory) start() {
	if m != nil {
		m.saveAfter(saveFirst)
	}
}

func (m *memory) saveAfter(d time.Duration) {
	m.timer = m.host.After(d, func() {
		m.save()
		m.saveAfter(min(2*d, saveEvery))
	})
}

// stop saves the table a last time, before the peers are disconnected.
func (m *memory) stop() {
	if m != nil {
		m.host.Cancel(m.timer)
		m.save()
	}
}

// save keeps the table and the bans for the next life. A peer that is there now was seen now.
func (m *memory) save() {
	for _, peer := range m.peers() {
		m.arrived(peer)
	}
	if err := m.table.Save(m.guard.Bans()); err != nil {
		m.host.Log().Error("peer table not saved", "err", err)
	}
}
