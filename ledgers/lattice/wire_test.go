package lattice

import (
	"bytes"
	"crypto/ed25519"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/blake2b"

	"strata/ledgers"
	"strata/network"
)

// The network of the vectors: its chain id is what begins a hash in the design that the layouts come from.
var vectors = ledgers.ChainID{31: 1}

const genesisAddress = "smn_197ij3iz9cs7usriq8948mukubh6uejbpux3i587ghcb5t7zaz1c5hzt7whn"

func genesisAccount(t *testing.T) Account {
	a, err := ParseAddress(genesisAddress)
	require.NoError(t, err)
	return a
}

// signer is an identity for tests.
type signer struct{ key ed25519.PrivateKey }

func signerOf(n byte) signer {
	return signer{ed25519.NewKeyFromSeed(append([]byte{n}, make([]byte, 31)...))}
}

func (s signer) Key() network.PublicKey { return network.PublicKey(s.key.Public().(ed25519.PublicKey)) }
func (s signer) Sign(text []byte) network.Signature {
	return network.Signature(ed25519.Sign(s.key, text))
}

func TestAddress_Vector_N03(t *testing.T) {
	a := genesisAccount(t)
	require.Equal(t, "1cb08861", hex.EncodeToString(a[:4]))
	require.Equal(t, "7c0a", hex.EncodeToString(a[30:]))
	require.Equal(t, genesisAddress, Address(a))
	require.Len(t, genesisAddress, 64)
}

// One account has one text: other pad bits, another check or another length are no address (NB6).
func TestAddress_IsCanonical_NB6(t *testing.T) {
	for first := range digits {
		text := Prefix + digits[first:first+1] + genesisAddress[5:]
		_, err := ParseAddress(text)
		if text == genesisAddress {
			require.NoError(t, err)
			continue
		}
		require.ErrorIs(t, err, ErrAddress, text)
		if first > 1 {
			require.ErrorContains(t, err, "pad bits")
		}
	}
	for i := len(Prefix); i < len(genesisAddress); i++ {
		other := digits[(strings.IndexByte(digits, genesisAddress[i])+1)%32]
		_, err := ParseAddress(genesisAddress[:i] + string(other) + genesisAddress[i+1:])
		require.ErrorIs(t, err, ErrAddress, i)
	}
	for _, text := range []string{"", "smn_", "xrb_" + genesisAddress[4:], genesisAddress + "1", strings.ToUpper(genesisAddress),
		genesisAddress[:20] + "0" + genesisAddress[21:]} {
		_, err := ParseAddress(text)
		require.ErrorIs(t, err, ErrAddress, text)
	}
}

func TestBlock_GenesisHash_N07(t *testing.T) {
	supply, err := ParseRaw("1" + strings.Repeat("0", 31))
	require.NoError(t, err)
	a := genesisAccount(t)
	b := Block{Account: a, Representative: a, Balance: supply}
	hash := b.Hash(vectors)
	require.Equal(t, "1ece52d15424307a4f75932401f706fe5e62b9608b6cd879e2bdff7cab33a6b8", hex.EncodeToString(hash[:]))
}

// The 216 bytes of a block: each field at its place, work little-endian, balance big-endian.
func TestBlock_Layout_N04(t *testing.T) {
	b := &Block{Account: Account{1}, Previous: Hash{2}, Representative: Account{3}, Balance: Amount{4, 5}, Link: Hash{6}, Work: 7}
	b.Signature[0] = 8
	text := b.Encode()
	require.Len(t, text, BlockSize)
	for at, want := range map[int]byte{0: 1, 32: 2, 64: 3, 103: 4, 111: 5, 112: 6, 144: 7, 152: 8} {
		require.Equal(t, want, text[at], at)
		text[at] = 0
	}
	require.Equal(t, make([]byte, BlockSize), text)
	back, err := DecodeBlock(b.Encode())
	require.NoError(t, err)
	require.Equal(t, b, back)
	for _, text := range [][]byte{nil, make([]byte, BlockSize-1), make([]byte, BlockSize+1)} {
		_, err := DecodeBlock(text)
		require.ErrorIs(t, err, ledgers.ErrMalformed)
	}
}

// Work and signature are no part of the hash; every other field and the chain are.
func TestBlock_WhatIsHashed_N05(t *testing.T) {
	b := Block{Account: Account{1}, Previous: Hash{2}, Representative: Account{3}, Balance: Raw(4), Link: Hash{5}}
	hash := b.Hash(vectors)
	same := b
	same.Work, same.Signature[0] = 9, 9
	require.Equal(t, hash, same.Hash(vectors))
	require.NotEqual(t, hash, b.Hash(ledgers.ChainID{}))
	for i := range 144 {
		text := b.Encode()
		text[i] ^= 1
		other, err := DecodeBlock(text)
		require.NoError(t, err)
		require.NotEqual(t, hash, other.Hash(vectors), i)
	}
	key := signerOf(1)
	b.Account = key.Key()
	b.Sign(vectors, key.key)
	require.True(t, b.Verify(vectors))
	require.False(t, b.Verify(ledgers.ChainID{}))
}

