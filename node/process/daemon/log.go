package daemon

import (
	"fmt"
	"io"
	"log/slog"

	"strata/node/process/settings"
)

// NewLog is a log of that format.
func NewLog(out io.Writer, format settings.Format, level slog.Leveler) slog.Handler {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: inWords}
	if format.JSON {
		return slog.NewJSONHandler(out, options)
	}
	return slog.NewTextHandler(out, options)
}

// inWords writes hashes and the like as text in JSON too.
func inWords(_ []string, a slog.Attr) slog.Attr {
	if text, ok := a.Value.Any().(fmt.Stringer); ok && a.Value.Kind() == slog.KindAny {
		a.Value = slog.StringValue(text.String())
	}
	return a
}
