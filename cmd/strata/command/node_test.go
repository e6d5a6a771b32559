package command

import (
	"fmt"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// quick is a difficulty that takes some ten milliseconds a block.
const quick = "4"

func TestNode_StopsCleanlyOnSignals(t *testing.T) {
	newSession(t)
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		p, line := startNodeAt(t, freeAddr(t))
		require.Contains(t, line, "height 0, difficulty 7, layers of solutions")
		p.end(signal, 0)
		require.Empty(t, p.rest(), "nothing to complain of")
	}
}

func TestNode_TwoAgreeAndTheChainOutlivesThem(t *testing.T) {
	s := newSession(t)
	status, _, errs := s.run(t, "keys", "new", "--out", "alice.key")
	require.Zero(t, status, errs)
	addrA, addrB := freeAddr(t), freeAddr(t)
	argsA := []string{"--difficulty", quick, "--data", "a", "--mine", "--coinbase", "alice.key"}
	a, _ := startNodeAt(t, addrA, append(argsA, everyTip...)...)
	a.waitTip("block 3 of the miner", func(tip tip) bool { return tip.Number == 3 })
	b, _ := startNodeAt(t, addrB, "--difficulty", quick, "--bootstrap", addrA, "--data", "b")
	first := b.waitTip("a tip of the other node", func(tip tip) bool { return tip.Number >= 3 })
	later := b.waitTip("block by block from then on", func(tip tip) bool { return tip.Number > first.Number })
	a.waitTip("the same block at the miner", func(tip tip) bool { return tip.Number == later.Number && tip.Hash == later.Hash })
	a.end(syscall.SIGTERM, 0)
	b.end(syscall.SIGTERM, 0)

	_, line := startNodeAt(t, addrB, "--difficulty", quick, "--data", "b")
	var height uint64
	_, err := fmt.Sscanf(line, "strata: node "+addrB+" is up: height %d,", &height)
	require.NoError(t, err)
	require.GreaterOrEqual(t, height, later.Number, "what was reported is there again (FRK-6)")
}

func TestNode_PortInUseAndDataLocked(t *testing.T) {
	newSession(t)
	addr := freeAddr(t)
	p, _ := startNodeAt(t, addr, "--data", "chain")
	require.Equal(t, "strata: cannot listen at "+addr+": address in use; choose another with --listen", refusedProcess(t, "node", "--listen", addr, "--data", "other"))
	require.Equal(t, "strata: data directory chain is used by another node", refusedProcess(t, "node", "--listen", freeAddr(t), "--data", "chain"))
	p.end(syscall.SIGTERM, 0)

	again, _ := startNodeAt(t, addr, "--data", "chain") // both are free again
	again.end(syscall.SIGTERM, 0)
}

func TestNode_DataIsNoDirectory(t *testing.T) {
	s := newSession(t)
	write(t, "file", "precious")
	require.Contains(t, s.refused(t, "node", "--listen", freeAddr(t), "--data", "file"), "data directory file: ")
}
