package validators

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/network"
)

// person is a key of the tests.
type person struct{ key ed25519.PrivateKey }

func personOf(n byte) person {
	return person{ed25519.NewKeyFromSeed(append([]byte{n}, make([]byte, ed25519.SeedSize-1)...))}
}

func (p person) Key() (k network.PublicKey) {
	copy(k[:], p.key.Public().(ed25519.PublicKey))
	return k
}

func (p person) Sign(message []byte) (s network.Signature) {
	copy(s[:], ed25519.Sign(p.key, message))
	return s
}

var chainOne = ledgers.ChainID{1}

func wordBy(p person, w Word) *Word {
	w.Sign(chainOne, p)
	return &w
}

// The bytes of words, transactions, headers, certificates and standings are those that stand here.
func TestWire_GoldenBytes(t *testing.T) {
	p := personOf(1)
	k := hex.EncodeToString(func() []byte { key := p.Key(); return key[:] }())
	zeros := strings.Repeat("00", 31)
	w := wordBy(p, Word{Kind: Proposal, Height: 5, Round: 3, Hash: Hash{9}, Valid: 2})
	require.Equal(t, "01"+"0000000000000005"+"00000003"+"09"+zeros+"00000003"+k, hex.EncodeToString(w.Encode()[:81]))
	require.Equal(t, "strata\x00validators\x00proposal\x00\x01"+string(make([]byte, 31))+string(w.Encode()[1:81]), string(w.Preimage(chainOne)))
	require.True(t, w.Verify(chainOne))
	require.False(t, w.Verify(ledgers.ChainID{2}))

	tx := &Transaction{Nonce: 7, Fee: 2, Kind: Transfer, To: Address{4}, Amount: 300}
	tx.Sign(chainOne, p.key)
	require.Equal(t, k+"0000000000000007"+"0000000000000002"+"01"+"04"+zeros+"000000000000012c",
		hex.EncodeToString(tx.Encode()[:89]))
	require.True(t, tx.Verify(chainOne))

	h := Header{Height: 1, Round: 2, Proposer: Address{3}, Time: 4, Parent: Hash{5}, TxRoot: Hash{6}, EvidenceRoot: Hash{7},
		LastSum: Hash{8}, StateRoot: Hash{9}, SetHash: Hash{10}, NextHash: Hash{11}}
	require.Equal(t, "0000000000000001"+"00000002"+"03"+zeros+"0000000000000004"+"05"+zeros+"06"+zeros+"07"+zeros+"08"+zeros+
		"09"+zeros+"0a"+zeros+"0b"+zeros, hex.EncodeToString(h.Encode()))

	c := &Certificate{Height: 1, Round: 2, Hash: Hash{3}, Signers: 5, Signatures: []network.Signature{{4}, {5}}}
	require.Equal(t, "0000000000000001"+"00000002"+"03"+zeros+"00000005"+"04", hex.EncodeToString(c.Append(nil)[:49]))
	require.Len(t, c.Append(nil), 48+128)

	s := &Standing{Height: 1, Hash: Hash{2}, Round: 3, Step: StepPrecommit, Proposed: true, Heard: []RoundHeard{{3, 5, 1}}}
	require.Equal(t, "0000000000000001"+"02"+zeros+"00000003"+"02"+"01"+"01"+"00000003"+"00000005"+"00000001", hex.EncodeToString(s.Encode()))

	require.Equal(t, "0000000000000001"+"0000000000000002", hex.EncodeToString(HeadersAsked{1, 2}.Encode()))
	signed := &SignedHeader{Header: h, By: c, Next: Set{{Power: 1}}}
	require.Equal(t, hex.EncodeToString(h.Encode())+hex.EncodeToString(c.Append(nil))+"0000004a"+"0001", hex.EncodeToString(signed.Encode()[:276+176+6]))
	given := &HeadersGiven{To: 3, All: []*SignedHeader{signed}}
	require.Equal(t, "0000000000000003"+"0001"+"00000212"+hex.EncodeToString(signed.Encode()), hex.EncodeToString(given.Encode()))
	require.Equal(t, "0000000000000001"+"02"+"03"+zeros, hex.EncodeToString(ChunkAsked{1, 2, Hash{3}}.Encode()))
	require.Equal(t, "00"+"01"+zeros+"02"+zeros, hex.EncodeToString((&Chunk{Left: Hash{1}, Right: Hash{2}}).Encode()))
	require.Equal(t, "01"+"00000001"+"61"+"00000002"+"6263", hex.EncodeToString((&Chunk{Entries: []Entry{{[]byte("a"), []byte("bc")}}}).Encode()))
	path := Path{Beside: []Hash{{1}, {2}}, Found: true, Key: Hash{3}, Value: Hash{4}}
	require.Equal(t, "0002"+"01"+zeros+"02"+zeros+"01"+"03"+zeros+"04"+zeros, hex.EncodeToString(path.Encode()))

	most := Standing{Heard: make([]RoundHeard, MaxRoundsHeard)}
	require.LessOrEqual(t, len(most.Encode()), 256, "LED-7")
}

