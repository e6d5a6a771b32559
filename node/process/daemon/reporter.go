package daemon

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"strata/chain"
	"strata/network"
	"strata/node"
	"strata/node/blocktree"
)

const (
	tipEvery = time.Second // between two lines about the tip, at most one
	deepAt   = 3           // blocks undone from which on a reorganisation is a warning
)

// reporter logs what an operator follows, whatever a node's parts log of each block for those who search: new tips,
// no more than one line a second, each reorganisation, each peer that arrives or is lost.
type reporter struct {
	log *slog.Logger
	now func() time.Time

	mu     sync.Mutex
	said   time.Time // of the last line about a tip
	blocks int       // since then
	last   chain.Sealed
	timer  *time.Timer // will say the last tip; nil: none
	ended  bool
}

// report has a reporter follow the node. It runs on the loop.
// What moves the tip goes by way of after, which waits for the disk.
func report(n *node.Node, after func(onTip) onTip, log *slog.Logger) *reporter {
	r := &reporter{log: log, now: time.Now}
	n.OnTip(after(r.tipMoved))
	n.OnPeer(func(peer network.Addr, arrived bool) {
		if arrived {
			log.Info("peer arrived", "peer", peer, "peers", len(n.Peers()))
		} else {
			log.Info("peer lost", "peer", peer, "peers", len(n.Peers()))
		}
	})
	return r
}

// tipMoved logs a reorganisation at once, and the tip now or within a second.
func (r *reporter) tipMoved(c blocktree.Change) {
	if len(c.Undone) > 0 {
		level := slog.LevelInfo
		if len(c.Undone) >= deepAt {
			level = slog.LevelWarn
		}
		r.log.Log(context.Background(), level, "reorganisation", "undone", len(c.Undone), "applied", len(c.Applied), "from", c.Undone[0].Number)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.blocks += len(c.Applied)
	r.last = c.Applied[len(c.Applied)-1]
	wait := tipEvery - r.now().Sub(r.said)
	switch {
	case r.ended || r.timer != nil:
	case wait <= 0:
		r.say()
	default:
		r.timer = time.AfterFunc(wait, func() {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.timer = nil
			if !r.ended {
				r.say()
			}
		})
	}
}

// say logs the last tip. The lock is held.
func (r *reporter) say() {
	r.log.Info("new tip", "number", r.last.Number, "hash", r.last.Hash(), "blocks", r.blocks, "transactions", len(r.last.Transactions))
	r.said, r.blocks = r.now(), 0
}

// stop ends it; what it has not said is said.
func (r *reporter) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timer != nil && r.timer.Stop() {
		r.timer = nil
		r.say()
	}
	r.ended = true
}
