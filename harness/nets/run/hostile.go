package run

import (
	"fmt"
	"time"

	"strata/gossip"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
)

// hostile names what a member does that is no honest node; "" is an honest one. It runs the layers like all others: what
// is wrong with it is what it says to its peers.
type hostile string

// The hostile members.
const (
	silent hostile = "silent" // passes nothing on
	censor hostile = "censor" // passes no transaction on
	spam   hostile = "spam"   // makes transactions that are none
	liar   hostile = "liar"   // names addresses where nobody is
)

// gossip is the member's gossip as it behaves.
func (h hostile) gossip(g gossip.Gossip, m *member) gossip.Gossip {
	switch h {
	case silent, censor:
		return mute{g, h}
	case spam:
		m.say = g.Broadcast
	}
	return g
}

// mute listens and does not pass on.
type mute struct {
	gossip.Gossip
	hostile
}

// Handle is gossip.Gossip's.
func (g mute) Handle(kind messaging.Kind, h gossip.Handler) error {
	if g.hostile == censor && kind != mempool.KindNewTx {
		return g.Gossip.Handle(kind, h)
	}
	return g.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
		h(from, payload)
		return false
	})
}

// spamEvery is how often a spammer speaks.
const spamEvery = 5 * time.Second

// misbehave begins what a hostile member does by itself.
func (m *member) misbehave() {
	if m.hostile == spam {
		m.spam()
	}
}

// spam gossips a transaction with a signature that is none.
func (m *member) spam() {
	m.host.After(spamEvery, func() {
		if m.run.quiet {
			return
		}
		m.spoken++
		tx := mempool.Transaction{Nonce: m.spoken, Amount: 1}
		tx.Sender = numbered(m.run.Seed, -1-m.index)
		if err := m.say(mempool.KindNewTx, tx.Text()); err != nil {
			panic(fmt.Sprintf("spam: %v", err))
		}
		m.spam()
	})
}

// lies is the messaging of a liar: whoever asks for its peers is told of addresses where nobody is.
type lies struct {
	messaging.Messaging
	m *member
}

// Handle is messaging.Messaging's.
func (l lies) Handle(kind messaging.Kind, h messaging.Handler) error {
	if kind != "p2p:get_peers" {
		return l.Messaging.Handle(kind, h)
	}
	return l.Messaging.Handle(kind, func(network.ConnID, []byte) ([]byte, bool) {
		var text []byte
		for i := range 8 {
			if i > 0 {
				text = append(text, ',')
			}
			text = fmt.Appendf(text, "250.%d.%d.9:4000", l.m.index%250, i)
		}
		return text, true
	})
}

// messaging is the member's messaging as it behaves.
func (h hostile) messaging(msg messaging.Messaging, m *member) messaging.Messaging {
	if h == liar {
		return lies{msg, m}
	}
	return msg
}
