package blocks_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers/causal"
	"strata/ledgers/causal/blocks"
)

// A cut is its heads, rising, none twice, 1 to 1,000 of them (CAU-8).
func TestCut_WhatItCannotBe_CAU8(t *testing.T) {
	one, other := causal.ID{1}, causal.ID{2}
	heads, err := blocks.DecodeCut(blocks.EncodeCut([]causal.ID{one, other}))
	require.NoError(t, err)
	require.Equal(t, []causal.ID{one, other}, heads)
	many := make([]causal.ID, blocks.MaxCut+1)
	for i := range many {
		many[i] = causal.ID{byte(i >> 8), byte(i)}
	}
	for what, cut := range map[string][]byte{
		"no head":         blocks.EncodeCut(nil),
		"heads that fall": blocks.EncodeCut([]causal.ID{other, one}),
		"a head twice":    blocks.EncodeCut([]causal.ID{one, one}),
		"too many heads":  blocks.EncodeCut(many),
		"a torn head":     blocks.EncodeCut([]causal.ID{one})[:20],
		"more behind it":  append(blocks.EncodeCut([]causal.ID{one}), 0),
		"nothing":         nil,
	} {
		_, err := blocks.DecodeCut(cut)
		require.Error(t, err, what)
	}
}

// FuzzDecodeCut holds the decoder to one encoding for each cut.
func FuzzDecodeCut(f *testing.F) {
	f.Add(blocks.EncodeCut([]causal.ID{{1}, {2}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if heads, err := blocks.DecodeCut(b); err == nil && !bytes.Equal(b, blocks.EncodeCut(heads)) {
			t.Fatalf("%x is read and written as %x", b, blocks.EncodeCut(heads))
		}
	})
}
