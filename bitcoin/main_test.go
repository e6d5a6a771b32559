package bitcoin_test

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"testing"

	"github.com/btcsuite/btcd/chaincfg/v2"
	"github.com/btcsuite/btcd/wire/v2"
	"github.com/stretchr/testify/require"

	"strata/bitcoin"
	"strata/bitcoin/simnet"
	"strata/ledgers/causal"
)

// net is the network of all tests.
var net = &chaincfg.SimNetParams

// What all tests share: one btcd, whose blocks are asked for, and a wallet that has what the first of them paid.
var (
	program string
	chain   *simnet.Simnet
	node    *bitcoin.Node
	rich    bitcoin.Wallet
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "simnet-")
	if err == nil {
		defer os.RemoveAll(dir)
		err = begin(dir)
	}
	if chain != nil {
		defer chain.Stop()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer node.Close()
	return m.Run()
}

// begin builds and starts the btcd, and makes blocks until P2WSH counts and the first rewards can be spent.
func begin(dir string) (err error) {
	ctx := context.Background()
	if program, err = simnet.Build(ctx, dir); err != nil {
		return err
	}
	miner := wallet("miner")
	c := simnet.Config{Program: program, Dir: dir, Miner: bitcoin.Address(miner.Key.Public(), net)}
	if chain, err = simnet.Start(ctx, c); err != nil {
		return err
	}
	if err := chain.Mine(320); err != nil {
		return err
	}
	node, rich = chain.Node(), wallet("rich")
	if _, err := miner.Transfer(ctx, node, bitcoin.Address(rich.Key.Public(), net).EncodeAddress(), 5_000_000_000); err != nil {
		return err
	}
	return chain.Mine(1)
}

// wallet is the one of a key that follows from a name.
func wallet(name string) bitcoin.Wallet {
	key, err := bitcoin.NewKey(sha256.Sum256([]byte(name)))
	if err != nil {
		panic(err)
	}
	return bitcoin.Wallet{Key: key, Net: net}
}

// names counts the wallets made, so that each test has its own.
var names int

// funded is a new wallet with an amount in a block.
func funded(t testing.TB, amount int64) bitcoin.Wallet {
	w := empty()
	if amount > 0 {
		_, err := rich.Transfer(t.Context(), node, address(w), amount)
		require.NoError(t, err)
		mine(t, 1)
	}
	return w
}

// empty is a new wallet.
func empty() bitcoin.Wallet {
	names++
	return wallet(fmt.Sprint("wallet ", names))
}

func address(w bitcoin.Wallet) string { return bitcoin.Address(w.Key.Public(), net).EncodeAddress() }

func mine(t testing.TB, blocks uint32) {
	t.Helper()
	require.NoError(t, chain.Mine(blocks))
}

func height(t testing.TB) uint32 {
	h, err := node.Height(t.Context())
	require.NoError(t, err)
	return h
}

// coins are what a wallet can spend.
func coins(t testing.TB, w bitcoin.Wallet) []bitcoin.Coin {
	history, err := node.History(t.Context(), w.Home())
	require.NoError(t, err)
	return bitcoin.Coins(history, w.Home(), net)
}

// has is what a wallet has.
func has(t testing.TB, w bitcoin.Wallet) (sum int64) {
	for _, c := range coins(t, w) {
		sum += c.Value
	}
	return sum
}

// secret is 32 bytes that follow from a number.
func secret(n uint64) [32]byte { return sha256.Sum256(binary.BigEndian.AppendUint64(nil, n)) }

// locked is a lock of 100,000 satoshis in a block, for a secret of any length.
type locked struct {
	payer, payee bitcoin.Wallet
	held         causal.Held
	contract     *bitcoin.Contract
	at           wire.OutPoint
}

func lock(t testing.TB, secret []byte, until uint64) *locked {
	l := &locked{payer: funded(t, 200_000), payee: empty()}
	l.held = causal.Held{From: l.payer.Key.Public(), To: l.payee.Key.Public(), Amount: 100_000, Hash: sha256.Sum256(secret), Until: until}
	var err error
	l.contract, err = bitcoin.NewContract(l.held)
	require.NoError(t, err)
	tx, err := l.contract.Lock(&l.payer, coins(t, l.payer))
	require.NoError(t, err)
	require.NoError(t, node.Send(t.Context(), tx))
	mine(t, 1)
	l.at = wire.OutPoint{Hash: tx.TxHash()}
	return l
}
