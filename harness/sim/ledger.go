package sim

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"strata/network"
)

// ledger remembers the slices that a node handed over or was handed, with their checksums: nobody
// may change them ever (NET-12). It keeps the last ledgerSize of them, to be looked at again when
// they leave it and when Run returns.
type ledger struct {
	entries    []entry
	next       int
	violations []violation
}

const ledgerSize = 1024

type entry struct {
	bytes []byte
	sum   uint64
	at    int64 // when it was handed over
	way   way
	peer  network.Addr
}

type way uint8

const (
	wrote way = iota
	received
)

// violation is one slice that was changed.
type violation struct {
	at   int64
	text string
}

// watch enters slices that were just handed over, under CheckPayloads, with their checksums.
func (nd *node) watch(head, body []byte, headSum, bodySum uint64, w way, s *stream) {
	if !nd.net.cfg.CheckPayloads {
		return
	}
	if nd.ledger == nil {
		nd.ledger = &ledger{}
	}
	for _, e := range [2]entry{{bytes: head, sum: headSum}, {bytes: body, sum: bodySum}} {
		if len(e.bytes) > 0 {
			e.at, e.way, e.peer = nd.worker.now, w, s.peerAddr()
			nd.ledger.enter(nd, e)
		}
	}
}

// enter adds an entry in the place of the oldest. A body that is written to many streams in a row
// is entered once.
func (l *ledger) enter(nd *node, e entry) {
	if n := len(l.entries); n > 0 {
		last := &l.entries[(l.next+n-1)%n]
		if len(last.bytes) == len(e.bytes) && &last.bytes[0] == &e.bytes[0] && last.way == e.way {
			l.verify(nd, last)
			return
		}
	}
	if len(l.entries) < ledgerSize {
		l.entries = append(l.entries, e)
		return
	}
	l.verify(nd, &l.entries[l.next])
	l.entries[l.next] = e
	l.next = (l.next + 1) % ledgerSize
}

// verify reports an entry whose bytes are no longer what they were, once.
func (l *ledger) verify(nd *node, e *entry) {
	now := sum(e.bytes)
	if now == e.sum {
		return
	}
	e.sum = now
	how := "wrote to"
	if e.way == received {
		how = "received from"
	}
	text := fmt.Sprintf("expected the %d bytes that %s %s %s at %v to stay as they were, got them modified",
		len(e.bytes), nd.addr, how, e.peer, time.Duration(e.at))
	l.violations = append(l.violations, violation{e.at, text})
}

// checkLedgers looks at all slices that are still remembered.
func (n *Net) checkLedgers() {
	if !n.cfg.CheckPayloads {
		return
	}
	for _, nd := range n.nodes {
		if nd.ledger != nil {
			for i := range nd.ledger.entries {
				nd.ledger.verify(nd, &nd.ledger.entries[i])
			}
		}
	}
}

// Violations lists the slices that were modified after they had been handed over, written or
// received, as far as was found until the last Run returned (NET-12). Only with CheckPayloads.
func (n *Net) Violations() []string {
	var all []violation
	for _, nd := range n.nodes {
		if nd.ledger != nil {
			all = append(all, nd.ledger.violations...)
		}
	}
	slices.SortStableFunc(all, func(a, b violation) int { return cmp.Compare(a.at, b.at) })
	var texts []string
	for _, v := range all {
		texts = append(texts, v.text)
	}
	return texts
}
