package validators

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"

	"strata/ledgers"
	"strata/network"
)

// MaxEvidence is how many pieces of evidence one block has at most (VAL-9).
const MaxEvidence = 8

// Header says what a block is (VAL-2). Nobody signs it: proposals and votes name its hash.
type Header struct {
	Height   uint64
	Round    uint32  // in which it was made; a proposal of a later round carries the same block
	Proposer Address // of that round, which gets the fees
	Time     uint64  // in ms, above the parent's
	Parent   Hash

	TxRoot       Hash // of the ids of the transactions, in order
	EvidenceRoot Hash // of the evidence
	LastSum      Hash // of the certificate of the parent, which is in the block
	StateRoot    Hash // of the state after the block
	SetHash      Hash // of this height's set
	NextHash     Hash // of the next height's
}

func (h *Header) hashes() []*Hash {
	return []*Hash{&h.Parent, &h.TxRoot, &h.EvidenceRoot, &h.LastSum, &h.StateRoot, &h.SetHash, &h.NextHash}
}

func (h *Header) append(b []byte) []byte {
	b = binary.BigEndian.AppendUint64(b, h.Height)
	b = binary.BigEndian.AppendUint32(b, h.Round)
	b = append(b, h.Proposer[:]...)
	b = binary.BigEndian.AppendUint64(b, h.Time)
	for _, hash := range h.hashes() {
		b = append(b, hash[:]...)
	}
	return b
}

// Encode is the encoding.
func (h *Header) Encode() []byte { return h.append(nil) }

// ReadHeader reads a header.
func ReadHeader(d *ledgers.Decoder) (h Header) {
	h.Height, h.Round = d.Uint64(), d.Uint32()
	d.Into(h.Proposer[:])
	h.Time = d.Uint64()
	for _, hash := range h.hashes() {
		d.Into(hash[:])
	}
	return h
}

// Hash names the block: it covers all of the header, and nothing else.
func (h *Header) Hash(chain ledgers.ChainID) Hash {
	return network.Sum256(h.append(ledgers.Preimage(Name, "block", chain)))
}

// Block is a header with what it commits to.
type Block struct {
	Header
	Last     *Certificate // of the parent; nil at height 1
	Evidence []*Evidence
	Txs      []*Transaction

	// Content is what another ledger's members agree on by the same code (ledgers/agreement). A block of this ledger has
	// none, and one with a content has neither transactions nor evidence: TxRoot commits to it.
	Content []byte
}

// ContentRoot commits to the content of a block.
func ContentRoot(content []byte) Hash {
	return network.Sum256(append([]byte("strata\x00validators\x00content\x00"), content...))
}

// TxRoot commits to transactions by their ids.
func TxRoot(ids []ledgers.OpID) Hash {
	h := sha256.New()
	h.Write([]byte("strata\x00validators\x00txs\x00"))
	for _, id := range ids {
		h.Write(id[:])
	}
	return Hash(h.Sum(nil))
}

// EvidenceRoot commits to evidence.
func EvidenceRoot(all []*Evidence) Hash {
	h := sha256.New()
	h.Write([]byte("strata\x00validators\x00evidence\x00"))
	for _, e := range all {
		h.Write(e.Encode())
	}
	return Hash(h.Sum(nil))
}

// IDs are those of its transactions, in order.
func (b *Block) IDs(chain ledgers.ChainID) []ledgers.OpID {
	ids := make([]ledgers.OpID, len(b.Txs))
	for i, tx := range b.Txs {
		ids[i] = tx.ID(chain)
	}
	return ids
}

// What a block has besides its header, in one byte.
const (
	hasLast    = 1
	hasContent = 2
)

// has is what the block has besides its header.
func (b *Block) has() (has byte) {
	if b.Last != nil {
		has |= hasLast
	}
	if b.Content != nil {
		has |= hasContent
	}
	return has
}

// Encode is the encoding: header | what it has u8 | the parent's certificate, or nothing | length u32 and content, or
// nothing | number u16 and evidence | number u16 and transactions.
func (b *Block) Encode() []byte {
	out := append(b.append(nil), b.has())
	if b.Last != nil {
		out = b.Last.Append(out)
	}
	if b.Content != nil {
		out = ledgers.AppendBytes(out, b.Content)
	}
	out = binary.BigEndian.AppendUint16(out, uint16(len(b.Evidence)))
	for _, e := range b.Evidence {
		out = e.Append(out)
	}
	out = binary.BigEndian.AppendUint16(out, uint16(len(b.Txs)))
	for _, tx := range b.Txs {
		out = tx.append(out)
	}
	return out
}

// DecodeBlock reads a block of at most ledgers.MaxBlock bytes. Neither signatures nor hashes are checked.
func DecodeBlock(b []byte) (*Block, error) {
	if len(b) > ledgers.MaxBlock {
		return nil, fmt.Errorf("validators: a block of %d bytes, want at most %d", len(b), ledgers.MaxBlock)
	}
	d := ledgers.NewDecoder(b)
	block := &Block{Header: ReadHeader(d)}
	has := d.Uint8()
	if has > hasLast|hasContent {
		d.Fail(fmt.Errorf("a flag of %d, want 0 to 3", has))
	}
	if has&hasLast != 0 {
		block.Last = ReadCertificate(d)
	}
	if has&hasContent != 0 {
		if block.Content = d.Bytes(ledgers.MaxBlock); len(block.Content) == 0 {
			d.Fail(errors.New("an empty content"))
		}
	}
	for n := d.Count(MaxEvidence); n > 0 && d.OK(); n-- {
		block.Evidence = append(block.Evidence, ReadEvidence(d))
	}
	for n := d.Count(ledgers.MaxBlockOps); n > 0 && d.OK(); n-- {
		block.Txs = append(block.Txs, readTransaction(d))
	}
	return block, d.Err()
}

// Certified is a block with what proves that it was decided.
type Certified struct {
	*Block
	By *Certificate
}

// Encode is the encoding: length u32 and block, then the certificate.
func (c *Certified) Encode() []byte { return c.By.Append(ledgers.AppendBytes(nil, c.Block.Encode())) }

// DecodeCertified reads a block and its certificate. Neither is checked.
func DecodeCertified(b []byte) (*Certified, error) {
	d := ledgers.NewDecoder(b)
	text := d.Bytes(ledgers.MaxBlock)
	by := ReadCertificate(d)
	if err := d.Err(); err != nil {
		return nil, err
	}
	block, err := DecodeBlock(text)
	return &Certified{block, by}, err
}
