package leader

import (
	"time"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
)

// recovery is the way back of a member that has lost its disk (LDR-11): it promises nothing until it has
// installed the log of a view that began without its word, above everything that it may have promised.
type recovery struct {
	on     bool
	nonce  [16]byte
	views  map[int]uint64 // by other member: the highest view that it is in or has wished
	bound  uint64         // everything that was promised lies at or below
	known  bool           // bound is
	next   time.Time
	joined [][]joining // by member: who has asked this node to begin a view
}

// recoverEvery is how often the others are asked.
const recoverEvery = time.Second

// begin draws the nonce that answers are for.
func (r *recovery) begin(n *node) {
	if r.on {
		for i := range r.nonce {
			r.nonce[i] = byte(n.host.Rand().Uint32())
		}
		r.views = map[int]uint64{}
	}
}

// tick asks all for the views that they know, then the leader for a view without this member's word.
func (r *recovery) tick(n *node, now time.Time) {
	if !r.on || now.Before(r.next) {
		return
	}
	r.next = now.Add(recoverEvery)
	if r.known {
		if n.begun != nil && n.begun.View == n.view && !n.pursuit.on {
			n.follow(n.begun) // it may have begun before the bound was known
		}
		n.broadcast(leader.KindJoin, &leader.Join{Nonce: r.nonce, View: max(r.bound, n.view)})
		return
	}
	for _, peer := range n.peers.Peers() {
		n.peers.Request(peer, leader.KindRecover, r.nonce[:], func(reply []byte, err error) {
			var answer leader.Recovery
			switch {
			case err != nil:
			case leader.Decode(reply, &answer) != nil || !n.genuine(&answer):
				n.blame(peer, ledgers.ErrAnswer)
			default:
				r.heard(n, &answer)
			}
		})
	}
}

// heard counts the answer of another member.
func (r *recovery) heard(n *node, a *leader.Recovery) {
	if !r.on || a.Nonce != r.nonce || a.Member == n.self {
		return
	}
	r.views[a.Member] = max(r.views[a.Member], a.View)
	if len(r.views) < n.genesis().Quorum() {
		return
	}
	r.known = true
	for _, view := range r.views {
		r.bound = max(r.bound, view)
	}
	r.next = n.host.Now()
}

// over says whether the member counts again with the view that has begun.
func (r *recovery) over(n *node, b *leader.Begin) bool {
	if !r.known || b.View <= r.bound {
		return false
	}
	for i := range b.Changes {
		if b.Changes[i].Member == n.self {
			return false
		}
	}
	r.on = false
	n.refound()
	return true
}

// refound writes the founding record again: from the next start on the disk is not a lost one.
func (n *node) refound() {
	ledgers.Found(n.host.Disk(), n.chain, n.host.Identity().Key(), func(err error) {
		if err != nil {
			n.fail(err)
		}
	})
}

// answerRecover says which views this member is in or has wished.
func (n *node) answerRecover(question []byte) (answer []byte, ok bool) {
	if len(question) != 16 || !n.member() {
		return nil, false
	}
	a := &leader.Recovery{Nonce: [16]byte(question), View: max(n.view, n.votes.wished)}
	leader.Sign(n.chain, n.host.Identity(), n.self, a)
	return leader.Encode(a), true
}

// heardJoin has the leader wish for a view without the word of one that has lost its disk, once for each
// nonce. It says whether the message is news.
func (n *node) heardJoin(j *leader.Join) (news bool) {
	one, now := n.lost.joining(j.Member, j.Nonce), n.host.Now()
	if now.Sub(one.heard) < recoverEvery/2 {
		return false
	}
	one.heard = now
	if n.leads() && !one.wished {
		one.wished = true
		if view := max(j.View, n.view) + 1; !n.votes.leaving || n.votes.wished < view { // else it is repeated anyway
			n.wish(view)
		}
	}
	return true
}

// joining is a member that has lost its disk.
type joining struct {
	nonce  [16]byte
	heard  time.Time // when it asked last
	wished bool      // this node, as leader, has wished for a view without its word
}

// maxJoins bounds the nonces of a member that are remembered: it draws one each time that it starts without its
// disk. One more takes the place of its own that was heard longest ago, never another member's (LED-10).
const maxJoins = 4

// joining is what is remembered of a member's nonce.
func (r *recovery) joining(member int, nonce [16]byte) *joining {
	own := r.joined[member]
	for i := range own {
		if own[i].nonce == nonce {
			return &own[i]
		}
	}
	if len(own) < maxJoins {
		r.joined[member] = append(own, joining{nonce: nonce})
		return &r.joined[member][len(own)]
	}
	oldest := &own[0]
	for i := range own {
		if own[i].heard.Before(oldest.heard) {
			oldest = &own[i]
		}
	}
	*oldest = joining{nonce: nonce}
	return oldest
}

// watcher tells the node of its peers.
type watcher struct{ n *node }

// PeerArrived is p2p.Watcher's: the peer is told where the node stands with the next tick.
func (w watcher) PeerArrived(network.Addr) { w.n.beats.said = nil }

// PeerLost is p2p.Watcher's.
func (w watcher) PeerLost(peer network.Addr) { w.n.beats.forgetPeer(peer) }
