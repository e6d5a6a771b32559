package report

import (
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"strata/harness/trace"
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

// needsNoQuotes is a word that a shell takes as it is.
var needsNoQuotes = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./][A-Za-z0-9_@%+=:,./-]*$`)

// ShellWord is the text as one word of a shell's command line: what we print can be pasted. A text that
// cannot be printed as it is is written with its escapes, as bash and zsh read them.
func ShellWord(text string) string {
	if needsNoQuotes.MatchString(text) {
		return text
	}
	if OneLine(text) == text {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	var word strings.Builder
	for _, b := range []byte(text) {
		switch {
		case b == '\'' || b == '\\':
			word.WriteByte('\\')
			word.WriteByte(b)
		case b < ' ' || b > '~':
			fmt.Fprintf(&word, `\x%02x`, b)
		default:
			word.WriteByte(b)
		}
	}
	return "$'" + word.String() + "'"
}

// OneLine is a text of any bytes as a part of a line: whatever would end the line, or be obeyed by a
// terminal, or not be seen, shows as its escape.
func OneLine(text string) string {
	var line strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&line, `\x%02x`, text[0])
		case unicode.IsPrint(r) && !unicode.Is(unicode.Bidi_Control, r):
			line.WriteRune(r)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&line, `\x%02x`, r)
		default:
			fmt.Fprintf(&line, `\u%04x`, r)
		}
		text = text[size:]
	}
	return line.String()
}

// The most that is shown of what the student's code printed.
const (
	shownHead  = 4   // lines
	shownTail  = 6   // lines
	shownWidth = 160 // characters of a line
)

// excerpt is the beginning and the end of what was printed.
func excerpt(printed string) string {
	all := strings.Split(printed, "\n")
	cut := false
	for i, line := range all {
		if short := []rune(line); len(short) > shownWidth {
			all[i], cut = fmt.Sprintf("%s .. (%d characters more)", string(short[:shownWidth]),
				len(short)-shownWidth), true
		}
	}
	if more := len(all) - shownHead - shownTail; more > 0 {
		left := fmt.Sprintf("... %s left out here ...", trace.CountOf(more, "line"))
		all, cut = slices.Concat(all[:shownHead], []string{left}, all[len(all)-shownTail:]), true
	}
	if cut {
		all = append(all, fmt.Sprintf("(%d bytes are kept of it, the last ones: strata grade --json has them "+
			"as Output)", len(printed)))
	}
	return strings.Join(all, "\n")
}
