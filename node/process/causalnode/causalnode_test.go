package causalnode

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/causal"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// append1 writes a line behind all others.
func append1(text string) func(causal.Document) []causal.Op {
	return func(d causal.Document) []causal.Op {
		op := causal.Op{Action: causal.Insert, Key: causal.Key{Kind: causal.List, Name: "notes"}, Value: []byte(text)}
		if all := d.List("notes"); len(all) > 0 {
			op.Element = all[len(all)-1].ID
		}
		return []causal.Op{op}
	}
}

// Three replicas over TCP write at once and come to one document; one that was away while the others wrote catches up,
// and has what it had from its disk.
func TestReplicas_WriteAndStartAgain_S01_S08(t *testing.T) {
	addrs, err := tcphost.LoopbackAddrs(3)
	require.NoError(t, err)
	dir, stack := t.TempDir(), solutions.Electives().Causal()
	configs, nodes := make([]Config, 3), make([]*Running, 3)
	genesis := causal.Genesis{Document: "notes"}
	for i := range configs {
		key, err := keyfile.New()
		require.NoError(t, err)
		genesis.Members = append(genesis.Members, ledgers.Member{Key: network.PublicKey(keyfile.Public(key)), Addr: addrs[i]})
		configs[i] = Config{Key: key, Addr: addrs[i], Dir: filepath.Join(dir, fmt.Sprint(i))}
	}
	for i := range configs {
		configs[i].Genesis = genesis
		nodes[i], err = Run(stack, configs[i])
		require.NoError(t, err)
		require.NoError(t, nodes[i].Write(append1(fmt.Sprint("first of ", i))))
	}
	same(t, nodes, 3)
	_, err = Run(stack, configs[2])
	require.ErrorIs(t, err, tcphost.ErrInUse)
	require.NoError(t, nodes[2].Stop())
	require.Error(t, nodes[2].Write(append1("of one that is stopped")))
	require.NoError(t, nodes[0].Write(append1("while it was away")))
	nodes[2], err = Run(stack, configs[2])
	require.NoError(t, err)
	s, err := nodes[2].Status()
	require.NoError(t, err)
	require.GreaterOrEqual(t, s.Updates, 3, "from its disk")
	same(t, nodes, 4)
	foreign := configs[2]
	foreign.Genesis.Document = "another"
	require.NoError(t, nodes[2].Stop())
	_, err = Run(stack, foreign)
	require.ErrorIs(t, err, ledgers.ErrForeign)
	require.NoError(t, nodes[0].Stop())
	require.NoError(t, nodes[1].Stop())
}

// same waits until all replicas have so many updates, and one document.
func same(t *testing.T, nodes []*Running, updates int) {
	t.Helper()
	require.Eventually(t, func() bool {
		var digests [][32]byte
		var texts []string
		for _, n := range nodes {
			s, err := n.Status()
			require.NoError(t, err)
			require.NoError(t, s.Blamed)
			if s.Updates != updates {
				return false
			}
			digests = append(digests, s.Digest)
			require.NoError(t, n.Look(func(d causal.Document) {
				text := ""
				for _, e := range d.List("notes") {
					text += string(e.Value) + "\n"
				}
				texts = append(texts, text)
			}))
		}
		for i := range nodes {
			if digests[i] != digests[0] || texts[i] != texts[0] {
				return false
			}
		}
		return true
	}, time.Minute, 20*time.Millisecond)
}
