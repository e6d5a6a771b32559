package leader

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"strata/gossip"
	"strata/ledgers"
	"strata/messaging"
	"strata/network"
)

// The kinds on the wire.
const (
	KindTx     messaging.Kind = "ldr:tx"     // gossip: up to MaxBatch Transactions, one after the other
	KindWish   messaging.Kind = "ldr:wish"   // gossip: Wish
	KindChange messaging.Kind = "ldr:change" // gossip: Change
	KindBegin  messaging.Kind = "ldr:begin"  // gossip: Begin
	KindBlock  messaging.Kind = "ldr:block"  // gossip: Announcement
	KindAck    messaging.Kind = "ldr:ack"    // gossip: Ack
	KindBeat   messaging.Kind = "ldr:beat"   // gossip: Beat
	KindHere   messaging.Kind = "ldr:here"   // gossip: Here
	KindJoin   messaging.Kind = "ldr:join"   // gossip: Join
	KindAt     messaging.Kind = "ldr:at"     // to a peer: Standing (LED-7)
	KindTxs    messaging.Kind = "ldr:txs"    // request: hashes of transactions; answer: those that it has
	KindFetch  messaging.Kind = "ldr:fetch"  // request: hash of a block; answer: the block
	KindRange  messaging.Kind = "ldr:range"  // request: hash; answer: the blocks after it, and a certificate of the last

	KindRecover messaging.Kind = "ldr:recover" // request: nonce (16); answer: Recovery
)

// Meshed are the kinds on the wire that come with each block. A member that was sent one is not sent it by others
// (LED-6). What is lost is given when it is asked for, or by LED-7.
var Meshed = []messaging.Kind{gossip.KindPrefix + KindTx, gossip.KindPrefix + KindBlock, gossip.KindPrefix + KindAck}

// Bounds of a transaction's parts (LDR-8).
const (
	MaxKey   = 256
	MaxValue = 3 << 10
)

// Repeated follows the kind of a member's message that a peer repeats to a peer (LED-7).
const Repeated = ".again"

// Hash names a block.
type Hash = [32]byte

// Transaction sets a key. Clients number theirs from 1 (LDR-8).
type Transaction struct {
	Client    network.PublicKey
	Number    uint64
	Fee       uint64 // a bid for an earlier place; it pays nobody
	Key       []byte
	Value     []byte
	Signature network.Signature
}

// preimage is what is signed, and hashed for the id.
func (tx *Transaction) preimage(chain ledgers.ChainID) []byte {
	return tx.appendFields(ledgers.Preimage(Name, "tx", chain))
}

func (tx *Transaction) appendFields(b []byte) []byte {
	b = append(b, tx.Client[:]...)
	b = binary.BigEndian.AppendUint64(b, tx.Number)
	b = binary.BigEndian.AppendUint64(b, tx.Fee)
	b = ledgers.AppendBytes(b, tx.Key)
	return ledgers.AppendBytes(b, tx.Value)
}

// ID is the operation's id (LED-2).
func (tx *Transaction) ID(chain ledgers.ChainID) ledgers.OpID {
	return network.Sum256(tx.preimage(chain))
}

// Encode is the canonical encoding.
func (tx *Transaction) Encode() []byte {
	return append(tx.appendFields(nil), tx.Signature[:]...)
}

// Sign signs with the client's key.
func (tx *Transaction) Sign(chain ledgers.ChainID, key ed25519.PrivateKey) {
	copy(tx.Client[:], key.Public().(ed25519.PublicKey))
	copy(tx.Signature[:], ed25519.Sign(key, tx.preimage(chain)))
}

// Verify says whether the signature is the client's.
func (tx *Transaction) Verify(chain ledgers.ChainID) bool {
	return ledgers.Verify(tx.Client, tx.preimage(chain), tx.Signature)
}

// From is the client, Place its number, and Bid the fee: what a ledgers.Pool goes by.
func (tx *Transaction) From() network.PublicKey { return tx.Client }

// Place is the number.
func (tx *Transaction) Place() uint64 { return tx.Number }

// Bid is the fee.
func (tx *Transaction) Bid() uint64 { return tx.Fee }

// BlockRoom is how many bytes of transactions a block has room for.
const BlockRoom = ledgers.MaxBlock - 1<<10

// DecodeTransaction reads a canonical encoding. The signature is not checked. The error wraps
// ledgers.ErrMalformed.
func DecodeTransaction(b []byte) (*Transaction, error) {
	d := ledgers.NewDecoder(b)
	tx := decodeTransaction(d)
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ledgers.ErrMalformed, err)
	}
	return tx, nil
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
		txs = append(txs, decodeTransaction(d))
	}
	if err := d.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ledgers.ErrMalformed, err)
	}
	return txs, nil
}

// VerifyAll says whether all signatures of transactions are right: many at once, which is faster than one by one.
func VerifyAll(chain ledgers.ChainID, txs []*Transaction) bool {
	all := make([]ledgers.Signed, len(txs))
	for i, tx := range txs {
		all[i] = ledgers.Signed{Key: tx.Client, Message: tx.preimage(chain), Signature: tx.Signature}
	}
	return ledgers.VerifyAll(all)
}

