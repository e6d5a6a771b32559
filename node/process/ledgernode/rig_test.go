package ledgernode

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/ledgers/leader"
	"strata/network"
	"strata/node/process/keyfile"
	"strata/node/process/tcphost"
	"strata/solutions"
)

// patience is how long a test waits for what has to come.
const patience = 2 * time.Minute

// rig is a founded ledger on loopback.
type rig struct {
	t       *testing.T
	dir     string
	ledger  Ledger
	genesis Genesis
	keys    []ed25519.PrivateKey
}

// newRig founds elective 7.
func newRig(t *testing.T, n int) *rig {
	t.Helper()
	return foundRig(t, stack(), n, func(members []ledgers.Member) Genesis { return leader.Genesis{Members: members} })
}

// foundRig founds a ledger of n members.
func foundRig(t *testing.T, ledger Ledger, n int, found func([]ledgers.Member) Genesis) *rig {
	t.Helper()
	r := &rig{t: t, dir: t.TempDir(), ledger: ledger}
	addrs, err := tcphost.LoopbackAddrs(n)
	require.NoError(t, err)
	var members []ledgers.Member
	for _, addr := range addrs {
		key, err := keyfile.New()
		require.NoError(t, err)
		r.keys = append(r.keys, key)
		members = append(members, ledgers.Member{Key: network.PublicKey(keyfile.Public(key)), Addr: addr})
	}
	r.genesis = found(members)
	for i, key := range r.keys {
		require.NoError(t, Init(r.path(i), r.genesis, key))
	}
	return r
}

func (r *rig) path(member int) string { return filepath.Join(r.dir, strconv.Itoa(member)) }

// run starts a member, which stops with the test at the latest.
func (r *rig) run(member int) *Running {
	r.t.Helper()
	d, err := Open(r.path(member))
	require.NoError(r.t, err)
	running, err := Run(r.ledger, Config{Directory: d, Log: slog.DiscardHandler})
	require.NoError(r.t, err)
	r.t.Cleanup(func() { _ = running.Stop() })
	return running
}

// refused is why a member does not start.
func (r *rig) refused(member int) error {
	r.t.Helper()
	d, err := Open(r.path(member))
	if err != nil {
		return err
	}
	_, err = Run(r.ledger, Config{Directory: d, Log: slog.DiscardHandler})
	require.Error(r.t, err)
	return err
}

func stack() Ledger { return Leader(solutions.Electives().Leader(), leader.Config{}) }

// tx is a client's transaction, encoded.
func (r *rig) tx(client byte, number uint64, key, value string) []byte {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = client
	tx := &leader.Transaction{Number: number, Fee: 1, Key: []byte(key), Value: []byte(value)}
	tx.Sign(r.genesis.Chain(), ed25519.NewKeyFromSeed(seed))
	return tx.Encode()
}

// write submits a transaction and wants it final.
func (r *rig) write(at *Running, op []byte) Outcome {
	r.t.Helper()
	ctx, cancel := context.WithTimeout(r.t.Context(), patience)
	defer cancel()
	o, err := at.Submit(ctx, op)
	require.NoError(r.t, err)
	require.Equal(r.t, "final", o.State)
	return o
}

// serve starts the API of a node.
func (r *rig) serve(at *Running) Client {
	r.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(r.t, err)
	ctx, cancel := context.WithCancel(r.t.Context())
	served := make(chan error, 1)
	go func() { served <- at.Serve(ctx, l) }()
	r.t.Cleanup(func() { cancel(); require.NoError(r.t, <-served) })
	return Client{URL: "http://" + l.Addr().String()}
}
