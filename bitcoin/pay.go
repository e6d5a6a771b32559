package bitcoin

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/btcsuite/btcd/address/v2"
	"github.com/btcsuite/btcd/blockchain"
	"github.com/btcsuite/btcd/chaincfg/v2"
	"github.com/btcsuite/btcd/chainhash/v2"
	"github.com/btcsuite/btcd/txscript/v2"
	"github.com/btcsuite/btcd/wire/v2"
)

// Wallet spends the coins of one key.
type Wallet struct {
	Key     Key
	Net     *chaincfg.Params
	FeeRate int64 // satoshis a virtual byte; 0 means 2
}

// Coin is an output that a key can spend.
type Coin struct {
	At    wire.OutPoint
	Value int64 // satoshis
}

// Coins are what a history leaves to spend on a script: outputs in a block, of age if they are a miner's, that nothing
// spends, in a block or waiting for one. The most valuable comes first.
func Coins(history []Entry, script []byte, net *chaincfg.Params) (coins []Coin) {
	spent := map[wire.OutPoint]bool{}
	for _, e := range history {
		for _, in := range e.Tx.TxIn {
			spent[in.PreviousOutPoint] = true
		}
	}
	for _, e := range history {
		minted := blockchain.IsCoinBaseTx(e.Tx)
		if e.Depth == 0 || minted && e.Depth < uint32(net.CoinbaseMaturity) {
			continue
		}
		for i, out := range e.Tx.TxOut {
			at := wire.OutPoint{Hash: e.Tx.TxHash(), Index: uint32(i)}
			if !spent[at] && bytes.Equal(out.PkScript, script) {
				coins = append(coins, Coin{at, out.Value})
			}
		}
	}
	slices.SortFunc(coins, func(a, b Coin) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), bytes.Compare(a.At.Hash[:], b.At.Hash[:]), cmp.Compare(a.At.Index, b.At.Index))
	})
	return coins
}

// Transfer pays an address, and returns the transaction's id once the chain has taken it. Errors: ErrAddress, ErrDust,
// ErrFunds, and those of Chain.
func (w *Wallet) Transfer(ctx context.Context, chain Chain, to string, amount int64) (chainhash.Hash, error) {
	a, err := address.DecodeAddress(to, w.Net)
	if err != nil || !a.IsForNet(w.Net) {
		return chainhash.Hash{}, fmt.Errorf("%w: %q: copy it again, and see that it is one of %s", ErrAddress, to, w.Net.Name)
	}
	own := home(w.Key.Public())
	history, err := chain.History(ctx, own)
	if err != nil {
		return chainhash.Hash{}, err
	}
	tx, err := w.pay(Coins(history, own, w.Net), wire.NewTxOut(amount, payTo(a)))
	if err != nil {
		return chainhash.Hash{}, err
	}
	return tx.TxHash(), chain.Send(ctx, tx)
}

// pay is a signed transaction that makes an output of coins, and gives the rest back. Errors: ErrDust, ErrFunds.
func (w *Wallet) pay(coins []Coin, out *wire.TxOut) (*wire.MsgTx, error) {
	if least := dust(out.PkScript); out.Value < least {
		return nil, fmt.Errorf("%w: %d satoshis, and nobody passes on less than %d", ErrDust, out.Value, least)
	}
	own := home(w.Key.Public())
	tx := wire.NewMsgTx(2)
	tx.AddTxOut(out)
	var sum, fee int64
	for _, c := range coins {
		tx.AddTxIn(&wire.TxIn{PreviousOutPoint: c.At, Sequence: untimed})
		sum += c.Value
		size := vsize(tx, slices.Repeat([]int64{keyWitness}, len(tx.TxIn)))
		change := wire.NewTxOut(0, own)
		if fee = w.rate() * size; sum < out.Value+fee {
			continue
		}
		if change.Value = sum - out.Value - fee - w.rate()*int64(change.SerializeSize()); change.Value >= dust(own) {
			tx.AddTxOut(change)
		}
		return tx, w.sign(tx, coins[:len(tx.TxIn)])
	}
	return nil, fmt.Errorf("%w: %s has %d satoshis in blocks, and %d and a fee are asked for: send it some, and wait for a block",
		ErrFunds, Address(w.Key.Public(), w.Net), sum, out.Value)
}

// sign gives each input its witness.
func (w *Wallet) sign(tx *wire.MsgTx, coins []Coin) error {
	own := home(w.Key.Public())
	outs := txscript.NewMultiPrevOutFetcher(nil)
	for _, c := range coins {
		outs.AddPrevOut(c.At, wire.NewTxOut(c.Value, own))
	}
	hashes := txscript.NewTxSigHashes(tx, outs)
	for i, c := range coins {
		witness, err := txscript.WitnessSignature(tx, hashes, i, c.Value, own, txscript.SigHashAll, w.Key.private, true)
		if err != nil {
			return fmt.Errorf("bitcoin: input %d: %w", i, err)
		}
		tx.TxIn[i].Witness = witness
	}
	return nil
}

func (w *Wallet) rate() int64 { return cmp.Or(w.FeeRate, 2) }

// untimed is the sequence of an input that is not bound to time, and lets the lock time of its transaction count.
const untimed = wire.MaxTxInSequenceNum - 1

// keyWitness is the size of a P2WPKH input's witness: a count, a signature of at most 72 bytes and its kind, a key.
const keyWitness = 1 + 1 + 73 + 1 + 33

// vsize is the size by which fees are reckoned, in virtual bytes: a witness counts for a quarter. witnesses has the size
// of each input's, which is not there yet.
func vsize(tx *wire.MsgTx, witnesses []int64) int64 {
	weight := 4*int64(tx.SerializeSizeStripped()) + 2 // which say that there are witnesses
	for _, w := range witnesses {
		weight += w
	}
	return (weight + 3) / 4
}

// dust is the least that nodes pass on in an output of a script: three times what it takes to make it and to spend it,
// at the least fee.
func dust(script []byte) int64 {
	spend := 148
	if txscript.IsWitnessProgram(script) {
		spend = 67
	}
	return 3 * int64(wire.NewTxOut(0, script).SerializeSize()+spend)
}
