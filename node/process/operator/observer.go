package operator

import (
	"context"
	"log/slog"
	"strings"

	"strata/gossip"
	"strata/ledgers/validators"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// Gossip is a gossip layer whose messages the operator sees.
func (o *Operator) Gossip(g gossip.Gossip) gossip.Gossip { return seenGossip{g, o} }

type seenGossip struct {
	gossip.Gossip
	operator *Operator
}

// words are the kinds under which words are gossiped.
var words = []messaging.Kind{validators.Proposal.Wire(), validators.Prevote.Wire(), validators.Precommit.Wire()}

// Broadcast notes what this node says itself.
func (g seenGossip) Broadcast(kind messaging.Kind, payload []byte) error {
	for _, of := range words {
		if kind != of {
			continue
		}
		if w := wordIn(kind, payload); w != nil && w.Key == g.operator.cfg.Key {
			g.operator.Say(w)
		}
	}
	return g.Gossip.Broadcast(kind, payload)
}

// wordIn is the word of a message; nil if there is none.
func wordIn(kind messaging.Kind, payload []byte) *validators.Word {
	if kind == validators.Proposal.Wire() {
		if p, err := validators.DecodeProposed(payload); err == nil {
			return p.Word
		}
		return nil
	}
	w, err := validators.DecodeWord(payload)
	if err != nil {
		return nil
	}
	return w
}

// Handle notes the time of a fresh proposal that the ledger takes.
func (g seenGossip) Handle(kind messaging.Kind, h gossip.Handler) error {
	if kind != validators.Proposal.Wire() {
		return g.Gossip.Handle(kind, h)
	}
	return g.Gossip.Handle(kind, func(from network.Addr, payload []byte) (pass bool) {
		if pass = h(from, payload); !pass {
			return false
		}
		if p, err := validators.DecodeProposed(payload); err == nil && p.Block != nil && p.Valid == validators.NoRound {
			g.operator.Time(p.Block.Time)
		}
		return true
	})
}

// Peers is a peer layer whose standings the operator hears.
func (o *Operator) Peers(p p2p.P2P) p2p.P2P { return heardPeers{p, o} }

type heardPeers struct {
	p2p.P2P
	operator *Operator
}

// Handle notes where peers stand.
func (p heardPeers) Handle(kind messaging.Kind, h p2p.Handler) error {
	if kind != validators.KindState {
		return p.P2P.Handle(kind, h)
	}
	return p.P2P.Handle(kind, func(from network.Addr, payload []byte) ([]byte, bool) {
		if s, err := validators.DecodeStanding(payload); err == nil {
			p.operator.Hear(from, s)
		}
		return h(from, payload)
	})
}

// Log is a log whose warnings the operator keeps as rejections.
func (o *Operator) Log(h slog.Handler) slog.Handler {
	if h == nil {
		h = slog.DiscardHandler
	}
	return keptLog{h, o}
}

type keptLog struct {
	slog.Handler
	operator *Operator
}

// Enabled is slog.Handler's: warnings are wanted always.
func (l keptLog) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn || l.Handler.Enabled(ctx, level)
}

// Handle is slog.Handler's.
func (l keptLog) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		l.operator.Reject(rejectionOf(r))
	}
	if !l.Handler.Enabled(ctx, r.Level) {
		return nil
	}
	return l.Handler.Handle(ctx, r)
}

// WithAttrs is slog.Handler's, and so is WithGroup.
func (l keptLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return keptLog{l.Handler.WithAttrs(attrs), l.operator}
}

// WithGroup is slog.Handler's.
func (l keptLog) WithGroup(name string) slog.Handler {
	return keptLog{l.Handler.WithGroup(name), l.operator}
}

// rejectionOf is what a warning of the node's code comes to.
func rejectionOf(r slog.Record) Rejection {
	kind, code := "other", "warning"
	switch {
	case strings.Contains(r.Message, "proposed block"):
		kind, code = "proposal", "not_valid"
	case strings.Contains(r.Message, "contradicts"):
		kind, code = "evidence", "contradiction"
	}
	detail := r.Message
	r.Attrs(func(a slog.Attr) bool {
		detail += "; " + a.Key + " " + a.Value.String()
		return true
	})
	return Rejection{Kind: kind, Code: code, Detail: detail}
}
