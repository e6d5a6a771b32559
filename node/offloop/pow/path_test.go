package pow

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A processor that lacks something never gets the code that uses it.
func TestChoose(t *testing.T) {
	for _, c := range []struct {
		has  features
		want []Path
	}{
		{features{}, []Path{Plain}},
		{features{avx2: true}, []Path{Plain, AVX2}},
		{features{avx2: true, avx512: true}, []Path{Plain, AVX2, AVX512}},
		{features{avx512: true}, []Path{Plain}}, // no such processor exists; a virtual one might
	} {
		require.Equal(t, c.want, choose(c.has))
	}
}

// It is measured once, so that a miner does not change its mind.
func TestBest(t *testing.T) {
	require.Contains(t, Paths(), Best())
	require.Equal(t, Best(), Best())
}
