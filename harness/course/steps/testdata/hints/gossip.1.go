package gossip

import (
	"strata/gossip"
	"strata/messaging"
)

func (l *layer) Broadcast(kind messaging.Kind, payload []byte) error {
	id := gossip.NewID(l.host.Rand())
	l.seen.add(id, l.host.Now())
	return l.peers.Broadcast(gossip.KindPrefix+kind, append(id[:], payload...))
}
