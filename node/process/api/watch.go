package api

import (
	"bytes"
	"encoding/json"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/network"
	"strata/node/blocktree"
)

// blockEvent is one block that is on the chain now.
type blockEvent struct {
	Number       uint64   `json:"number"`
	Hash         string   `json:"hash"`
	Parent       string   `json:"parent"`
	Undone       []string `json:"undone"` // hashes of what it replaced, the lowest first
	Transactions int      `json:"transactions"`
}

// transactionEvent is a transaction that begins to wait, or, pooled false, got into a block.
type transactionEvent struct {
	transactionJSON
	Pooled bool `json:"pooled"`
}

// peersEvent is a peer that arrived or was lost.
type peersEvent struct {
	Arrived network.Addr `json:"arrived,omitempty"`
	Lost    network.Addr `json:"lost,omitempty"`
}

// A node that catches up applies hundreds of blocks at once.
const (
	mostApplied = 16  // blocks of one move of the tip that get events
	mostUndone  = 500 // hashes that an event lists
)

// watch has the node tell what happens. It runs on the loop, as everything does that it registers.
func (s *Server) watch() {
	n := s.backend.Node
	s.verifier = n.Verifier()
	n.OnBlock(func(b chain.Sealed) {
		s.recent.add(seen{b.Number, b.Hash(), b.Parent, time.Now()})
	})
	n.OnTip(func(c blocktree.Change) { s.written(func() { s.tellTip(c) }) })
	n.OnTransaction(func(tx mempool.Transaction) {
		s.hub.publish("transaction", transactionEvent{transactionOf(tx), true})
	})
	n.OnPeer(func(peer network.Addr, arrived bool) {
		if arrived {
			s.hub.publish("peers", peersEvent{Arrived: peer})
		} else {
			s.hub.publish("peers", peersEvent{Lost: peer})
		}
	})
}

// tellTip tells of the blocks that were applied: of all if they are few, else of the last.
func (s *Server) tellTip(c blocktree.Change) {
	s.figures.tipMoved(c)
	s.tipMoved.Store(time.Now().UnixMicro())
	undone := make([]string, 0, min(len(c.Undone), mostUndone))
	for _, b := range c.Undone[max(0, len(c.Undone)-mostUndone):] {
		hash := b.Hash()
		undone = append(undone, hash.String())
		s.recent.add(seen{number: b.Number, hash: hash, parent: b.Parent}) // if it is of before we watched
	}
	tell := c.Applied[max(0, len(c.Applied)-mostApplied):]
	for i, b := range tell {
		e := blockEvent{b.Number, b.Hash().String(), b.Parent.String(), []string{}, len(b.Transactions)}
		if i == 0 {
			e.Undone = undone
		}
		s.hub.publish("block", e)
	}
	if len(c.Applied) > 1 {
		return // whoever waits for one of the transactions asks for it
	}
	for _, b := range c.Applied {
		for _, tx := range b.Transactions {
			s.hub.publish("transaction", transactionEvent{transactionOf(tx), false})
		}
	}
}

// tellStatus tells each second how the node is, if that has changed and anybody listens.
func (s *Server) tellStatus() {
	every := time.NewTicker(s.cfg.StatusEvery)
	defer every.Stop()
	var last []byte
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-every.C:
		}
		if s.hub.count() == 0 {
			continue
		}
		value, err := ask(s.ctx, s, s.statusOf)
		if err != nil {
			continue // the next second asks again
		}
		text, err := json.Marshal(value)
		if err == nil && !bytes.Equal(text, last) {
			last = text
			s.hub.publish("status", value)
		}
	}
}
