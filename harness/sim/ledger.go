package sim

import (
	"cmp"
	"fmt"
	"slices"
	"time"
	"unsafe"
)

// ledger remembers the slices that a node handed over or was handed, with their checksums: nobody
// may change them ever (NET-12). It keeps the last ledgerSize of them, to be looked at again when
// they leave it and when somebody asks.
type ledger struct {
	entries    []entry
	next       int
	violations []violation
}

const ledgerSize = 1024

// entry is one slice that was handed over. A run has many: it is small.
type entry struct {
	first *byte
	size  uint32
	way   way
	sum   uint64
	at    int64   // when it was handed over
	s     *stream // by which
}

// bytes are the slice.
func (e *entry) bytes() []byte { return unsafe.Slice(e.first, e.size) }

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
		if left := nd.net.spare; left != nil {
			nd.ledger.entries = left.ledger()
		}
	}
	if len(head) > 0 {
		nd.ledger.enter(nd, head, headSum, w, s)
	}
	if len(body) > 0 {
		nd.ledger.enter(nd, body, bodySum, w, s)
	}
}

// enter adds an entry in the place of the oldest. A body that is written to many streams in a row
// is entered once.
func (l *ledger) enter(nd *node, bytes []byte, sum uint64, w way, s *stream) {
	first, size := unsafe.SliceData(bytes), uint32(len(bytes))
	if n := len(l.entries); n > 0 {
		at := l.next - 1
		if at < 0 {
			at = n - 1
		}
		if last := &l.entries[at]; last.first == first && last.size == size && last.way == w {
			l.verify(nd, last)
			return
		}
	}
	e := entry{first: first, size: size, way: w, sum: sum, at: nd.worker.now, s: s}
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
	now := sum(e.bytes())
	if now == e.sum {
		return
	}
	e.sum = now
	how := "wrote to"
	if e.way == received {
		how = "received from"
	}
	text := fmt.Sprintf("expected the %d bytes that %s %s %s at %v to stay as they were, got them modified",
		e.size, nd.addr, how, e.s.peerAddr(), time.Duration(e.at))
	l.violations = append(l.violations, violation{e.at, text})
}

// checkLedgers looks at all slices that are still remembered.
func (n *Net) checkLedgers() {
	for _, nd := range n.nodes {
		if nd.ledger != nil {
			for i := range nd.ledger.entries {
				nd.ledger.verify(nd, &nd.ledger.entries[i])
			}
		}
	}
}

// Violations lists the slices that were modified after they had been handed over, written or
// received (NET-12). Only with CheckPayloads, and not while it runs.
func (n *Net) Violations() []string {
	n.checkLedgers()
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