// blockOne is a block with something of everything.
func blockOne() *Block {
	p := personOf(1)
	a := wordBy(p, Word{Kind: Prevote, Height: 1, Valid: NoRound})
	b := wordBy(p, Word{Kind: Prevote, Height: 1, Valid: NoRound, Hash: Hash{1}})
	block := &Block{Header: Header{Height: 2}, Evidence: []*Evidence{{a, b}},
		Last: &Certificate{Height: 1, Hash: Hash{1}, Signers: 3, Signatures: make([]network.Signature, 2)}}
	for _, tx := range []Transaction{{Kind: Transfer, Amount: 1}, {Kind: Register, Commission: 3}, {Kind: Delegate, Amount: 1},
		{Kind: Undelegate, Amount: 1}, {Kind: Accuse, Evidence: &Evidence{a, b}}} {
		tx.Nonce = 1
		tx.Sign(chainOne, p.key)
		block.Txs = append(block.Txs, &tx)
	}
	return block
}

// A block of another ledger has a content, and commits to it (CAU-8). One of this ledger has none.
func TestBlock_Content_CAU8(t *testing.T) {
	b := &Block{Header: Header{Height: 1, TxRoot: ContentRoot([]byte("cut"))}, Content: []byte("cut")}
	got, err := DecodeBlock(b.Encode())
	require.NoError(t, err)
	require.Equal(t, b, got)
	require.Equal(t, "02"+"00000003"+"637574"+"0000"+"0000", hex.EncodeToString(b.Encode()[len(b.Header.Encode()):]))
	_, err = DecodeBlock((&Block{Content: []byte{}}).Encode())
	require.ErrorContains(t, err, "an empty content")
	_, err = DecodeBlock((&Block{Content: make([]byte, ledgers.MaxBlock)}).Encode())
	require.Error(t, err)
}

// Words that no validator says are no words.
func TestWire_RefusesWhatNobodySays(t *testing.T) {
	p := personOf(1)
	for what, w := range map[string]Word{
		"a kind that there is not":               {Kind: 4, Height: 1, Valid: NoRound},
		"height 0":                               {Kind: Prevote, Valid: NoRound},
		"a proposal of nothing":                  {Kind: Proposal, Height: 1, Valid: NoRound},
		"a proposal with its own round as valid": {Kind: Proposal, Height: 1, Round: 1, Hash: Hash{1}, Valid: 1},
		"a vote with a valid round":              {Kind: Precommit, Height: 1, Round: 1, Valid: 0},
		"the round behind the last":              {Kind: Prevote, Height: 1, Round: 1<<32 - 1, Valid: NoRound},
	} {
		_, err := DecodeWord(wordBy(p, w).Encode())
		require.Error(t, err, what)
	}
	for what, tx := range map[string]Transaction{
		"an amount of nothing":         {Kind: Transfer, Nonce: 1},
		"an amount above all there is": {Kind: Delegate, Nonce: 1, Amount: MaxSupply},
		"a fee above all there is":     {Kind: Transfer, Nonce: 1, Amount: 1, Fee: MaxSupply},
		"nonce 0":                      {Kind: Transfer, Amount: 1},
		"more than all as commission":  {Kind: Register, Nonce: 1, Commission: 10_001},
		"a kind that there is not":     {Kind: 9, Nonce: 1, Amount: 1},
	} {
		_, err := DecodeTransaction(tx.Encode())
		require.ErrorIs(t, err, ledgers.ErrMalformed, what)
	}
}

