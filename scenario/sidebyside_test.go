package scenario_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/scenario"
)

func TestSideBySide(t *testing.T) {
	require.Empty(t, scenario.SideBySide([]byte("same"), []byte("same")))
	require.Equal(t, `
they part at byte 8; 9 bytes expected, 10 bytes got
          expected                             got
  000000  00 00 00 05 68 65 6c 6c  ....hell    00 00 00 05 68 65 6c 6c  ....hell
* 000008  6f                       o           21 0a                    !.`,
		scenario.SideBySide([]byte("\x00\x00\x00\x05hello"), []byte("\x00\x00\x00\x05hell!\n")))
	long := strings.Repeat("a", 100)
	text := scenario.SideBySide([]byte(long+long), []byte(long+"b"+long))
	require.Contains(t, text, "they part at byte 100; 200 bytes expected, 201 bytes got")
	require.Contains(t, text, "  000058  61")
	require.Contains(t, text, "* 000060  61 61 61 61 61 61 61 61  aaaaaaaa    61 61 61 61 62 61 61 61  aaaabaaa")
	require.Less(t, strings.Count(text, "\n"), 11)
	require.Contains(t, scenario.SideBySide(nil, []byte("x")),
		"* 000000                                       78                       x")
}

func TestFirstApart(t *testing.T) {
	require.Empty(t, scenario.FirstApart([]string{"a", "b"}, []string{"a"}))
	require.Contains(t, scenario.FirstApart([]string{"a", "b"}, []string{"a", "c"}),
		"number 2 of them:\nthey part at byte 0")
}

func TestUsage_Tells(t *testing.T) {
	require.Equal(t, "nothing", scenario.Usage{}.String())
	require.Equal(t, "1 listener, 2 timers", scenario.Usage{Listeners: 1, Timers: 2}.String())
}
