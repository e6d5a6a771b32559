package report

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlainText(t *testing.T) {
	for text, want := range map[string]string{
		"a line\n\tand more, größer": "a line\n\tand more, größer",
		"\x1b[31mred\x1b[0m":         "red",
		"\x1b]0;title\aafter":        "after",
		"\x1b]8;;link\x1b\\after":    "after",
		"over\rwritten\b\x00\x7f":    "overwritten",
		"\u009b31mC1":                "31mC1",
		"turned\u202etext":           "turnedtext",
		"not UTF-8 \xff":             "not UTF-8 \uFFFD",
		"cut \x1b[3":                 "cut 3",
	} {
		require.Equal(t, want, plainText(text), "%q", text)
	}
}

// What is printed can be pasted into a shell.
func TestShellWord(t *testing.T) {
	for text, want := range map[string]string{
		"students/amy-2": "students/amy-2", "my work": "'my work'", "dan o'neil": `'dan o'\''neil'`,
		"$HOME": "'$HOME'", "": "''", "-x": "'-x'", "~": "'~'",
	} {
		require.Equal(t, want, ShellWord(text))
	}
}

// Of what is printed the report shows both ends, says what is missing and where it is.
func TestExcerpt(t *testing.T) {
	require.Equal(t, "one\ntwo", excerpt("one\ntwo"))
	long := excerpt("first\n" + strings.Repeat("more\n", 5000) + "last")
	require.True(t, strings.HasPrefix(long, "first\n"))
	require.Contains(t, long, "\n... 4992 lines left out here ...\n")
	require.Contains(t, long, "\nlast\n(25010 bytes are kept of it, the last ones: strata grade --json has them as "+
		"Output)")
	require.Less(t, len(long), 300)
	require.Less(t, len(excerpt(strings.Repeat("x", 30<<10))), 300)
}
