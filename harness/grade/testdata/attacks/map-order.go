package gossip

import (
	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// edit sends two messages to one peer in the order of a map.
type edit struct {
	gossip.Gossip
	peers p2p.P2P
}

func (e edit) Broadcast(kind messaging.Kind, payload []byte) error {
	for word := range map[messaging.Kind]bool{"ping": true, "pong": true} {
		for _, peer := range e.peers.Peers() {
			_ = e.peers.Send(peer, word, nil)
		}
	}
	return e.Gossip.Broadcast(kind, payload)
}

func New(host network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
	return edit{ours(host, peers, cfg), peers}
}
