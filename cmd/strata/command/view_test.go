package command

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/node"
)

// seen is two nodes, of which the second is one block behind.
func seen() []sight {
	return []sight{
		{addr: "127.0.0.1:1", status: node.Status{Height: 8, Tip: chain.BlockHash{1}, Peers: 1, Pooled: 2}, balances: []uint64{50_000, 30_000}},
		{addr: "127.0.0.1:2", status: node.Status{Height: 7, Tip: chain.BlockHash{2}, Peers: 1}, balances: []uint64{50_000, 20_000}},
	}
}

func TestView_TableIsRedrawnInPlaceWithinTheWidth(t *testing.T) {
	var out bytes.Buffer
	v := &view{out: &out, size: func() (int, int) { return 40, 24 }, start: time.Now()}
	v.show(seen())
	first := out.String()
	require.NotContains(t, first, "\x1b[5A", "nothing to go up over yet")
	for _, line := range strings.Split(strings.TrimSpace(first), "\n") {
		require.Less(t, len(strings.TrimPrefix(line, "\r\x1b[K")), 40)
	}
	out.Reset()
	v.show(seen())
	require.True(t, strings.HasPrefix(out.String(), "\x1b[5A\r\x1b[K"), "up over the five lines, which are written anew: %q", out.String())
	require.NotContains(t, out.String(), "\x1b[2m", "no colour unless it is asked for")

	v.color = true
	out.Reset()
	v.show(seen())
	require.Equal(t, 1, strings.Count(out.String(), "\x1b[2m"), "the node that is behind is dim")
}

func TestView_PlainLineForEachNewTip(t *testing.T) {
	var out bytes.Buffer
	v := newView(World{Out: &out, LookupEnv: func(string) (string, bool) { return "", false }})
	v.show(seen())
	v.show(seen())
	require.Regexp(t, `^ +0\.0s height 8 tip 0100000000000000 on 1 of 2 nodes, 2 pooled, balances \[50000 30000\]\n$`, out.String())
}

func TestReport_SaysWhatDoesNotAddUp(t *testing.T) {
	var out bytes.Buffer
	agreed := seen()[:1]
	require.True(t, sumUp(&out, agreed))
	require.Contains(t, out.String(), "one node, nobody to disagree with: height 8, tip 0100000000000000, balances [50000 30000], sum 80000 = 10000 x 8")

	out.Reset()
	agreed[0].balances[1]--
	require.False(t, sumUp(&out, agreed))
	require.Contains(t, out.String(), "add up to 79999, not to reward x height = 80000")

	out.Reset()
	other := seen()
	other[1].status = other[0].status
	require.True(t, agree(other))
	require.False(t, sumUp(&out, other))
	require.Contains(t, out.String(), "same tip, other balances")

	out.Reset()
	reportDisagreement(&out, seen())
	require.False(t, agree(seen()))
	require.Equal(t, 3, strings.Count(out.String(), "\n"))
}

// More nodes than a terminal has rows: the table stays within them, or it could not be drawn over.
func TestView_TableStaysWithinTheTerminal(t *testing.T) {
	var many []sight
	for i := range 20 {
		one := seen()[0]
		one.status.Height = uint64(8 - i%2)
		one.balances = make([]uint64, 20)
		many = append(many, one)
	}
	for _, rows := range []int{10, 22, 23, 24, 60} {
		v := &view{size: func() (int, int) { return 80, rows }, start: time.Now()}
		lines := v.table(many)
		require.Less(t, len(lines), rows)
		if rows > 23 {
			require.Len(t, lines, 23)
			continue
		}
		require.Len(t, lines, rows-1, "and all of them but the cursor's are used")
		require.Regexp(t, `^and \d+ more nodes, \d+ of them at height 8$`, lines[len(lines)-1])
	}
}