// Whatever bytes come, no decoder panics, and what it reads is written as it was.
func FuzzDecoders(f *testing.F) {
	block := blockOne()
	f.Add(block.Encode())
	f.Add((&Certified{block, block.Last}).Encode())
	f.Add(block.Txs[1].Encode())
	f.Add(block.Evidence[0].Encode())
	f.Add((&Proposed{Word: block.Evidence[0].Second, Block: block}).Encode())
	f.Add((&Standing{Heard: make([]RoundHeard, 2)}).Encode())
	f.Add(Set{{Power: 1}}.Encode())
	f.Add((&HeadersGiven{To: 2, All: []*SignedHeader{{By: block.Last, Next: Set{{Power: 1}}}}}).Encode())
	f.Add((&Chunk{Entries: []Entry{{[]byte("a"), nil}, {[]byte("b"), []byte("c")}}}).Encode())
	f.Add(ChunkAsked{Height: 1}.Encode())
	f.Add((&Path{Beside: make([]Hash, 2), Found: true}).Encode())
	f.Fuzz(func(t *testing.T, text []byte) {
		check := func(err error, encode func() []byte) {
			if err == nil && !bytes.Equal(encode(), text) {
				t.Fatalf("%x was read, and is written as %x", text, encode())
			}
		}
		w, err := DecodeWord(text)
		check(err, func() []byte { return w.Encode() })
		e, err := DecodeEvidence(text)
		check(err, func() []byte { return e.Encode() })
		tx, err := DecodeTransaction(text)
		check(err, func() []byte { return tx.Encode() })
		b, err := DecodeBlock(text)
		check(err, func() []byte { return b.Encode() })
		c, err := DecodeCertified(text)
		check(err, func() []byte { return c.Encode() })
		p, err := DecodeProposed(text)
		check(err, func() []byte { return p.Encode() })
		s, err := DecodeStanding(text)
		check(err, func() []byte { return s.Encode() })
		set, err := DecodeSet(text)
		check(err, func() []byte { return set.Encode() })
		given, err := DecodeHeadersGiven(text)
		check(err, func() []byte { return given.Encode() })
		chunk, err := DecodeChunk(text)
		check(err, func() []byte { return chunk.Encode() })
		asked, err := DecodeChunkAsked(text)
		check(err, asked.Encode)
		path, err := DecodePath(text)
		check(err, func() []byte { return path.Encode() })
	})
}

// Every piece of a block comes back as it was.
func TestWire_ABlockComesBack(t *testing.T) {
	b := blockOne()
	back, err := DecodeBlock(b.Encode())
	require.NoError(t, err)
	require.Equal(t, b, back)
}

// A message has at least one transaction and at most MaxBatch, and nothing behind them; a batch of signatures has the
// verdict that each alone has.
func TestWire_TransactionsTogether_VAL12(t *testing.T) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	var message []byte
	var txs []*Transaction
	for i := range uint64(MaxBatch) {
		tx := &Transaction{Nonce: i + 1, Fee: 1, Kind: Transfer, Amount: 1}
		tx.Sign(ledgers.ChainID{}, key)
		txs, message = append(txs, tx), append(message, tx.Encode()...)
	}
	read, err := DecodeTransactions(message)
	require.NoError(t, err)
	require.Equal(t, txs, read)
	for _, n := range []int{0, 1, 3, 4, 95, len(txs)} {
		require.True(t, VerifyAll(ledgers.ChainID{}, txs[:n]), n)
		if n > 0 {
			txs[n/2].Signature[3] ^= 1
			require.False(t, VerifyAll(ledgers.ChainID{}, txs[:n]), n)
			txs[n/2].Signature[3] ^= 1
		}
	}
	require.False(t, VerifyAll(ledgers.ChainID{1}, txs), "of another chain")
	for name, wrong := range map[string][]byte{
		"none": nil, "one too many": append(message, txs[0].Encode()...), "half of one": message[:len(message)-1], "a byte more": append(txs[0].Encode(), 0),
	} {
		_, err := DecodeTransactions(wrong)
		require.ErrorIs(t, err, ledgers.ErrMalformed, name)
	}
}
