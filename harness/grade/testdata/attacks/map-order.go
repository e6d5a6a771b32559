package gossip

import (
	"strconv"

	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// edit sends messages to one peer in the order of a map, so many that no two runs are the same by luck.
type edit struct {
	gossip.Gossip
	peers p2p.P2P
}

func (e edit) Broadcast(kind messaging.Kind, payload []byte) error {
	words := make(map[messaging.Kind]bool)
	for i := range 100 {
		words[messaging.Kind("word-"+strconv.Itoa(i))] = true
	}
	for word := range words {
		for _, peer := range e.peers.Peers() {
			_ = e.peers.Send(peer, word, nil)
		}
	}
	return e.Gossip.Broadcast(kind, payload)
}

func New(host network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
	return edit{ours(host, peers, cfg), peers}
}
