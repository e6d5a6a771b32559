package causal

import (
	"crypto/ed25519"
	"encoding/hex"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/network"
)

// author signs with a key that every run has.
type author struct{ key ed25519.PrivateKey }

func newAuthor(n byte) author {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = n
	return author{ed25519.NewKeyFromSeed(seed)}
}

func (a author) Key() network.PublicKey { return network.PublicKey(a.key.Public().(ed25519.PublicKey)) }

func (a author) Sign(message []byte) network.Signature {
	return network.Signature(ed25519.Sign(a.key, message))
}

// sample is a genesis and an update of two operations on its root.
func sample() (Genesis, *Update) {
	g := Genesis{Document: "notes", Members: []ledgers.Member{{Key: newAuthor(1).Key(), Addr: "10.0.0.1:4000"}}}
	u := &Update{Document: g.Root(), Predecessors: []ID{g.Root()}, Body: EncodeOps([]Op{
		{Action: Set, Key: Key{Kind: Entry, Name: "prices", Entry: "tea"}, Value: []byte("3")},
		{Action: Insert, Key: Key{Kind: List, Name: "todo"}, Value: []byte("boil water")},
	})}
	u.Sign(newAuthor(2))
	return g, u
}

// TestUpdate_Layout_CAU1 holds the bytes and the id.
func TestUpdate_Layout_CAU1(t *testing.T) {
	g, u := sample()
	key := newAuthor(2).Key()
	want := g.Chain().String() + hex.EncodeToString(key[:]) + hex.EncodeToString(make([]byte, 32)) +
		"0001" + g.Chain().String() + "0000007a0002" +
		"0102" + "00000006707269636573" + "00000003746561" + hex.EncodeToString(make([]byte, 34)) + "0000000133" +
		"0303" + "00000004746f646f" + "00000000" + hex.EncodeToString(make([]byte, 34)) + "0000000a626f696c207761746572" +
		hex.EncodeToString(u.Signature[:])
	require.Equal(t, want, hex.EncodeToString(u.Encode()))
	require.Equal(t, "7d7f28e5d944107d5eeb9bfdac9bbfc0771ee8b2b5d2862644302d7b26b8d474", u.ID().String())
	require.True(t, u.Verify())

	back, err := DecodeUpdate(u.Encode())
	require.NoError(t, err)
	require.Equal(t, u, back)
	for n := range u.Encode() {
		_, err := DecodeUpdate(u.Encode()[:n])
		require.ErrorIs(t, err, ledgers.ErrMalformed)
	}
	_, err = DecodeUpdate(append(u.Encode(), 0))
	require.ErrorIs(t, err, ledgers.ErrMalformed)
}

// TestUpdate_SignatureIsNotTheID_CAU1 changes each part: all but the signature make another id, and none keeps the
// signature right.
func TestUpdate_SignatureIsNotTheID_CAU1(t *testing.T) {
	_, u := sample()
	for at := range len(u.Encode()) {
		b := u.Encode()
		b[at] ^= 1
		other, err := DecodeUpdate(b)
		if err != nil {
			continue // a length or a count
		}
		require.False(t, other.Verify(), "byte %d", at)
		require.Equal(t, at >= len(b)-64, other.ID() == u.ID(), "byte %d", at)
	}
}

// TestVerifyAll_OneWrongIsFound_LED8 has one copy with another signature among good ones.
func TestVerifyAll_OneWrongIsFound_LED8(t *testing.T) {
	var all []*Update
	for range 8 {
		_, u := sample()
		all = append(all, u)
	}
	for n := range len(all) {
		require.True(t, VerifyAll(all[:n]), n)
	}
	all[5].Signature[3] ^= 1
	require.True(t, VerifyAll(all[:5]))
	require.False(t, VerifyAll(all))
}

