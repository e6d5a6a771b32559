package latticenode

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/node/process/atomicfile"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// Three nodes over TCP cement a payment; one that starts again has it, from its store. A store of another network is
// refused, and left as it is.
func TestNodes_PayAndStartAgain_N32(t *testing.T) {
	r := newRig(t, 3)
	a, _, c := r.run(0), r.run(1), r.run(2)
	w, err := OpenWallet(t.Context(), a, r.seed, 0)
	require.NoError(t, err)
	require.Len(t, w.Accounts(), 3)
	o, err := w.Send(t.Context(), w.Accounts()[0], w.Accounts()[1], lattice.Raw(100))
	require.NoError(t, err)
	require.Equal(t, "final", o.State)
	r.eventually("it is cemented everywhere", func() bool {
		s, err := c.Status()
		require.NoError(t, err)
		return s.Digest.Position == 4
	})
	_, err = Run(solutions.Electives().Lattice(), r.config(2))
	require.ErrorIs(t, err, tcphost.ErrInUse)
	require.ErrorContains(t, err, r.path(2)+" is used by another node")
	before, err := c.Status()
	require.NoError(t, err)
	r.synced(c)
	require.NoError(t, c.Stop())
	_, err = c.Status()
	require.Error(t, err)
	again := r.run(2)
	after, err := again.Status()
	require.NoError(t, err)
	require.Equal(t, before.Digest, after.Digest)
	require.NoError(t, again.Stop())

	other := newRig(t, 3)
	whole := move(t, filepath.Join(other.path(0), FileStore), filepath.Join(r.path(2), FileStore))
	_, err = Run(solutions.Electives().Lattice(), r.config(2))
	require.ErrorIs(t, err, ledgers.ErrForeign)
	require.ErrorContains(t, err, "do not belong together")
	require.NotContains(t, err.Error(), "\n")
	text, err := os.ReadFile(filepath.Join(r.path(2), FileStore))
	require.NoError(t, err)
	require.Equal(t, len(whole), len(text))
}

// move puts the content of one file in the place of another's, and returns it.
func move(t *testing.T, file, to string) []byte {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, text, 0o600))
	return text
}

// A node whose store was lost follows and is silent, until its operator lets it vote again (LAT-6).
func TestNode_WithoutItsStoreIsSilent_LAT6(t *testing.T) {
	r := newRig(t, 3)
	a := r.run(0)
	r.run(1)
	aside, err := r.config(2).Directory.SetAside()
	require.NoError(t, err)
	require.FileExists(t, aside)
	c := r.run(2)
	require.True(t, c.Silent())
	w, err := OpenWallet(t.Context(), a, r.seed, 0)
	require.NoError(t, err)
	cfg := r.config(2)
	require.ErrorIs(t, cfg.Directory.Found(), tcphost.ErrInUse, "not while it runs")
	require.NoError(t, c.Stop())
	require.NoError(t, cfg.Directory.Found())
	c = r.run(2)
	require.False(t, c.Silent())
	o, err := w.Send(t.Context(), w.Accounts()[0], w.Accounts()[1], lattice.Raw(100))
	require.NoError(t, err)
	require.Equal(t, "final", o.State, "with all supply as the least, all three have to vote")
}

// A directory is made once, and says what is wrong with it.
func TestDirectory_SaysWhatIsWrong_N31(t *testing.T) {
	r := newRig(t, 1)
	key, err := keyfile.New()
	require.NoError(t, err)
	require.ErrorIs(t, Init(r.path(0), r.genesis, key), atomicfile.ErrExists)
	_, err = Open(r.dir)
	require.ErrorContains(t, err, "is no directory of a lattice's node")
	require.NoError(t, os.WriteFile(filepath.Join(r.dir, FileGenesis), []byte(r.genesis.Text()), 0o600))
	_, err = Open(r.dir)
	require.ErrorContains(t, err, "such as "+r.path(0))
	for text, want := range map[string]string{"leader 1\n": "line 1", "lattice 1\nleast 0\n": "least N", "": "line 1"} {
		require.NoError(t, os.WriteFile(filepath.Join(r.path(0), FileGenesis), []byte(text), 0o600))
		_, err = Open(r.path(0))
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, filepath.Join(r.path(0), FileGenesis))
	}
	require.NoError(t, os.WriteFile(filepath.Join(r.path(0), FileGenesis), []byte(r.genesis.Text()), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(r.path(0), FileKey), []byte("no key"), 0o600))
	_, err = Open(r.path(0))
	require.ErrorContains(t, err, "not a key file")
}

// What makes a network says what is wrong before it writes anything.
func TestNewNetwork_SaysWhatIsWrong_N31(t *testing.T) {
	one := lattice.Address(lattice.Seed{}.Account(0))
	good := NewNetwork{Nodes: 2, Holders: []string{one + "=1.5"}, Least: 1000, SendWork: DefaultSendWork, ReceiveWork: DefaultReceiveWork}
	for want, change := range map[string]func(*NewNetwork){
		"--nodes is 0":                           func(n *NewNetwork) { n.Nodes = 0 },
		"say with --holder":                      func(n *NewNetwork) { n.Holders = nil },
		"least is 0":                             func(n *NewNetwork) { n.Least = 0 },
		"no threshold of work":                   func(n *NewNetwork) { n.SendWork = "12" },
		"the check of":                           func(n *NewNetwork) { n.Holders = []string{one[:63] + "1"} },
		"25 digits behind":                       func(n *NewNetwork) { n.Holders = []string{one + "=0.1234567890123456789012345"} },
		"comes twice":                            func(n *NewNetwork) { n.Holders = []string{one, one} },
		"--genesis says who":                     func(n *NewNetwork) { n.Genesis = "g" },
		"--key, --checkpoint and --root go with": func(n *NewNetwork) { n.Key = "k" },
		"no such file":                           func(n *NewNetwork) { *n = NewNetwork{Genesis: "nothing"} },
		"more than 2^128-1":                      func(n *NewNetwork) { n.Holders = []string{one + "=340282366920939"} },
		"no digit of an address":                 func(n *NewNetwork) { n.Holders = []string{one[:10] + "0" + one[11:]} },
		"want smn_ and 60 charac":                func(n *NewNetwork) { n.Holders = []string{"smn_"} },
	} {
		n := good
		n.Out = filepath.Join(t.TempDir(), "net")
		change(&n)
		err := n.Make(&bytes.Buffer{})
		require.ErrorContains(t, err, want)
		require.NoDirExists(t, n.Out)
	}
	good.Out = filepath.Join(t.TempDir(), "net")
	require.NoError(t, good.Make(&bytes.Buffer{}))
	_, err := Open(filepath.Join(good.Out, "1"))
	require.NoError(t, err)
	require.ErrorIs(t, good.Make(&bytes.Buffer{}), atomicfile.ErrExists)
	observer := NewNetwork{Genesis: filepath.Join(good.Out, FileGenesis), Out: filepath.Join(good.Out, "9")}
	require.NoError(t, observer.Make(&bytes.Buffer{}))
	_, err = Open(observer.Out)
	require.NoError(t, err)
}
