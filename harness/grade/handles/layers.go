package handles

import (
	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// layer1 is a handle of layer 1, as those above have it.
type layer1 struct {
	inner func() network.Network
}

func ofNetwork(n network.Network) network.Network {
	if n == nil {
		return nil
	}
	return &layer1{func() network.Network { return n }}
}

func (l *layer1) Start(h network.Handler) error { return l.inner().Start(h) }

func (l *layer1) Dial(to network.Addr, done func(network.ConnID, error)) { l.inner().Dial(to, done) }

func (l *layer1) Send(id network.ConnID, payload []byte) error { return l.inner().Send(id, payload) }

func (l *layer1) Close(id network.ConnID) { l.inner().Close(id) }

func (l *layer1) Stop() { l.inner().Stop() }

// layer2 is a handle of layer 2.
type layer2 struct {
	inner func() messaging.Messaging
}

func ofMessaging(m messaging.Messaging) messaging.Messaging {
	if m == nil {
		return nil
	}
	return &layer2{func() messaging.Messaging { return m }}
}

func (l *layer2) Start(w messaging.Watcher) error { return l.inner().Start(w) }

func (l *layer2) Handle(kind messaging.Kind, h messaging.Handler) error {
	return l.inner().Handle(kind, h)
}

func (l *layer2) Send(to network.ConnID, kind messaging.Kind, payload []byte) error {
	return l.inner().Send(to, kind, payload)
}

func (l *layer2) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	l.inner().Request(to, kind, payload, done)
}

func (l *layer2) Stop() { l.inner().Stop() }

// layer3 is a handle of layer 3.
type layer3 struct {
	inner func() p2p.P2P
}

func ofP2P(p p2p.P2P) p2p.P2P {
	if p == nil {
		return nil
	}
	return &layer3{func() p2p.P2P { return p }}
}

func (l *layer3) Start(w p2p.Watcher) error { return l.inner().Start(w) }

func (l *layer3) Handle(kind messaging.Kind, h p2p.Handler) error { return l.inner().Handle(kind, h) }

func (l *layer3) Peers() []network.Addr { return l.inner().Peers() }

func (l *layer3) Send(to network.Addr, kind messaging.Kind, payload []byte) error {
	return l.inner().Send(to, kind, payload)
}

func (l *layer3) Request(to network.Addr, kind messaging.Kind, payload []byte, done func([]byte, error)) {
	l.inner().Request(to, kind, payload, done)
}

func (l *layer3) Broadcast(kind messaging.Kind, payload []byte, except ...network.Addr) error {
	return l.inner().Broadcast(kind, payload, except...)
}

func (l *layer3) Stop() { l.inner().Stop() }

// layer4 is a handle of layer 4.
type layer4 struct {
	inner func() gossip.Gossip
}

func ofGossip(g gossip.Gossip) gossip.Gossip {
	if g == nil {
		return nil
	}
	return &layer4{func() gossip.Gossip { return g }}
}

func (l *layer4) Start(w p2p.Watcher) error { return l.inner().Start(w) }

func (l *layer4) Handle(kind messaging.Kind, h gossip.Handler) error {
	return l.inner().Handle(kind, h)
}

func (l *layer4) Broadcast(kind messaging.Kind, payload []byte) error {
	return l.inner().Broadcast(kind, payload)
}

func (l *layer4) Stop() { l.inner().Stop() }

// pool is a handle of a pool, as a block builder has it.
type pool struct {
	transactions func() []mempool.Transaction
	evict        func(...mempool.TxID)
}

func (p *pool) Transactions() []mempool.Transaction { return p.transactions() }

func (p *pool) Evict(ids ...mempool.TxID) { p.evict(ids...) }

// verifier is a handle of a verifier.
type verifier struct {
	inner func() mempool.Verifier
}

func ofVerifier(v mempool.Verifier) mempool.Verifier {
	if v == nil {
		return nil
	}
	return &verifier{func() mempool.Verifier { return v }}
}

func (v *verifier) Verify(tx mempool.Transaction) error { return v.inner().Verify(tx) }

func (v *verifier) VerifyBatch(txs []mempool.Transaction) []bool { return v.inner().VerifyBatch(txs) }
