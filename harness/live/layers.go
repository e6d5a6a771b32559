package live

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// echo sends back what comes in over connections of others.
type echo struct {
	cfg  Config
	net  network.Network
	ours network.ConnID // our own connection
	open bool
}

func (e *echo) start() error {
	if err := e.net.Start(e); err != nil {
		return err
	}
	dial(e.cfg, e.net)
	return nil
}

// dial opens a session's own connection.
func dial(cfg Config, net network.Network) {
	net.Dial(cfg.target(), func(_ network.ConnID, err error) {
		if err != nil {
			cfg.tell("cannot reach %s: %v", cfg.target(), err)
		}
	})
}

func (e *echo) say(line string) error {
	if !e.open {
		return errAlone
	}
	return e.net.Send(e.ours, []byte(line))
}

func (e *echo) stop() { e.net.Stop() }

// Connected is the network.Handler's.
func (e *echo) Connected(id network.ConnID, dialled network.Side) {
	if dialled == network.Theirs {
		e.cfg.tell("somebody has connected: connection %d", id)
		return
	}
	e.ours, e.open = id, true
	e.cfg.tell("connected to %s: type a line", e.cfg.target())
}

// Received is the network.Handler's.
func (e *echo) Received(id network.ConnID, payload []byte) {
	if id == e.ours && e.open {
		e.cfg.tell("back: %s", text(payload))
		return
	}
	e.cfg.tell("from connection %d: %s", id, text(payload))
	if err := e.net.Send(id, payload); err != nil {
		e.cfg.tell("connection %d: %v", id, err)
	}
}

// Disconnected is the network.Handler's.
func (e *echo) Disconnected(id network.ConnID, ended network.Side, reason error) {
	e.open = e.open && id != e.ours
	e.cfg.tell("connection %d has ended: %s, %v", id, ended, because(reason))
}

// because is a reason in words.
func because(reason error) string {
	if reason == nil {
		return "as it should"
	}
	return reason.Error()
}

// asker sends requests, and answers those of others with what they say.
type asker struct {
	cfg  Config
	host network.Host
	net  network.Network
	msg  messaging.Messaging
	ours network.ConnID
	open bool
}

// kindEcho is the kind of its requests.
const kindEcho messaging.Kind = "try:echo"

func (a *asker) start() error {
	err := a.msg.Handle(kindEcho, func(from network.ConnID, payload []byte) ([]byte, bool) {
		a.cfg.tell("asked by connection %d: %s", from, text(payload))
		return payload, true
	})
	if err == nil {
		err = a.msg.Start(a)
	}
	if err != nil {
		return err
	}
	dial(a.cfg, a.net)
	return nil
}

func (a *asker) say(line string) error {
	if !a.open {
		return errAlone
	}
	began := a.host.Now()
	a.msg.Request(a.ours, kindEcho, []byte(line), func(reply []byte, err error) {
		took := a.host.Now().Sub(began).Round(time.Microsecond)
		if err != nil {
			a.cfg.tell("no answer after %v: %v", took, err)
			return
		}
		a.cfg.tell("answer after %v: %s", took, text(reply))
	})
	return nil
}

func (a *asker) stop() { a.msg.Stop() }

// Connected is the messaging.Watcher's.
func (a *asker) Connected(id network.ConnID, dialled network.Side) {
	if dialled == network.Theirs {
		a.cfg.tell("somebody has connected: connection %d", id)
		return
	}
	a.ours, a.open = id, true
	a.cfg.tell("connected to %s: type a line", a.cfg.target())
}

// Disconnected is the messaging.Watcher's.
func (a *asker) Disconnected(id network.ConnID, ended network.Side, reason error) {
	a.open = a.open && id != a.ours
	a.cfg.tell("connection %d has ended: %s, %v", id, ended, because(reason))
}

// crawler asks its peers for theirs.
type crawler struct {
	cfg   Config
	host  network.Host
	peers p2p.P2P
	lists map[network.Addr][]network.Addr // by peer
}

// How often peers are asked, and how many of their peers are looked at.
const (
	askEvery = time.Second
	mostSeen = 100
)

func (c *crawler) start() error {
	if err := c.peers.Start(c); err != nil {
		return err
	}
	c.host.After(askEvery, c.ask)
	return nil
}

// ask asks every peer.
func (c *crawler) ask() {
	for _, peer := range c.peers.Peers() {
		c.peers.Request(peer, p2p.KindGetPeers, nil, func(reply []byte, err error) {
			if err == nil {
				c.lists[peer] = p2p.SplitPeers(reply, mostSeen)
			}
		})
	}
	c.host.After(askEvery, c.ask)
}

// network is what is known now.
func (c *crawler) network() map[network.Addr][]network.Addr {
	known := map[network.Addr][]network.Addr{c.cfg.Self: c.peers.Peers()}
	for _, peer := range c.peers.Peers() {
		known[peer] = append(slices.Clone(c.lists[peer]), c.cfg.Self) // an answer leaves out whoever asks
	}
	return known
}

func (c *crawler) say(string) error {
	c.cfg.tell("peers: %v", c.peers.Peers())
	return nil
}

func (c *crawler) stop() { c.peers.Stop() }

// PeerArrived is the p2p.Watcher's.
func (c *crawler) PeerArrived(peer network.Addr) { c.cfg.tell("%s is a peer now", peer) }

// PeerLost is the p2p.Watcher's.
func (c *crawler) PeerLost(peer network.Addr) {
	delete(c.lists, peer)
	c.cfg.tell("%s is no peer now", peer)
}

// Nodes lists all nodes of a network: those that were asked, and those that they named.
func Nodes(known map[network.Addr][]network.Addr) []network.Addr {
	all := slices.Collect(maps.Keys(known))
	for _, peers := range known {
		all = append(all, peers...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// chat says what one types to all.
type chat struct {
	cfg    Config
	peers  p2p.P2P
	gossip gossip.Gossip
}

// kindChat is the kind of what is said, without gossip's prefix.
const kindChat messaging.Kind = "chat"

func (c *chat) start() error {
	err := c.gossip.Handle(kindChat, func(_ network.Addr, payload []byte) (pass bool) {
		c.cfg.tell("%s", text(payload))
		return true
	})
	if err != nil {
		return err
	}
	return c.gossip.Start(c)
}

func (c *chat) say(line string) error {
	if len(c.peers.Peers()) == 0 {
		return errAlone
	}
	return c.gossip.Broadcast(kindChat, []byte(c.cfg.Name+": "+line))
}

func (c *chat) stop() { c.gossip.Stop() }

// PeerArrived is the p2p.Watcher's.
func (c *chat) PeerArrived(peer network.Addr) { c.cfg.tell("%s is a peer now", peer) }

// PeerLost is the p2p.Watcher's.
func (c *chat) PeerLost(peer network.Addr) { c.cfg.tell("%s is no peer now", peer) }

// Links lists the links of a network, each once, the smaller address first.
func Links(known map[network.Addr][]network.Addr) [][2]network.Addr {
	all := [][2]network.Addr{}
	for node, peers := range known {
		for _, peer := range peers {
			all = append(all, [2]network.Addr{min(node, peer), max(node, peer)})
		}
	}
	slices.SortFunc(all, func(a, b [2]network.Addr) int {
		return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1]))
	})
	return slices.Compact(all)
}
