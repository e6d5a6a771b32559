package latticenode

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/lattice"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// ended is told what becomes final.
type ended chan ledgers.OpID

func (e ended) Final(id ledgers.OpID, _ ledgers.Digest) { e <- id }
func (e ended) Undone(ledgers.OpID)                     {}
func (e ended) Refused(ledgers.OpID, error)             {}
func (e ended) Blamed(network.Addr, error)              {}

// Three nodes over TCP cement a payment; one that starts again has it, from its disk.
func TestNodes_PayAndStartAgain_N32(t *testing.T) {
	addrs, err := tcphost.LoopbackAddrs(3)
	require.NoError(t, err)
	dir := t.TempDir()
	configs := make([]Config, 3)
	genesis := lattice.Genesis{Least: lattice.Whole, Send: 1, Receive: 1}
	for i := range configs {
		key, err := keyfile.New()
		require.NoError(t, err)
		account := network.PublicKey(keyfile.Public(key))
		genesis.Accounts = append(genesis.Accounts, lattice.Opening{Account: account, Balance: lattice.Raw(1000), Representative: account})
		configs[i] = Config{Key: key, Addr: addrs[i], Others: addrs, Dir: filepath.Join(dir, fmt.Sprint(i))}
	}
	final := make(ended, 100)
	nodes := make([]*Running, 3)
	for i := range configs {
		configs[i].Genesis = genesis
		nodes[i], err = Run(solutions.Electives().Lattice(), configs[i], final)
		require.NoError(t, err)
	}
	open := genesis.Blocks()[0]
	chain := genesis.Chain()
	b := &lattice.Block{Account: open.Account, Previous: open.Hash(chain), Representative: open.Representative,
		Balance: lattice.Raw(900), Link: genesis.Accounts[1].Account}
	b.Work, _ = lattice.FindWork(b.Hash(chain), 1, 0, 100)
	b.Sign(chain, configs[0].Key)
	id, err := nodes[1].Submit(b)
	require.NoError(t, err)
	for range nodes {
		select {
		case got := <-final:
			require.Equal(t, id, got)
		case <-time.After(time.Minute):
			require.Fail(t, "the payment did not become final")
		}
	}
	_, err = Run(solutions.Electives().Lattice(), configs[2], final)
	require.ErrorIs(t, err, tcphost.ErrInUse)
	before, err := nodes[2].Status()
	require.NoError(t, err)
	require.NoError(t, nodes[2].Stop())
	_, err = nodes[2].Status()
	require.Error(t, err)
	nodes[2], err = Run(solutions.Electives().Lattice(), configs[2], final)
	require.NoError(t, err)
	after, err := nodes[2].Status()
	require.NoError(t, err)
	require.Equal(t, before, after)
	foreign := configs[2]
	foreign.Genesis.Least = 900
	require.NoError(t, nodes[2].Stop())
	_, err = Run(solutions.Electives().Lattice(), foreign, final)
	require.ErrorIs(t, err, ledgers.ErrForeign)
	require.NoError(t, nodes[0].Stop())
	require.NoError(t, nodes[1].Stop())
}
