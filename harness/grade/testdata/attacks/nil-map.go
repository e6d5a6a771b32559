package gossip

import (
	"strata/gossip"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// edit writes to a map that is not there.
type edit struct{ gossip.Gossip }

func (edit) Broadcast(kind messaging.Kind, _ []byte) error {
	var seen map[messaging.Kind]bool
	seen[kind] = true
	return nil
}

func New(host network.Host, peers p2p.P2P, cfg gossip.Config) gossip.Gossip {
	return edit{ours(host, peers, cfg)}
}
