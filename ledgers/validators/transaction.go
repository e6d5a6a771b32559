package validators

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// TxKind says what a transaction does.
type TxKind uint8

// What a transaction does (VAL-1).
const (
	Transfer   TxKind = iota + 1 // To, Amount
	Register                     // Key, Proof, Commission: the sender becomes a candidate
	Delegate                     // To, Amount: to a registered account; to the sender itself it is self stake
	Undelegate                   // To, Amount
	Accuse                       // Evidence
)

// Transaction is an operation of an account. A field that its kind does not have is zero.
//
// On the wire: sender 32 | nonce u64 | fee u64 | kind u8 | body | signature 64. Bodies: to 32, amount u64; of Register
// key 32, proof 64, commission u16; of Accuse two words.
type Transaction struct {
	Sender Address
	Nonce  uint64 // the sender's first is 1
	Fee    uint64 // at least the chain's MinFee; it goes to the block's proposer
	Kind   TxKind

	To         Address
	Amount     uint64            // at least 1
	Key        network.PublicKey // the consensus key
	Proof      network.Signature // by that key, for the sender
	Commission uint16            // in 1/10,000; it orders candidates and pays nobody
	Evidence   *Evidence

	Signature network.Signature
}

// MaxCommission is all of it.
const MaxCommission = 10_000

// possession is what a consensus key signs to show that whoever registers it has it.
func possession(chain ledgers.ChainID, account Address) []byte {
	return append(ledgers.Preimage(Name, "possession", chain), account[:]...)
}

// Possess is the proof that whoever has the identity lets the account register its key.
func Possess(chain ledgers.ChainID, account Address, id network.Identity) network.Signature {
	return id.Sign(possession(chain, account))
}

func (tx *Transaction) preimage(chain ledgers.ChainID) []byte {
	return tx.appendFields(ledgers.Preimage(Name, "tx", chain))
}

func (tx *Transaction) appendFields(b []byte) []byte {
	b = append(b, tx.Sender[:]...)
	b = binary.BigEndian.AppendUint64(b, tx.Nonce)
	b = binary.BigEndian.AppendUint64(b, tx.Fee)
	b = append(b, byte(tx.Kind))
	switch tx.Kind {
	case Register:
		b = append(append(b, tx.Key[:]...), tx.Proof[:]...)
		return binary.BigEndian.AppendUint16(b, tx.Commission)
	case Accuse:
		return tx.Evidence.Append(b)
	}
	return binary.BigEndian.AppendUint64(append(b, tx.To[:]...), tx.Amount)
}

// ID is the operation's id (LED-2).
func (tx *Transaction) ID(chain ledgers.ChainID) ledgers.OpID {
	return network.Sum256(tx.preimage(chain))
}

// Encode is the canonical encoding.
func (tx *Transaction) Encode() []byte { return tx.append(nil) }

func (tx *Transaction) append(b []byte) []byte { return append(tx.appendFields(b), tx.Signature[:]...) }

// Sign signs with the sender's key.
func (tx *Transaction) Sign(chain ledgers.ChainID, key ed25519.PrivateKey) {
	copy(tx.Sender[:], key.Public().(ed25519.PublicKey))
	copy(tx.Signature[:], ed25519.Sign(key, tx.preimage(chain)))
}

// Verify says whether its signatures are right.
func (tx *Transaction) Verify(chain ledgers.ChainID) bool { return ledgers.VerifyAll(tx.signed(chain)) }

// DecodeTransaction reads a canonical encoding. Signatures are not checked. The error wraps ledgers.ErrMalformed.
func DecodeTransaction(b []byte) (*Transaction, error) {
	d := ledgers.NewDecoder(b)
	tx := readTransaction(d)
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ledgers.ErrMalformed, err)
	}
	return tx, nil
}

func readTransaction(d *ledgers.Decoder) *Transaction {
	tx := &Transaction{}
	d.Into(tx.Sender[:])
	tx.Nonce, tx.Fee, tx.Kind = d.Uint64(), d.Uint64(), TxKind(d.Uint8())
	switch tx.Kind {
	case Transfer, Delegate, Undelegate:
		d.Into(tx.To[:])
		tx.Amount = d.Uint64()
		if d.OK() && (tx.Amount == 0 || tx.Amount >= MaxSupply) {
			d.Fail(fmt.Errorf("an amount of %d, want 1 to %d", tx.Amount, uint64(MaxSupply-1)))
		}
	case Register:
		d.Into(tx.Key[:])
		d.Into(tx.Proof[:])
		if tx.Commission = d.Uint16(); tx.Commission > MaxCommission {
			d.Fail(fmt.Errorf("a commission of %d, want at most %d", tx.Commission, MaxCommission))
		}
	case Accuse:
		tx.Evidence = ReadEvidence(d)
	default:
		d.Fail(fmt.Errorf("a transaction of kind %d", tx.Kind))
	}
	d.Into(tx.Signature[:])
	if d.OK() && (tx.Nonce == 0 || tx.Fee >= MaxSupply) {
		d.Fail(fmt.Errorf("nonce %d, fee %d: want a nonce from 1 on, and a fee below %d", tx.Nonce, tx.Fee, uint64(MaxSupply)))
	}
	return tx
}

// signed are the signatures of a transaction: the sender's, and that of the consensus key for the sender if there is one.
func (tx *Transaction) signed(chain ledgers.ChainID) []ledgers.Signed {
	all := []ledgers.Signed{{Key: tx.Sender, Message: tx.preimage(chain), Signature: tx.Signature}}
	if tx.Kind == Register {
		all = append(all, ledgers.Signed{Key: tx.Key, Message: possession(chain, tx.Sender), Signature: tx.Proof})
	}
	return all
}

// VerifyAll says whether all signatures of transactions are right: many at once, which is faster than one by one.
func VerifyAll(chain ledgers.ChainID, txs []*Transaction) bool {
	var all []ledgers.Signed
	for _, tx := range txs {
		all = append(all, tx.signed(chain)...)
	}
	return ledgers.VerifyAll(all)
}

// MaxBatch is how many transactions one message has at most.
const MaxBatch = 256

// DecodeTransactions reads the transactions of a message: at least one, and at most MaxBatch. Signatures are not
// checked. The error wraps ledgers.ErrMalformed.
func DecodeTransactions(b []byte) (txs []*Transaction, err error) {
	d := ledgers.NewDecoder(b)
	for len(txs) == 0 || d.Left() > 0 {
		if len(txs) == MaxBatch {
			d.Fail(fmt.Errorf("more than %d transactions", MaxBatch))
			break
		}
		txs = append(txs, readTransaction(d))
	}
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ledgers.ErrMalformed, err)
	}
	return txs, nil
}

// From is the sender: what a ledgers.Pool goes by.
func (tx *Transaction) From() network.PublicKey { return tx.Sender }

// Place is the nonce.
func (tx *Transaction) Place() uint64 { return tx.Nonce }

// Bid is the fee.
func (tx *Transaction) Bid() uint64 { return tx.Fee }
