package command

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// A node refuses a damaged store with a remedy, and the remedy brings its chain back.
func TestNode_DamagedStoreIsReportedAndRepaired_FRK6(t *testing.T) {
	s := newSession(t)
	status, _, errs := s.run(t, "keys", "new", "--out", "alice.key")
	require.Zero(t, status, errs)
	args := []string{"--difficulty", quick, "--data", "chain"}
	p, _ := startNodeAt(t, freeAddr(t), append(append(args, "--mine", "--coinbase", "alice.key"), everyTip...)...)
	stored := p.waitTip("block 4 of the miner", func(tip tip) bool { return tip.Number == 4 })
	p.end(syscall.SIGTERM, 0)

	path := filepath.Join("chain", "strata.db")
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	for page := range 2 { // both roots: nothing can be read by bbolt any longer
		copy(content[page*os.Getpagesize():], make([]byte, 100))
	}
	require.NoError(t, os.WriteFile(path, content, 0o600))
	refused := refusedProcess(t, append([]string{"node", "--listen", freeAddr(t)}, args...)...)
	require.Equal(t, "strata: data directory chain: store is corrupt: root 0; nothing was changed, and `strata node --repair --data chain` makes a new store of the blocks that are whole", refused)

	require.Equal(t, "repair: data directory chain: no block is whole with difficulty 12; nothing was changed: give the difficulty of the chain with --difficulty; if that is it, move the file away and start again",
		s.refused(t, "node", "--repair", "--data", "chain", "--difficulty", "12"))
	status, out, errs := s.run(t, append([]string{"node", "--repair"}, args...)...)
	require.Zero(t, status, errs)
	var height uint64
	_, err = fmt.Sscanf(out, "strata: kept the chain up to block %d", &height)
	require.NoError(t, err, out)
	require.GreaterOrEqual(t, height, stored.Number)
	require.Contains(t, out, "strata: the damaged file is kept as chain/strata.db.damaged\n")
	kept, err := os.ReadFile(path + ".damaged")
	require.NoError(t, err)
	require.True(t, bytes.Equal(content, kept))

	_, line := startNodeAt(t, freeAddr(t), args...)
	require.Contains(t, line, fmt.Sprintf("height %d,", height))
}

func TestNode_RepairOfNothing(t *testing.T) {
	s := newSession(t)
	require.Contains(t, s.refused(t, "node", "--repair"), "repair needs the data directory of the damaged store")
	require.Contains(t, s.refused(t, "node", "--repair", "--data", "nowhere"), "no such file or directory")
	require.NoDirExists(t, "nowhere")
	require.False(t, strings.Contains(s.refused(t, "node", "--repair", "--data", "."), "panic"))
}

// A store that breaks under a running node stops it.
func TestNode_DamageWhileRunning_FRK6(t *testing.T) {
	s := newSession(t)
	status, _, errs := s.run(t, "keys", "new", "--out", "alice.key")
	require.Zero(t, status, errs)
	p, _ := startNodeAt(t, freeAddr(t), "--difficulty", quick, "--data", "chain", "--mine", "--coinbase", "alice.key")
	p.waitTip("a block", func(tip tip) bool { return tip.Number >= 2 })
	require.NoError(t, os.Truncate(filepath.Join("chain", "strata.db"), int64(os.Getpagesize())))
	text := p.next(p.log, "the end", func(line string) bool { return strings.HasPrefix(line, "strata: ") })
	require.Contains(t, text, "store is corrupt: a part of the file is no longer there")
	require.Contains(t, text, "`strata node --repair --data chain`")
	<-p.exited
	require.Equal(t, 2, p.cmd.ProcessState.ExitCode())
}
