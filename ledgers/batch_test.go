package ledgers_test

import (
	"crypto/ed25519"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/network"
)

// A batch gives of each signature the verdict that it has alone, whatever stands beside it.
func TestVerifyAll_AsOneByOne_LED8(t *testing.T) {
	require.Empty(t, ledgers.VerifyAll(nil))
	var all []ledgers.Signed
	for i := range 40 {
		seed := make([]byte, ed25519.SeedSize)
		seed[0] = byte(i % 7)
		key := ed25519.NewKeyFromSeed(seed)
		message := fmt.Append(nil, "message ", i)
		s := ledgers.Signed{Key: network.PublicKey(key.Public().(ed25519.PublicKey)), Message: message}
		s.Signature = network.Signature(ed25519.Sign(key, message))
		all = append(all, s)
	}
	for _, right := range ledgers.VerifyAll(all) {
		require.True(t, right)
	}
	all[3].Signature[5] ^= 1
	all[11].Message = []byte("another")
	all[20].Key = network.PublicKey{2} // no point of the curve
	all[21].Signature = network.Signature{}
	for i, right := range ledgers.VerifyAll(all) {
		s := all[i]
		require.Equal(t, ledgers.Verify(s.Key, s.Message, s.Signature), right, i)
		require.Equal(t, i != 3 && i != 11 && i != 20 && i != 21, right, i)
	}
}
