package sim

import (
	"context"
	"log/slog"
)

// discard is the logger of every node when nobody listens.
var discard = slog.New(slog.DiscardHandler)

// logger is the node's: its records carry the node's address and virtual time.
func (nd *node) logger() *slog.Logger {
	if nd.net.cfg.Log == nil {
		return discard
	}
	handler := nd.net.cfg.Log.WithAttrs([]slog.Attr{slog.String("node", string(nd.addr))})
	return slog.New(virtual{handler, nd})
}

// virtual is a slog.Handler that puts the node's time in the place of the machine's.
type virtual struct {
	slog.Handler
	nd *node
}

// Handle is slog.Handler's.
func (v virtual) Handle(ctx context.Context, r slog.Record) error {
	r.Time = epoch.Add(v.nd.time())
	return v.Handler.Handle(ctx, r)
}

// WithAttrs is slog.Handler's.
func (v virtual) WithAttrs(attrs []slog.Attr) slog.Handler {
	return virtual{v.Handler.WithAttrs(attrs), v.nd}
}

// WithGroup is slog.Handler's.
func (v virtual) WithGroup(name string) slog.Handler {
	return virtual{v.Handler.WithGroup(name), v.nd}
}
