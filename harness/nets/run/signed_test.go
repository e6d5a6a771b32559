package run

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/sim"
	"strata/node/peerstatus"
)

// What is remembered of signatures says the same as to compute them, for right and wrong ones, however often and after how
// many others one is asked for.
func TestSigned_IsEd25519(t *testing.T) {
	one, other := sim.Identity(1, "203.0.113.1:4000"), sim.Identity(1, "203.0.113.2:4000")
	right, wrong := []byte("right"), []byte("wrong")
	signature := one.Sign(right)
	forged := signature
	forged[5] ^= 1
	s := newSigned()
	ask := func() {
		for range 2 {
			require.True(t, s.verify(one.Key(), right, signature))
			require.False(t, s.verify(other.Key(), right, signature))
			require.False(t, s.verify(one.Key(), wrong, signature))
			require.False(t, s.verify(one.Key(), right, forged))
		}
	}
	ask()
	s.add(one.Key(), right, signature)
	ask()
	for i := range 2 * signedParts * mostSigned {
		forged[0], forged[1], forged[2] = byte(i), byte(i>>8), byte(i>>16)
		s.add(one.Key(), wrong, forged)
	}
	ask()
	for i := range s.parts {
		require.LessOrEqual(t, len(s.parts[i].made), mostSigned)
	}
	require.True(t, peerstatus.Ed25519(one.Key(), right, signature))
}