func decodeTransaction(d *ledgers.Decoder) *Transaction {
	tx := &Transaction{}
	d.Into(tx.Client[:])
	tx.Number, tx.Fee = d.Uint64(), d.Uint64()
	tx.Key, tx.Value = d.Bytes(MaxKey), d.Bytes(MaxValue)
	d.Into(tx.Signature[:])
	if tx.Number == 0 || len(tx.Key) == 0 {
		d.Fail(errors.New("number and key are not empty"))
	}
	return tx
}

// Header says what a block is. It is signed by the leader of the view that it was made in (LDR-2).
type Header struct {
	Height    uint64
	Parent    Hash
	View      uint64 // that it was made in
	Root      Hash   // of the ids of its transactions
	Signature network.Signature
}

func (h *Header) preimage(chain ledgers.ChainID) []byte {
	return h.appendFields(ledgers.Preimage(Name, "block", chain))
}

func (h *Header) appendFields(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, h.Height)
	b = append(b, h.Parent[:]...)
	b = binary.BigEndian.AppendUint64(b, h.View)
	return append(b, h.Root[:]...)
}

// Hash names the block: the signature, which could be varied, is no part of it.
func (h *Header) Hash(chain ledgers.ChainID) Hash { return network.Sum256(h.preimage(chain)) }

// Sign signs as the leader of the view that it is made in.
func (h *Header) Sign(chain ledgers.ChainID, id network.Identity) {
	h.Signature = id.Sign(h.preimage(chain))
}

// Verify says whether the leader of its view has signed it.
func (h *Header) Verify(g *Genesis, chain ledgers.ChainID) bool {
	return g.verify(g.Leader(h.View), h.preimage(chain), h.Signature)
}

func (h *Header) append(b []byte) []byte { return append(h.appendFields(b), h.Signature[:]...) }

func (h *Header) decode(d *ledgers.Decoder) {
	h.Height = d.Uint64()
	d.Into(h.Parent[:])
	h.View = d.Uint64()
	d.Into(h.Root[:])
	d.Into(h.Signature[:])
}

// Root is that of a block with these transactions, in this order.
func Root(ids []ledgers.OpID) Hash {
	h := sha256.New()
	h.Write([]byte("strata\x00leader\x00root\x00"))
	for _, id := range ids {
		h.Write(id[:])
	}
	return Hash(h.Sum(nil))
}

// Block is a header with its transactions.
type Block struct {
	Header
	Txs []*Transaction
}

// IDs are those of its transactions, in order.
func (b *Block) IDs(chain ledgers.ChainID) []ledgers.OpID {
	ids := make([]ledgers.OpID, len(b.Txs))
	for i, tx := range b.Txs {
		ids[i] = tx.ID(chain)
	}
	return ids
}

// Encode is the block's encoding.
func (b *Block) Encode() []byte {
	out := b.append(nil)
	out = binary.BigEndian.AppendUint16(out, uint16(len(b.Txs)))
	for _, tx := range b.Txs {
		out = append(tx.appendFields(out), tx.Signature[:]...)
	}
	return out
}

// DecodeBlock reads a block. Signatures and root are not checked.
func DecodeBlock(b []byte) (*Block, error) {
	if len(b) > ledgers.MaxBlock {
		return nil, fmt.Errorf("leader: a block of %d bytes, want at most %d", len(b), ledgers.MaxBlock)
	}
	d := ledgers.NewDecoder(b)
	block := decodeBlock(d)
	return block, d.Err()
}

func decodeBlock(d *ledgers.Decoder) *Block {
	b := &Block{}
	b.Header.decode(d)
	for n := d.Count(ledgers.MaxBlockOps); n > 0 && d.OK(); n-- {
		b.Txs = append(b.Txs, decodeTransaction(d))
	}
	return b
}

// Announcement is a block without its transactions: whoever has them builds it (LDR-6). View is the one
// that it is announced in, which its leader has signed with it; the block may be older.
type Announcement struct {
	Header
	IDs []ledgers.OpID
}

// Encode is the announcement's encoding.
func (a *Announcement) Encode() []byte {
	out := a.append(nil)
	out = binary.BigEndian.AppendUint16(out, uint16(len(a.IDs)))
	for _, id := range a.IDs {
		out = append(out, id[:]...)
	}
	return out
}

// DecodeAnnouncement reads an announcement.
func DecodeAnnouncement(b []byte) (*Announcement, error) {
	d := ledgers.NewDecoder(b)
	a := &Announcement{}
	a.Header.decode(d)
	for n := d.Count(ledgers.MaxBlockOps); n > 0 && d.OK(); n-- {
		var id ledgers.OpID
		d.Into(id[:])
		a.IDs = append(a.IDs, id)
	}
	return a, d.Err()
}
