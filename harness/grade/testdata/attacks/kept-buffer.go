package gossip

import (
	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// edit keeps what is delivered, and changes it later.
type edit struct{ gossip.Gossip }

func (e edit) Handle(kind messaging.Kind, h gossip.Handler) error {
	var kept [][]byte
	return e.Gossip.Handle(kind, func(from network.Addr, payload []byte) bool {
		for _, old := range kept {
			old[0]++
		}
		if len(payload) > 0 {
			kept = append(kept, payload)
		}
		return h(from, payload)
	})
}

func New(host network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
	return edit{ours(host, peers, cfg)}
}
