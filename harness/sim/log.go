package sim

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
)

// discard is the logger of every node when nobody listens.
var discard = slog.New(slog.DiscardHandler)

// logger is the node's: its records carry the node's address and virtual time, and are traced.
func (nd *node) logger() *slog.Logger {
	var handlers []slog.Handler
	if to := nd.net.cfg.Log; to != nil {
		handlers = append(handlers, to.WithAttrs([]slog.Attr{slog.String("node", string(nd.addr))}))
	}
	if nd.net.cfg.Trace != nil {
		handlers = append(handlers, NewLines(func(text string) { nd.traceText(TraceLog, text) }))
	}
	if len(handlers) == 0 {
		return discard
	}
	return slog.New(virtual{slog.NewMultiHandler(handlers...), nd})
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

// lines is a slog.Handler that makes one line of each record: what is shown of it in a trace.
type lines struct {
	tell  func(line string)
	group string // before the names of attributes, with its dots
	attrs string
}

// NewLines is a slog.Handler that tells each record as a line of at most 4 kB: the level unless it is Info,
// the message, and the attributes. It tells of every level, and not of the time.
func NewLines(tell func(line string)) slog.Handler { return &lines{tell: tell} }

// maxLogged is the most bytes of one line.
const maxLogged = 4 << 10

// Enabled is slog.Handler's.
func (*lines) Enabled(context.Context, slog.Level) bool { return true }

// Handle is slog.Handler's.
func (l *lines) Handle(_ context.Context, r slog.Record) error {
	var text strings.Builder
	if r.Level != slog.LevelInfo {
		fmt.Fprintf(&text, "%v ", r.Level)
	}
	text.WriteString(r.Message)
	text.WriteString(l.attrs)
	r.Attrs(func(a slog.Attr) bool {
		text.WriteString(l.format(a))
		return true
	})
	line := text.String()
	if len(line) > maxLogged {
		line = strings.ToValidUTF8(line[:maxLogged], "") + ".."
	}
	l.tell(line)
	return nil
}

func (l *lines) format(a slog.Attr) string {
	return fmt.Sprintf(" %s%s=%v", l.group, a.Key, a.Value.Resolve())
}

// WithAttrs is slog.Handler's.
func (l *lines) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := *l
	for _, a := range attrs {
		out.attrs += out.format(a)
	}
	return &out
}

// WithGroup is slog.Handler's.
func (l *lines) WithGroup(name string) slog.Handler {
	out := *l
	out.group += name + "."
	return &out
}
