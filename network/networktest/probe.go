package networktest

import (
	"bytes"
	"errors"
	"fmt"

	"strata/network"
	"strata/scenario"
)

// probe is a node with the network that is tested. As its handler it keeps what it is told, and
// fails the world at once if that breaks NET-6 or is not what the scenario expects. What a scenario does
// in a callback of the layer it sets as a hook here: it runs after the probe's own look at the event.
type probe struct {
	w    scenario.World
	addr network.Addr
	host network.Host
	net  network.Network

	// All connections that there ever were, so that a scenario can count the ones that are over, too.
	links []*link // in order of their connect events
	byID  map[network.ConnID]*link

	says scenario.Clause // what a wrong message breaks
	want []string        // what each connection delivers, in this order; nil: anything

	onConnected    func(l *link) // these may be nil
	onReceived     func(l *link, payload []byte)
	onDisconnected func(l *link)
}

// link is what a probe knows of one connection. It stays when the connection is over, since silence
// afterwards is a part of what is checked.
type link struct {
	id      network.ConnID
	dialled network.Side // of the connect event
	got     [][]byte     // the payloads as they were delivered,
	copies  []string     // and what was in them then
	over    bool         // the disconnect event has come,
	ended   network.Side // of the disconnect event
	reason  error        // and this reason
}

// node adds a node at the n-th address that runs the network under test. A wrong message breaks the
// clause.
func (b bench) node(w scenario.World, n int, says scenario.Clause, cfg network.Config) *probe {
	p := &probe{w: w, addr: w.Addr(n), byID: make(map[network.ConnID]*link), says: says}
	w.Node(p.addr, func(h network.Host) {
		full, err := cfg.Complete()
		if err != nil {
			panic(err) // a scenario's slip
		}
		if b.wrap != nil {
			h = b.wrap(h)
		}
		p.host = h
		p.net = b.stack.NewNetwork(h, full)
		if err := p.net.Start(p); err != nil {
			w.Fail(scenario.NET10Starts, "expected the node to start, got %v", err)
		}
	})
	return p
}

// listener adds a node that listens at its own address, with the defaults of the config. What a rule
// says of MaxFrame and MaxQueued needs other ones, and then the scenario calls node itself.
func (b bench) listener(w scenario.World, n int, says scenario.Clause) *probe {
	return b.node(w, n, says, network.Config{Listen: w.Addr(n)})
}

// Connected holds the node to the begin of a connection's life: one connect event, under an id that no
// connection had before.
func (p *probe) Connected(id network.ConnID, dialled network.Side) {
	if id == 0 || p.byID[id] != nil {
		p.w.Fail(net6NewID, "expected a connect event with a new id, got id %d", id)
		return
	}
	conn := &link{id: id, dialled: dialled}
	p.links = append(p.links, conn)
	p.byID[id] = conn
	if p.onConnected != nil {
		p.onConnected(conn)
	}
}

// Received compares the message with what the scenario wants of every connection. It keeps the slice
// and a copy of it, to see whether somebody modifies it later (NET-12).
func (p *probe) Received(id network.ConnID, payload []byte) {
	conn := p.open(id, "a message")
	if conn == nil {
		return
	}
	if i := len(conn.got); p.want != nil {
		if i >= len(p.want) {
			p.w.Fail(p.says, "expected %d messages and no more, got another: %s", len(p.want), show(payload))
			return
		}
		if string(payload) != p.want[i] {
			p.w.Fail(p.says, "expected message %d to be %s, got %s%s", i+1, show([]byte(p.want[i])), show(payload),
				scenario.SideBySide([]byte(p.want[i]), payload))
			return
		}
	}
	conn.got = append(conn.got, payload)
	conn.copies = append(conn.copies, string(payload))
	if p.onReceived != nil {
		p.onReceived(conn, payload)
	}
}

// Disconnected notes how the connection ended.
func (p *probe) Disconnected(id network.ConnID, ended network.Side, reason error) {
	conn := p.open(id, "a disconnect event")
	if conn == nil {
		return
	}
	conn.over, conn.ended, conn.reason = true, ended, reason
	if p.onDisconnected != nil {
		p.onDisconnected(conn)
	}
}

// open is the connection that an event is about: connected, and not disconnected yet. Anything else
// breaks NET-6, whatever the scenario is about.
func (p *probe) open(id network.ConnID, event string) *link {
	conn := p.byID[id]
	switch {
	case conn == nil:
		p.w.Fail(scenario.NET6Life, "expected a connect event first, got %s of connection %d", event, id)
		return nil
	case conn.over:
		p.w.Fail(scenario.NET6Life, "expected nothing after the disconnect event, got %s of connection %d", event, id)
		return nil
	}
	return conn
}

// has checks that n connections have delivered all that is wanted. That none has delivered more, or
// something else, Received has checked already.
func (p *probe) has(n int) func() error {
	return func() error {
		if len(p.links) != n {
			return fmt.Errorf("expected %d connect events, got %d", n, len(p.links))
		}
		for _, conn := range p.links {
			if len(conn.got) != len(p.want) {
				return fmt.Errorf("expected %d messages, got %d", len(p.want), len(conn.got))
			}
		}
		return nil
	}
}

// ended checks that the i-th connection is over: who closed it, and why. reason nil means that there
// must be none: the peer closed in good order, or we did.
func (p *probe) ended(i int, by network.Side, reason error) func() error {
	return func() error {
		if i >= len(p.links) {
			return fmt.Errorf("expected %d connect events, got %d", i+1, len(p.links))
		}
		conn := p.links[i]
		if !conn.over {
			return errors.New("expected a disconnect event, got none")
		}
		if conn.ended != by {
			return fmt.Errorf("expected a disconnect event that says %v, got one that says %v", by, conn.ended)
		}
		if !scenario.Only(conn.reason, reason) {
			return fmt.Errorf("expected the disconnect reason %v, got %v", reason, conn.reason)
		}
		return nil
	}
}

// unchanged checks that no payload was modified after it was delivered: the slice that the handler got
// still holds what was in it then.
func (p *probe) unchanged() error {
	for _, conn := range p.links {
		for i, payload := range conn.got {
			if !bytes.Equal(payload, []byte(conn.copies[i])) {
				return fmt.Errorf("expected message %d to stay %s, got %s some time after it was delivered%s",
					i+1, show([]byte(conn.copies[i])), show(payload),
					scenario.SideBySide([]byte(conn.copies[i]), payload))
			}
		}
	}
	return nil
}
