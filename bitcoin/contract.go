package bitcoin

import (
	"crypto/sha256"
	"fmt"

	"github.com/btcsuite/btcd/address/v2"
	"github.com/btcsuite/btcd/chaincfg/v2"
	"github.com/btcsuite/btcd/txscript/v2"
	"github.com/btcsuite/btcd/wire/v2"

	"strata/ledgers/causal"
)

// Contract is the lock of a swap: what it holds, for whom, and until when. Amounts are satoshis.
type Contract struct {
	held   causal.Held
	script []byte
	output []byte // the P2WSH script that pays it
}

// NewContract makes the lock's script. Errors: ErrKey; ErrHeight, for a script takes numbers from 500,000,000 on for
// times.
func NewContract(held causal.Held) (*Contract, error) {
	if held.Until < 1 || held.Until > txscript.LockTimeThreshold {
		return nil, fmt.Errorf("%w: %d: want 1 to %d", ErrHeight, held.Until, uint64(txscript.LockTimeThreshold))
	}
	if err := valid(held.From); err != nil {
		return nil, err
	}
	if err := valid(held.To); err != nil {
		return nil, err
	}
	b := txscript.NewScriptBuilder()
	b.AddOp(txscript.OP_IF)
	b.AddOp(txscript.OP_SIZE).AddInt64(sha256.Size).AddOp(txscript.OP_EQUALVERIFY)
	b.AddOp(txscript.OP_SHA256).AddData(held.Hash[:]).AddOp(txscript.OP_EQUALVERIFY)
	b.AddData(point(held.To))
	b.AddOp(txscript.OP_ELSE)
	b.AddInt64(int64(held.Until - 1)).AddOp(txscript.OP_CHECKLOCKTIMEVERIFY).AddOp(txscript.OP_DROP)
	b.AddData(point(held.From))
	b.AddOp(txscript.OP_ENDIF)
	b.AddOp(txscript.OP_CHECKSIG)
	script, err := b.Script()
	if err != nil {
		return nil, fmt.Errorf("bitcoin: the lock's script: %w", err)
	}
	c := &Contract{held: held, script: script}
	c.output = payTo(c.Address(&chaincfg.MainNetParams))
	return c, nil
}

// Address is that of the lock.
func (c *Contract) Address(net *chaincfg.Params) address.Address {
	hash := sha256.Sum256(c.script)
	a, err := address.NewAddressWitnessScriptHash(hash[:], net)
	if err != nil {
		panic("bitcoin: a hash of 32 bytes makes no address: " + err.Error())
	}
	return a
}

// Lock is a signed transaction whose first output is the lock. Errors: ErrDust, also of an amount that does not pay for
// its own redeem; ErrFunds.
func (c *Contract) Lock(w *Wallet, coins []Coin) (*wire.MsgTx, error) {
	fee, least := w.rate()*c.spend(w, wire.OutPoint{}, nil, 0).size, dust(home(c.held.To))
	if c.held.Amount < uint64(least+fee) {
		return nil, fmt.Errorf("%w: a lock of %d satoshis, and to get it takes a fee of %d and leaves %d at least: lock %d or more",
			ErrDust, c.held.Amount, fee, least, least+fee)
	}
	return w.pay(coins, wire.NewTxOut(int64(c.held.Amount), c.output))
}

// Redeem is a signed transaction that gives the lock at that place to its recipient, whose wallet it is. Error:
// ErrSecret.
func (c *Contract) Redeem(w *Wallet, at wire.OutPoint, secret []byte) (*wire.MsgTx, error) {
	if len(secret) != sha256.Size || sha256.Sum256(secret) != c.held.Hash {
		return nil, fmt.Errorf("%w: %d bytes, want the %d that were hashed", ErrSecret, len(secret), sha256.Size)
	}
	return c.spend(w, at, [][]byte{secret, {1}}, 0).signed()
}

// Refund is a signed transaction that gives the lock at that place back, from its height on. It is to be the next block
// after tip that has it. Error: ErrEarly.
func (c *Contract) Refund(w *Wallet, at wire.OutPoint, tip uint32) (*wire.MsgTx, error) {
	if uint64(tip)+1 < c.held.Until {
		return nil, fmt.Errorf("%w: the next block has height %d, and the lock ends at %d", ErrEarly, tip+1, c.held.Until)
	}
	return c.spend(w, at, [][]byte{nil}, uint32(c.held.Until-1)).signed()
}

// spending is a transaction that spends a lock, not signed yet.
type spending struct {
	contract *Contract
	wallet   *Wallet
	tx       *wire.MsgTx
	branch   [][]byte // between signature and script
	size     int64    // virtual bytes, signed
}

// spend makes such a transaction, of whatever is given: whether the script allows it is the chain's to say.
func (c *Contract) spend(w *Wallet, at wire.OutPoint, branch [][]byte, lockTime uint32) *spending {
	s := &spending{contract: c, wallet: w, tx: wire.NewMsgTx(2), branch: branch}
	s.tx.LockTime = lockTime
	s.tx.AddTxIn(&wire.TxIn{PreviousOutPoint: at, Sequence: untimed})
	s.tx.AddTxOut(wire.NewTxOut(0, home(w.Key.Public())))
	s.size = vsize(s.tx, []int64{lockWitness + int64(len(c.script))})
	s.tx.TxOut[0].Value = int64(c.held.Amount) - w.rate()*s.size
	return s
}

// lockWitness bounds the size of the witness of a lock's input, beside the script: a count, a signature of at most 72
// bytes and its kind, a secret, a branch, the script's length.
const lockWitness = 1 + 1 + 73 + 1 + sha256.Size + 1 + 1 + 1

// signed is the transaction with its witness.
func (s *spending) signed() (*wire.MsgTx, error) {
	amount := int64(s.contract.held.Amount)
	outs := txscript.NewCannedPrevOutputFetcher(s.contract.output, amount)
	signature, err := txscript.RawTxInWitnessSignature(s.tx, txscript.NewTxSigHashes(s.tx, outs), 0, amount, s.contract.script,
		txscript.SigHashAll, s.wallet.Key.private)
	if err != nil {
		return nil, fmt.Errorf("bitcoin: the lock's signature: %w", err)
	}
	s.tx.TxIn[0].Witness = append(append(wire.TxWitness{signature}, s.branch...), s.contract.script)
	return s.tx, nil
}
