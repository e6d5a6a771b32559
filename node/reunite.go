package node

import (
	"time"

	"strata/gossip/search"
	"strata/messaging"
	"strata/network"
)

// P2p looks for peers as long as it has fewer than it wants, and the bootstrap nodes only when it has
// none (P2P-8). After a partition both halves may have all the peers that they want, and would stay
// apart. So from time to time one node of each part asks whether somebody whom it remembers is still in
// reach through its peers. If not, and there is somebody at the address, it gives up a peer and has p2p
// dial that one.

// KindHere is the search kind of a node's address: who is asked for answers, with nothing. The query goes
// to everybody in reach, and nobody else asks for a while.
const KindHere messaging.Kind = "here"

const (
	askEvery   = time.Minute // between two looks, and up to twice as long
	quietFor   = 90 * time.Second
	mostQuiet  = 5 // looks that others may keep a node from making
	foundAgain = 10 * time.Minute
	leastWait  = 2 * time.Minute // before an address is tried again that led nowhere; twice as long each time
	mostWait   = time.Hour
)

// reunion looks for the parts of the network that this node has lost. A node without a guard has none: nil.
type reunion struct {
	node  *Node
	timer network.TimerID
	heard time.Time // somebody asked last
	quiet int       // looks left out for it
	waits map[network.Addr]wait
	whole bool // everybody who is remembered was a peer at the last look, and none is lost since
}

// wait is how long an address is left alone.
type wait struct {
	until time.Time
	last  time.Duration
}

func (n *Node) newReunion() *reunion {
	if n.guard == nil {
		return nil
	}
	return &reunion{node: n, waits: map[network.Addr]wait{}}
}

// answerer is the handler of KindHere. Without a guard a node passes the question on, and has no answer.
func (r *reunion) answerer() search.Answer {
	if r == nil {
		return nil
	}
	return r.answer
}

// answer is that of the search kind: only who is asked for has one.
func (r *reunion) answer(query []byte) (answer []byte, ok bool) {
	r.heard = r.node.host.Now()
	return nil, network.Addr(query) == r.node.cfg.P2P.Self
}

func (r *reunion) start() {
	if r == nil {
		return
	}
	spread := time.Duration(r.node.host.Rand().Int64N(int64(askEvery)))
	r.timer = r.node.host.After(askEvery+spread, func() {
		r.look()
		r.start()
	})
}

func (r *reunion) stop() {
	if r != nil {
		r.node.host.Cancel(r.timer)
	}
}

// peerLost is told of each peer that is gone: there may be somebody to look for. Nobody else is remembered but who is a
// peer, or was when the node began.
func (r *reunion) peerLost() {
	if r != nil {
		r.whole = false
	}
}

// look asks for one of those who are remembered and no peers, unless somebody in reach does so.
func (r *reunion) look() {
	n, now := r.node, r.node.host.Now()
	if now.Sub(r.heard) < quietFor && r.quiet < mostQuiet {
		r.quiet++
		return
	}
	r.quiet = 0
	if r.whole {
		return
	}
	lost := r.lost(now)
	if len(lost) == 0 {
		return
	}
	one := lost[n.host.Rand().IntN(len(lost))]
	n.search.Query(KindHere, []byte(one), func(_ []byte, err error) bool {
		switch {
		case err == nil:
			r.waits[one] = wait{until: n.host.Now().Add(foundAgain)}
		case !n.stopped:
			r.reach(one)
		}
		return true
	})
}

// lost lists who is remembered, is no peer and may be tried.
func (r *reunion) lost(now time.Time) []network.Addr {
	peers := map[network.Addr]bool{r.node.cfg.P2P.Self: true}
	for _, peer := range r.node.Peers() {
		peers[peer] = true
	}
	if r.whole = r.node.memory.within(peers); r.whole {
		return nil
	}
	var lost []network.Addr
	for _, a := range r.node.memory.known() {
		if w := r.waits[a]; !peers[a] && now.After(w.until) {
			lost = append(lost, a)
			peers[a] = true // once
		}
	}
	return lost
}

// reach has p2p dial somebody who did not answer, if anybody is there: a peer is given up for it.
func (r *reunion) reach(lost network.Addr) {
	n := r.node
	r.postpone(lost)
	n.guard.Host().Dial(lost, func(s network.Stream, err error) {
		if err != nil {
			return
		}
		s.Close()
		if !n.stopped {
			n.host.Log().Info("a part of the network is out of reach, joining it", "by", lost)
			n.guard.Join(lost)
		}
	})
}

// postpone leaves the address alone for twice as long as last time. Addresses that are no longer
// remembered are forgotten here, too.
func (r *reunion) postpone(lost network.Addr) {
	last := min(max(leastWait, 2*r.waits[lost].last), mostWait)
	kept := map[network.Addr]wait{}
	for _, a := range r.node.memory.known() {
		if w, ok := r.waits[a]; ok {
			kept[a] = w
		}
	}
	kept[lost] = wait{r.node.host.Now().Add(last), last}
	r.waits = kept
}
