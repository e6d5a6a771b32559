package node

import (
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// P2p asks its peers for others, and the bootstrap nodes only when it has no peers at all. After a
// partition that no connection outlived, the two halves would so stay apart for ever, if each has peers
// enough within. A guarded node therefore adds to what its peers answer whom it remembers: p2p
// dials these too, as long as it wants more peers (P2P-8) and with its waits between failures (P2P-13).

// Request sends a request, and adds to the answer of a peer that is asked for its peers (P2P-9) the
// addresses that this node remembers itself.
func (i introduced) Request(to network.ConnID, kind messaging.Kind, payload []byte, done func(reply []byte, err error)) {
	if kind == p2p.KindGetPeers && !i.verbatim {
		answered := done
		done = func(reply []byte, err error) {
			if err == nil {
				reply = i.remembered(reply)
			}
			answered(reply, err)
		}
	}
	i.Messaging.Request(to, kind, payload, done)
}

// remembered puts the addresses that this node remembers before those of a peer list, of which no more
// than so many are looked at (P2P-13).
func (s *sentry) remembered(list []byte) []byte {
	own := p2p.JoinPeers(append(s.table.Best(anchors), s.bootstrap...))
	if len(own) > 0 && len(list) > 0 {
		own = append(own, ',')
	}
	return append(own, list...)
}

// asOthersSay has f ask peers for theirs, and get what they say and nothing else.
func (s *sentry) asOthersSay(f func()) {
	s.verbatim = true
	f()
	s.verbatim = false
}
