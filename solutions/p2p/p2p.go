// Package p2p is the reference implementation of layer 3. This file is the layer as a whole;
// table.go is the peers and their connections, hello.go how a connection becomes a peer's, dial.go
// who is dialled, maintain.go what is done every second, talk.go what is said to peers.
package p2p

import (
	"errors"
	"fmt"

	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// layer implements p2p.P2P, and messaging.Watcher for the layer below.
type layer struct {
	host    network.Host
	net     network.Network
	msg     messaging.Messaging
	cfg     p2p.Config
	watcher p2p.Watcher // may be nil

	// conns is every open connection, a peer's or not: one from outside from Connected on, one that we
	// dialled from the end of the dial on, which comes right after Connected, and each until
	// Disconnected. Handlers are called only in between, so that they find the connection here.
	conns   map[network.ConnID]*conn
	peers   map[network.Addr]*peer // the listed peers
	sorted  []*peer                // the same, by ascending address; replaced at a change, never modified
	pending int                    // accepted in this callback, listed right after it

	dialling map[network.Addr]bool    // until the hello is answered
	failures map[network.Addr]failure // since the address was last listed; MaxListed at most
	round    network.TimerID          // the next round of maintenance
	stopped  bool
}

// New makes the layer on messaging and the network below it.
func New(host network.Host, net network.Network, msg messaging.Messaging, cfg p2p.Config) p2p.P2P {
	return &layer{
		host:     host,
		net:      net,
		msg:      msg,
		cfg:      cfg,
		conns:    make(map[network.ConnID]*conn),
		peers:    make(map[network.Addr]*peer),
		dialling: make(map[network.Addr]bool),
		failures: make(map[network.Addr]failure),
	}
}

// Start starts messaging below, dials the bootstrap nodes and sets the first round of maintenance.
func (l *layer) Start(w p2p.Watcher) error {
	l.watcher = w
	err := errors.Join(l.msg.Handle(p2p.KindHello, l.hello), l.msg.Handle(p2p.KindGetPeers, l.askedForPeers))
	if err != nil {
		return fmt.Errorf("p2p: %w", err)
	}
	if err := l.msg.Start(l); err != nil {
		return err
	}
	l.try(l.cfg.Bootstrap)
	l.round = l.host.After(l.cfg.Interval, l.maintain)
	return nil
}

// Stop ends maintenance, disconnects every peer and stops messaging (P2P-15). The watcher hears of each
// loss, and may call any method meanwhile. It sees the order in which peers are lost. Nothing is dialled
// from then on: see try. Stopping twice does nothing.
func (l *layer) Stop() {
	if l.stopped {
		return
	}
	l.stopped = true
	//strata:begin p2p.4
	l.host.Cancel(l.round)
	for _, p := range l.sorted {
		if p.conn != nil {
			l.net.Close(p.conn.id)
		}
	}
	l.msg.Stop()
	//strata:end
}
