package latticenode

import (
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers/lattice"
	"strata/node/process/keyfile"
	"strata/solutions"
)

// runPruned starts a node that keeps two blocks of an account.
func (r *rig) runPruned(cfg Config) *Running {
	r.t.Helper()
	cfg.Limits.Keep = 2
	node, err := Run(solutions.Electives().Lattice(), cfg)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = node.Stop() })
	return node
}

// position is how many blocks a node has cemented.
func position(t *testing.T, node *Running) uint64 {
	s, err := node.Status()
	require.NoError(t, err)
	return s.Digest.Position
}

// In a network whose nodes have pruned what was, a newcomer begins with a checkpoint that representatives have signed. It
// has the balances, follows, and starts again from its own store.
func TestCheckpoint_NewcomerAmongPrunedPeers_LAT11_NB7(t *testing.T) {
	r := newRig(t, 3)
	nodes := []*Running{r.runPruned(r.config(0)), r.runPruned(r.config(1)), r.runPruned(r.config(2))}
	w, err := OpenWallet(t.Context(), nodes[0], r.seed, 0)
	require.NoError(t, err)
	pay := func(amount uint64) {
		o, err := w.Send(t.Context(), w.Accounts()[0], w.Accounts()[1], lattice.Raw(amount))
		require.NoError(t, err)
		require.Equal(t, "final", o.State)
	}
	for range 4 {
		pay(10)
		_, err := w.ReceiveAll(t.Context())
		require.NoError(t, err)
	}
	for _, node := range nodes {
		r.eventually("all is cemented", func() bool { return position(t, node) == 11 })
	}
	s, err := nodes[0].MakeCheckpoint()
	require.NoError(t, err)
	text := s.Encode()
	pay(5) // the others are further than the checkpoint when they sign it
	for _, node := range nodes[1:] {
		s, err = lattice.DecodeSignedCut(text)
		require.NoError(t, err)
		r.eventually("it is where the checkpoint is", func() bool { return node.SignCheckpoint(s) == nil })
		text = s.Encode()
	}
	require.Len(t, s.Signatures, 3)

	file, genesis := filepath.Join(r.dir, "checkpoint"), filepath.Join(r.path(0), FileGenesis)
	require.NoError(t, os.WriteFile(file, text, 0o600))
	root := s.Root()
	late := r.config(0)
	late.Directory.Path = filepath.Join(r.dir, "late")
	begin := NewNetwork{Out: late.Directory.Path, Genesis: genesis, Checkpoint: file, Root: hex.EncodeToString(root[:])}
	require.NoError(t, begin.Make(io.Discard))
	late.Directory, err = Open(late.Directory.Path)
	require.NoError(t, err)
	late.Listen = r.free()
	node := r.runPruned(late)
	require.GreaterOrEqual(t, position(t, node), uint64(11))
	r.eventually("it has what came since", func() bool { return position(t, node) == 12 })
	pay(5)
	r.eventually("it follows", func() bool { return position(t, node) == 13 })
	before, err := node.Status()
	require.NoError(t, err)
	r.synced(node)
	require.NoError(t, node.Stop())
	again := r.runPruned(late)
	after, err := again.Status()
	require.NoError(t, err)
	require.Equal(t, before.Digest, after.Digest)
	theirs, err := nodes[1].Status()
	require.NoError(t, err)
	require.Equal(t, theirs.Digest, after.Digest)
}

// What comes with too little, or is not what it is said to be, makes no directory.
func TestCheckpoint_RefusesToBegin_LAT11(t *testing.T) {
	r := newRig(t, 3)
	node := r.run(0)
	s, err := node.MakeCheckpoint()
	require.NoError(t, err)
	require.Len(t, s.Signatures, 1)
	stranger := r.config(1).Directory
	stranger.Key, err = keyfile.New()
	require.NoError(t, err)
	file, other := filepath.Join(r.dir, "checkpoint"), newRig(t, 1)
	require.NoError(t, os.WriteFile(file, s.Encode(), 0o600))
	torn := filepath.Join(r.dir, "torn")
	require.NoError(t, os.WriteFile(torn, s.Encode()[:100], 0o600))
	root := s.Root()
	right, out := hex.EncodeToString(root[:]), filepath.Join(r.dir, "late")
	genesis := filepath.Join(r.path(0), FileGenesis)
	for want, n := range map[string]NewNetwork{
		"representatives with 1000 have signed it, and it takes 2001": {Genesis: genesis, Checkpoint: file, Root: right},
		"and not 00":                        {Genesis: genesis, Checkpoint: file, Root: hex.EncodeToString(make([]byte, 32))},
		"and this network is":               {Genesis: filepath.Join(other.path(0), FileGenesis), Checkpoint: file, Root: right},
		"--root: \"12\" is no hash":         {Genesis: genesis, Checkpoint: file, Root: "12"},
		"--checkpoint and --root go":        {Genesis: genesis, Checkpoint: file},
		"go with --genesis":                 {Nodes: 1, Checkpoint: file, Root: right},
		"torn: no checkpoint to rely on":    {Genesis: genesis, Checkpoint: torn, Root: right},
		"genesis: no checkpoint to rely on": {Genesis: genesis, Checkpoint: genesis, Root: right},
	} {
		n.Out = out
		require.ErrorContains(t, n.Make(io.Discard), want)
		require.NoDirExists(t, out)
	}
	require.ErrorIs(t, other.run(0).SignCheckpoint(s), lattice.ErrCheckpoint)
}
