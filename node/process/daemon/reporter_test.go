package daemon

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/node/blocktree"
)

// block is a sealed block of a number, as far as a log can tell.
func block(number uint64) chain.Sealed { return chain.Seal(chain.Block{Number: number}) }

// H9, H13: ten blocks a second are one line a second, and the last one is always told; a reorganisation is told
// at once, and a deep one is a warning.
func TestReporter_ALineASecond_H9_H13(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		r := &reporter{log: slog.New(slog.NewTextHandler(&out, nil)), now: time.Now}
		for n := range uint64(100) { // in ten seconds
			r.tipMoved(blocktree.Change{Applied: []chain.Sealed{block(n + 1)}})
			time.Sleep(97 * time.Millisecond) // never at the instant of a line
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		require.InDelta(t, 11, len(lines), 1)
		require.Contains(t, lines[0], `level=INFO msg="new tip" number=1 `)
		require.Contains(t, lines[0], "blocks=1 ")
		require.Contains(t, lines[len(lines)-1], "number=100 ")
		require.Contains(t, lines[1], "number=11 ")
		require.Contains(t, lines[1], "blocks=10 ")

		out.Reset()
		r.tipMoved(blocktree.Change{Undone: []chain.Sealed{block(100)}, Applied: []chain.Sealed{block(100), block(101)}})
		require.Contains(t, out.String(), "level=INFO msg=reorganisation undone=1 applied=2 from=100\n")
		var many []chain.Sealed
		for n := range uint64(74) {
			many = append(many, block(28+n))
		}
		r.tipMoved(blocktree.Change{Undone: many, Applied: append(many, block(102))})
		require.Contains(t, out.String(), "level=WARN msg=reorganisation undone=74 applied=75 from=28\n")
		r.stop()
		require.Contains(t, out.String(), "number=102 ", "what it has not said is said at the end")
	})
}
