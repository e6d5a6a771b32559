package main

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"strata/harness/grade/pipe"
	"strata/harness/sim"
)

// logSender is a slog.Handler that sends what nodes log in a traced run.
type logSender struct {
	send  func(pipe.Log)
	node  string
	group string // before the names of attributes, with its dots
	attrs string
}

// maxLogged is the most bytes of one line that are sent.
const maxLogged = 4 << 10

// Enabled is slog.Handler's: the picture shows every level.
func (*logSender) Enabled(context.Context, slog.Level) bool { return true }

// Handle is slog.Handler's.
func (l *logSender) Handle(_ context.Context, r slog.Record) error {
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
	l.send(pipe.Log{Time: r.Time.Sub(sim.Epoch()), Node: l.node, Text: line})
	return nil
}

func (l *logSender) format(a slog.Attr) string {
	return fmt.Sprintf(" %s%s=%v", l.group, a.Key, a.Value.Resolve())
}

// WithAttrs is slog.Handler's. The simulator names the node by an attribute.
func (l *logSender) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := *l
	for _, a := range attrs {
		if a.Key == "node" && out.node == "" {
			out.node = a.Value.String()
		} else {
			out.attrs += out.format(a)
		}
	}
	return &out
}

// WithGroup is slog.Handler's.
func (l *logSender) WithGroup(name string) slog.Handler {
	out := *l
	out.group += name + "."
	return &out
}
