package causal

import (
	"cmp"
	"slices"
	"time"

	"strata/ledgers/causal"
	"strata/network"
)

// Limits of what is sought (CAU-3).
const (
	maxWants = 16_384           // of one peer
	maxTries = 3                // peers that rest, before one is asked that has not spoken of the hash
	leaveFor = 60 * time.Second // a peer that has answered without it
	againIn  = 5 * time.Second  // one that has not answered
)

// talk is what the node seeks, and whom it asks.
type talk struct {
	wants map[causal.ID]*want
	peers map[network.Addr]*peer
	due   bool // asking is about to begin
}

// want is an update that is sought.
type want struct {
	spoke  []network.Addr                 // who spoke of it, and has it if it is correct; the first one first
	rests  map[network.Addr]time.Duration // who was asked in vain, and until when it is left alone
	heard  time.Duration                  // when somebody last spoke of it
	after  time.Duration                  // there is nobody to ask before
	flying bool                           // a peer has been asked and has not answered
}

// next says whether the peer is one to ask now: those that spoke of it come first, then the others, as long as few rest.
func (w *want) next(addr network.Addr, peers []network.Addr, now time.Duration) bool {
	open := func(a network.Addr) bool { return slices.Contains(peers, a) && now >= w.rests[a] }
	if !open(addr) || slices.Contains(w.spoke, addr) {
		return open(addr)
	}
	rest := 0
	for _, until := range w.rests {
		if now < until {
			rest++
		}
	}
	return rest < maxTries && !slices.ContainsFunc(w.spoke, open)
}

// rested is when the first of those that rest may be asked again, if there is nobody to ask now.
func (w *want) rested(peers []network.Addr, now time.Duration) (after time.Duration) {
	if slices.ContainsFunc(peers, func(a network.Addr) bool { return w.next(a, peers, now) }) {
		return now
	}
	for _, until := range w.rests {
		if until > now && (after == 0 || until < after) {
			after = until
		}
	}
	return after
}

// peer is what is between this node and a peer.
type peer struct {
	busy    bool // a request is under way
	listing bool // its heads are being listed
	more    int  // ancestors that may come with the next answer
	vain    int  // requests since it last gave something new
	wants   int  // that were first spoken of by it
}

// note counts a request that is over.
func (p *peer) note() {
	p.vain++
	if p.more > 0 {
		p.vain = 0
	}
}

// peer is the talk with that one.
func (t *talk) peer(addr network.Addr) *peer {
	p := t.peers[addr]
	if p == nil {
		p = &peer{}
		t.peers[addr] = p
	}
	return p
}

// spoken notes that a peer has spoken of an update that is sought.
func (t *talk) spoken(id causal.ID, from network.Addr, now time.Duration) {
	w, p := t.wants[id], t.peer(from)
	if w == nil {
		if p.wants >= maxWants {
			return
		}
		p.wants++
		w = &want{rests: map[network.Addr]time.Duration{}}
		t.wants[id] = w
	}
	w.heard = now
	if !slices.Contains(w.spoke, from) {
		w.spoke, w.after = append(w.spoke, from), 0
		delete(w.rests, from) // it may have been asked before it had it
	}
}

// lost forgets the talk with a peer, and what it alone spoke of.
func (t *talk) lost(addr network.Addr) {
	for id, w := range t.wants {
		delete(w.rests, addr)
		w.after = 0
		i := slices.Index(w.spoke, addr)
		if i < 0 {
			continue
		}
		w.spoke = slices.Delete(w.spoke, i, i+1)
		switch {
		case len(w.spoke) == 0:
			delete(t.wants, id)
		case i == 0:
			t.peer(w.spoke[0]).wants++
		}
	}
	if p := t.peer(addr); p.busy || p.listing {
		p.wants = 0
		return
	}
	delete(t.peers, addr)
}

// seek notes that a peer has spoken of updates. What it speaks of it has, and all that this stands on.
func (n *node) seek(ids []causal.ID, from network.Addr) {
	if from == "" {
		return // from the disk: the heads of others will name them
	}
	for open := slices.Clone(ids); len(open) > 0; {
		id := open[len(open)-1]
		open = open[:len(open)-1]
		switch {
		case n.known(id) || n.waiting.Shed(id, from):
		case n.waiting.Has(id):
			open = append(open, n.waiting.Spoken(id, from)...)
		default:
			n.talk.spoken(id, from, n.now)
		}
	}
	n.soon()
}

// soon asks, once for everything that happens at this instant.
func (n *node) soon() {
	if n.talk.due {
		return
	}
	n.talk.due = true
	n.host.After(0, func() {
		n.talk.due = false
		n.ask()
	})
}

// found ends the search for an update.
func (n *node) found(id causal.ID) {
	if w := n.talk.wants[id]; w != nil {
		delete(n.talk.wants, id)
		n.talk.peer(w.spoke[0]).wants--
	}
}

// ask asks every peer that is not being asked for what it is the one to ask for; those first that have given something
// lately.
func (n *node) ask() {
	if n.stopped || len(n.talk.wants) == 0 {
		return
	}
	open := n.open()
	peers := n.peers.Peers()
	slices.SortStableFunc(peers, func(a, b network.Addr) int { return cmp.Compare(n.talk.peer(a).vain, n.talk.peer(b).vain) })
	for _, addr := range peers {
		p := n.talk.peer(addr)
		if p.busy {
			continue
		}
		ids := n.choose(addr, open, peers)
		if len(ids) == 0 {
			p.more = 0
			continue
		}
		n.request(addr, ids)
	}
}

// open lists what is to be asked for now, sorted, and forgets what nobody wants.
func (n *node) open() (open []causal.ID) {
	for id, w := range n.talk.wants {
		switch {
		case n.known(id) || n.waiting.Has(id):
			n.found(id)
		case w.flying:
		case n.now-w.heard >= leaveFor && !n.waiting.Needs(id):
			n.found(id)
		case n.now >= w.after:
			open = append(open, id)
		}
	}
	slices.SortFunc(open, causal.ID.Compare)
	return open
}

// choose takes what to ask of a peer: first what it spoke of.
func (n *node) choose(addr network.Addr, open []causal.ID, peers []network.Addr) (ids []causal.ID) {
	for _, spoke := range []bool{true, false} {
		for _, id := range open {
			w := n.talk.wants[id]
			if len(ids) < causal.MaxAsked && !w.flying && slices.Contains(w.spoke, addr) == spoke && w.next(addr, peers, n.now) {
				ids = append(ids, id)
				w.flying = true
			}
		}
	}
	return ids
}

// tried ends an asking: a peer is left alone for a while with what it has not given (CAU-3).
func (n *node) tried(to network.Addr, ids []causal.ID, rest time.Duration) {
	peers := n.peers.Peers()
	for _, id := range ids {
		w := n.talk.wants[id]
		if w == nil {
			continue
		}
		if n.known(id) || n.waiting.Has(id) || n.waiting.Shed(id, to) {
			n.found(id)
			continue
		}
		w.flying = false
		w.rests[to] = n.now + rest
		w.after = w.rested(peers, n.now)
	}
}