// A vote has 105 bytes and 32 for each hash, 1 to 12 of them; what is signed has 40.
func TestVote_Layout_N15(t *testing.T) {
	v := &Vote{Timestamp: 0x0102, Hashes: []Hash{{1}, {2}}}
	v.Sign(signerOf(1))
	require.True(t, v.Verify())
	text := v.Encode()
	require.Len(t, text, 105+64)
	require.Equal(t, uint64(0x0102), binary.LittleEndian.Uint64(text[96:]))
	require.Equal(t, []byte{2, 1}, text[104:106])
	require.Len(t, v.preimage(), 40)
	back, err := DecodeVote(text)
	require.NoError(t, err)
	require.Equal(t, v, back)
	back.Hashes[0], back.Hashes[1] = back.Hashes[1], back.Hashes[0]
	require.False(t, back.Verify())
	for n := range 14 {
		v := &Vote{}
		for i := range n {
			v.Hashes = append(v.Hashes, Hash{byte(i)})
		}
		_, err := DecodeVote(v.Encode())
		require.Equal(t, n < 1 || n > 12, err != nil, n)
		if err == nil {
			require.Len(t, v.Encode(), 105+32*n)
		}
	}
	_, err = DecodeVote((&Vote{Hashes: []Hash{{1}, {1}}}).Encode())
	require.ErrorContains(t, err, "twice")
}

// The value is a little-endian number of 8 bytes, of nonce and hash in this order. Expected tries are 2^29 and 2^23 (NB1).
func TestWork_Value_N09_NB1(t *testing.T) {
	send, receive := uint64(DefaultSend), uint64(DefaultReceive)
	require.Equal(t, -send<<29, uint64(0), "one nonce in 2^29 is enough for a send")
	require.Equal(t, -receive<<23, uint64(0), "one in 2^23 for a receive")
	sum := blake2bOf(t, 8, append([]byte{0x2a, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 32)...))
	require.Equal(t, binary.LittleEndian.Uint64(sum), WorkValue(0x2a, Hash{}))
	hash := Hash{1, 2, 3}
	nonce, ok := FindWork(hash, 0xFFF0000000000000, 0, 1<<20)
	require.True(t, ok)
	require.GreaterOrEqual(t, WorkValue(nonce, hash), uint64(0xFFF0000000000000))
	_, ok = FindWork(hash, ^uint64(0), 0, 10)
	require.False(t, ok)
}

func blake2bOf(t *testing.T, size int, text []byte) []byte {
	h, err := blake2b.New(size, nil)
	require.NoError(t, err)
	h.Write(text)
	return h.Sum(nil)
}

func TestAmount_TextAndBounds_N01(t *testing.T) {
	most := Amount{^uint64(0), ^uint64(0)}
	require.Equal(t, "340282366920938463463374607431768211455", most.String())
	back, err := ParseRaw(most.String())
	require.NoError(t, err)
	require.Equal(t, most, back)
	_, ok := most.Add(Raw(1))
	require.False(t, ok)
	_, ok = Raw(1).Sub(Raw(2))
	require.False(t, ok)
	for text, want := range map[string]string{"0": "0.000000000000000000000000", "1.5": "1.500000000000000000000000",
		"0.000000000000000000000001": "0.000000000000000000000001", "10000000": "10000000.000000000000000000000000"} {
		a, err := ParseUnits(text)
		require.NoError(t, err)
		require.Equal(t, want, a.Units())
	}
	for _, text := range []string{"", ".5", "5.", "1.0000000000000000000000001", "-1", "1e3", "1,5", "1.5.5", most.String()} {
		_, err := ParseUnits(text)
		require.ErrorIs(t, err, ErrAmountText, text)
	}
	for _, text := range []string{"", "01", "+1", "340282366920938463463374607431768211456"} {
		_, err := ParseRaw(text)
		require.ErrorIs(t, err, ErrAmountText, text)
	}
	require.Equal(t, "226854911280625642308916404954512140970", most.Share(2, 3).String())
	require.Equal(t, 128, most.Class())
	require.Equal(t, 0, Amount{}.Class())
}

// Whatever bytes come, no decoder panics, and what it reads is written as it was.
func FuzzDecoders(f *testing.F) {
	v := &Vote{Hashes: []Hash{{1}, {2}}}
	b := &Block{Balance: Raw(1)}
	f.Add(b.Encode())
	f.Add(v.Encode())
	f.Add((&Standing{}).Encode())
	f.Add(EncodeRoots([]Root{{}, {}}))
	f.Add(EncodeFrontiers([]Frontier{{Height: 1}}))
	f.Add((&Pull{Height: 1}).Encode())
	f.Add(EncodePulled([]*Block{b}))
	f.Add((&SignedCut{Cut: NewBook(testGenesis()).Cut(time.Unix(1, 0))}).Encode())
	f.Fuzz(func(t *testing.T, text []byte) {
		same := func(encoded []byte) {
			if !bytes.Equal(encoded, text) {
				t.Fatalf("%x was read, and is written as %x", text, encoded)
			}
		}
		if b, err := DecodeBlock(text); err == nil {
			same(b.Encode())
		}
		if v, err := DecodeVote(text); err == nil {
			same(v.Encode())
		}
		if s, err := DecodeStanding(text); err == nil {
			same(s.Encode())
		}
		if roots, err := DecodeRoots(text); err == nil {
			same(EncodeRoots(roots))
		}
		if all, err := DecodeFrontiers(text); err == nil {
			same(EncodeFrontiers(all))
		}
		if p, err := DecodePull(text); err == nil {
			same(p.Encode())
		}
		if blocks, err := DecodePulled(text); err == nil {
			same(EncodePulled(blocks))
		}
		if c, err := DecodeSignedCut(text); err == nil {
			same(c.Encode())
		}
	})
}
