package grade

import (
	"io"
	"regexp"
	"strings"
	"unicode"
)

// escapes are the sequences that a terminal obeys: CSI, OSC up to its end, and those of two bytes.
var escapes = regexp.MustCompile("\x1b\\[[0-?]*[ -/]*[@-~]|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|\x1b.?")

// plainText is what is left to read of a text that strangers wrote: no escape sequences, no control
// characters but tabs and the ends of lines, none that turns the direction of writing, and UTF-8.
func plainText(text string) string {
	text = escapes.ReplaceAllString(strings.ToValidUTF8(text, "\uFFFD"), "")
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
			return -1
		}
		return r
	}, text)
}

// plainWriter writes plain text. Each Write is to hold whole sequences, as all of ours do.
type plainWriter struct{ w io.Writer }

// Write is io.Writer's.
func (p plainWriter) Write(text []byte) (int, error) {
	if _, err := io.WriteString(p.w, plainText(string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}
