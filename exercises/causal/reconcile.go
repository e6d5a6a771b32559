// This file is yours to edit. docs/10-causal.md is the chapter; `make reset LAYER=causal` gives a fresh copy.

package causal

import (
	"slices"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
)

// listPages is how many pages of heads are asked of one peer at a time.
const listPages = 64

// heard takes where a peer stands.
func (n *node) heard(from network.Addr, payload []byte) ([]byte, bool) {
	if n.stopped {
		return nil, false
	}
	h, err := causal.DecodeHeads(payload)
	if err != nil {
		n.watch.Blamed(from, ledgers.ErrMalformed)
		return nil, false
	}
	n.differ(from, h)
	return nil, false
}

// differ seeks the heads of a peer that this node lacks, if theirs are not its own.
func (n *node) differ(from network.Addr, h causal.Heads) {
	panic(network.NotWritten("causal.4")) // 6 lines in our solution
}

// listAll asks a peer for its heads, page by page, unless that is being done.
func (n *node) listAll(from network.Addr) {
	if p := n.talk.peer(from); !p.listing {
		p.listing = true
		n.listHeads(from, causal.ID{}, listPages)
	}
}

// listHeads asks a peer for those of its many heads that are greater than one, and then for more.
func (n *node) listHeads(from network.Addr, after causal.ID, pages int) {
	n.peers.Request(from, causal.KindList, causal.EncodeList([]causal.ID{after}), func(reply []byte, err error) {
		p := n.talk.peer(from)
		p.listing = false
		if n.stopped || err != nil {
			return
		}
		ids, err := causal.DecodeList(reply)
		if err != nil {
			n.watch.Blamed(from, ledgers.ErrAnswer)
			return
		}
		n.seek(ids, from)
		if len(ids) == causal.MaxListed && pages > 1 {
			p.listing = true
			n.listHeads(from, ids[len(ids)-1], pages-1)
		}
	})
}

// list answers with heads.
func (n *node) list(from network.Addr, payload []byte) ([]byte, bool) {
	after, err := causal.DecodeList(payload)
	if err != nil || len(after) != 1 {
		n.watch.Blamed(from, ledgers.ErrMalformed)
		return nil, false
	}
	heads := n.Heads()
	i, there := slices.BinarySearchFunc(heads, after[0], causal.ID.Compare)
	if there {
		i++
	}
	return causal.EncodeList(heads[i:min(len(heads), i+causal.MaxListed)]), true
}

// request asks a peer for updates, and takes what comes.
func (n *node) request(to network.Addr, ids []causal.ID) {
	p := n.talk.peer(to)
	p.busy = true
	ask := causal.Ask{More: p.more, IDs: ids}
	n.peers.Request(to, causal.KindAsk, ask.Encode(), func(reply []byte, err error) {
		p.busy = false
		if n.stopped {
			return
		}
		rest := againIn
		var updates []*causal.Update
		if err == nil {
			rest = leaveFor
			if updates, err = causal.DecodeAnswer(reply); err != nil {
				n.watch.Blamed(to, ledgers.ErrAnswer)
			}
		}
		n.prove(updates)
		p.more = n.answered(to, updates)
		n.proven = nil
		p.note()
		n.tried(to, ids, rest)
		n.soon()
	})
}

// answered takes the updates of an answer, and says how many ancestors beyond the next one may have.
func (n *node) answered(from network.Addr, updates []*causal.Update) (more int) {
	panic(network.NotWritten("causal.4")) // 10 lines in our solution
}

// asked answers with updates: those that are asked for, then their ancestors, nearest first (CAU-3).
func (n *node) asked(from network.Addr, payload []byte) ([]byte, bool) {
	if n.stopped {
		return nil, false
	}
	a, err := causal.DecodeAsk(payload)
	if err != nil {
		n.watch.Blamed(from, ledgers.ErrMalformed)
		return nil, false
	}
	var answer [][]byte
	size := 0
	for _, id := range n.wanted(a) {
		b := n.updates[id].Encode()
		if size += len(b) + 4; size > causal.MaxAnswer {
			break
		}
		answer = append(answer, b)
	}
	return causal.EncodeAnswer(answer), true
}

// wanted lists the updates of an answer, in order.
func (n *node) wanted(a causal.Ask) (ids []causal.ID) {
	panic(network.NotWritten("causal.4")) // 20 lines in our solution
}
