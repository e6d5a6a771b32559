package latticenode

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers/lattice"
	"strata/solutions"
)

// A node that starts late, when the representatives of genesis have lost all weight and are gone, catches up with the
// weights of a checkpoint.
func TestCheckpoint_LetsANodeStartLate_LAT10_NB7(t *testing.T) {
	r := newRig(t, 3)
	old, heir := r.run(0), r.run(1)
	keep := r.run(2)
	w, err := OpenWallet(t.Context(), heir, r.seed, 0)
	require.NoError(t, err)
	for i, of := range w.Accounts() { // the second node represents everybody from now on
		if i != 1 {
			o, err := w.Change(t.Context(), of, heir.Config.Directory.Public())
			require.NoError(t, err)
			require.Equal(t, "final", o.State)
		}
	}
	var text string
	r.eventually("both changes are cemented", func() bool {
		text, err = heir.Checkpoint()
		require.NoError(t, err)
		return strings.Contains(text, "blocks 5\n")
	})
	require.Equal(t, fmt.Sprintf("lattice-checkpoint 1\nchain %s\nblocks 5\n%s 3000\n", heir.Chain,
		lattice.Address(heir.Config.Directory.Public())), text)
	require.NoError(t, old.Stop())
	require.NoError(t, keep.Stop())

	late := r.config(0)
	late.Directory.Path = filepath.Join(r.dir, "late")
	require.NoError(t, Init(late.Directory.Path, r.genesis, late.Directory.Key))
	file := filepath.Join(r.dir, "checkpoint")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	late.Limits.Checkpoint, err = late.Directory.ReadCheckpoint(file)
	require.NoError(t, err)
	node, err := Run(solutions.Electives().Lattice(), late)
	require.NoError(t, err)
	defer node.Stop()
	r.eventually("the late node has it all", func() bool {
		s, err := node.Status()
		require.NoError(t, err)
		return s.Digest.Position == 5
	})
}

// A checkpoint that is none, or of another network, is refused with file and line.
func TestCheckpoint_Refuses_LAT10(t *testing.T) {
	r := newRig(t, 1)
	d := r.config(0).Directory
	chain, a := "chain "+d.Genesis.Chain().String(), lattice.Address(lattice.Account{1})
	title := checkpointTitle + "\n"
	for text, want := range map[string]string{
		"":           "line 1",
		"leader 1\n": "line 1",
		title:        "want a line `chain ID`",
		title + "chain 00\nblocks 1\n" + a + " 1\n":            "line 2",
		title + chain + "\nblocks 0\n" + a + " 1\n":            "line 3",
		title + chain + "\nblocks -1\n" + a + " 1\n":           "line 3",
		title + chain + "\nblocks 1\n" + a + "\n":              "line 4: no amount",
		title + chain + "\nblocks 1\n" + a[:63] + "1 1\n":      "line 4: no address: the check",
		title + chain + "\nblocks 1\n" + a + " 1001\n":         "line 4: the weights are more than the supply, 1000",
		title + chain + "\nblocks 1\n" + a + " 1\n" + a + " 1": "line 5: " + a + " comes twice",
	} {
		file := filepath.Join(t.TempDir(), "checkpoint")
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := d.ReadCheckpoint(file)
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, file)
	}
	_, err := d.ReadCheckpoint("nothing")
	require.ErrorIs(t, err, os.ErrNotExist)
}
