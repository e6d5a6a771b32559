package grade

import (
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

func TestTail_Bounded(t *testing.T) {
	var printed tail
	for range 100 {
		n, err := printed.Write(make([]byte, 10<<10))
		require.NoError(t, err)
		require.Equal(t, 10<<10, n)
	}
	require.Len(t, printed.String(), 30<<10)
	require.Less(t, cap(printed.text), 200<<10)
}