// TestOps_WhatTheyCannotBe_CAU6 lists bodies that no correct author makes.
func TestOps_WhatTheyCannotBe_CAU6(t *testing.T) {
	list, register := Key{Kind: List, Name: "l"}, Key{Kind: Register, Name: "r"}
	for what, op := range map[string]Op{
		"has action 0, want 1 to 5":                          {Key: register},
		"has action 6, want 1 to 5":                          {Action: 6, Key: register},
		"is a deed, and names a part of the document":        {Action: Do, Key: register},
		"is no deed: too short":                              {Action: Do, Value: []byte{1}},
		"is no deed: a deed of kind 7, want 1 to 6":          (&Deed{Kind: 7}).Op(),
		"has a key of kind 4, want 1 to 3":                   {Action: Set, Key: Key{Kind: 4, Name: "r"}},
		"has action 1 on a key of kind 3":                    {Action: Set, Key: list},
		"has action 3 on a key of kind 1":                    {Action: Insert, Key: register},
		"has a key without a name":                           {Action: Set, Key: Key{Kind: Register}},
		"names an entry of what is no map, or none of a map": {Action: Set, Key: Key{Kind: Register, Name: "r", Entry: "e"}},
		"names an element of what is no list":                {Action: Set, Key: register, Element: ElementID{Update: ID{1}}},
		"names an element of no update":                      {Action: Insert, Key: list, Element: ElementID{Index: 1}},
		"deletes the beginning of a list":                    {Action: Delete, Key: list},
		"has a value that nothing comes of":                  {Action: Remove, Key: register, Value: []byte("v")},
	} {
		_, err := DecodeOps(EncodeOps([]Op{{Action: Insert, Key: list}, op}))
		require.ErrorIs(t, err, ErrInvalid)
		require.ErrorContains(t, err, "operation 1 "+what)
	}
	_, err := DecodeOps(EncodeOps(nil))
	require.ErrorContains(t, err, "no operation")
	_, err = DecodeOps(append(EncodeOps([]Op{{Action: Insert, Key: list}}), 0))
	require.ErrorIs(t, err, ErrInvalid)
	half := Op{Action: Insert, Key: list, Value: make([]byte, MaxBody/2)}
	_, err = DecodeOps(EncodeOps([]Op{half, half}))
	require.ErrorIs(t, err, ErrInvalid)
	require.ErrorContains(t, err, "want at most 4096 (CAU-1)")
}

// TestHeads_FitIn256Bytes_LED7 encodes few and many heads.
func TestHeads_FitIn256Bytes_LED7(t *testing.T) {
	var heads []ID
	for n := range 10 {
		h := HeadsOf(ID{7}, heads)
		b := h.Encode()
		require.LessOrEqual(t, len(b), 256)
		back, err := DecodeHeads(b)
		require.NoError(t, err)
		require.Equal(t, uint32(n), back.Count)
		require.Len(t, back.Told, map[bool]int{true: n, false: 0}[n <= MaxTold])
		b[len(b)-1]++
		_, err = DecodeHeads(b)
		require.Error(t, err)
		heads = append(heads, ID{byte(n + 1)})
	}
}

// TestAsk_Bounds_CAU3 refuses requests and answers beyond their bounds.
func TestAsk_Bounds_CAU3(t *testing.T) {
	a := Ask{More: 3, IDs: []ID{{2}, {1}}}
	back, err := DecodeAsk(a.Encode())
	require.NoError(t, err)
	require.Equal(t, a, back)
	for _, wrong := range []Ask{{More: MaxMore + 1}, {IDs: make([]ID, MaxAsked+1)}} {
		_, err := DecodeAsk(wrong.Encode())
		require.ErrorIs(t, err, ledgers.ErrMalformed)
	}
	_, u := sample()
	updates, err := DecodeAnswer(EncodeAnswer([][]byte{u.Encode(), u.Encode()}))
	require.NoError(t, err)
	require.Equal(t, []*Update{u, u}, updates)
	_, err = DecodeAnswer(make([]byte, MaxAnswer+1))
	require.ErrorIs(t, err, ledgers.ErrMalformed)
	_, err = DecodeAnswer(EncodeAnswer([][]byte{u.Encode()[1:]}))
	require.ErrorIs(t, err, ledgers.ErrMalformed)
	_, err = DecodeList(EncodeList([]ID{{2}, {1}}))
	require.ErrorContains(t, err, "do not rise")
}

// TestGenesis_Text reads what it writes, and nothing else.
func TestGenesis_Text(t *testing.T) {
	g, _ := sample()
	back, err := ParseGenesis(g.Text())
	require.NoError(t, err)
	require.Equal(t, g, back)
	for wrong, says := range map[string]string{
		"":                       `line 1 is "", want "causal 1"`,
		"causal 1":               "line 2 is missing",
		"causal 1\nNo Name\n":    "the document's name",
		"causal 1\nnotes\nxyz a": "line 3",
		g.Text() + "\n":          "line 4",
	} {
		_, err := ParseGenesis(wrong)
		require.ErrorContains(t, err, says)
	}
}

// FuzzDecode reads anything.
func FuzzDecode(f *testing.F) {
	_, u := sample()
	f.Add(u.Encode())
	f.Add(HeadsOf(ID{1}, []ID{{2}}).Encode())
	f.Fuzz(func(t *testing.T, b []byte) {
		if u, err := DecodeUpdate(b); err == nil {
			require.Equal(t, b, u.Encode())
			if ops, err := DecodeOps(u.Body); err == nil {
				require.Equal(t, u.Body, EncodeOps(ops))
			}
		}
		if h, err := DecodeHeads(b); err == nil {
			require.Equal(t, b, h.Encode())
		}
		if a, err := DecodeAsk(b); err == nil {
			require.Equal(t, b, a.Encode())
		}
		_, _ = DecodeList(b)
		_, _ = DecodeAnswer(b)
	})
}
