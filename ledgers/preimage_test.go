package ledgers_test

import (
	"crypto/ed25519"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
	"strata/network"
)

// A key that was made ready gives the verdicts of Verify: on right and on wrong signatures, and for keys that are of
// small order, encoded in another way, or no point at all (LED-8).
func TestReady_GivesTheSameVerdicts_LED8(t *testing.T) {
	random := rand.NewChaCha8([32]byte{})
	var keys []network.PublicKey
	for last := range 256 { // the highest byte, and the lowest: of y = 0, 1, and what is above the prime
		for _, first := range []byte{0, 1, 0xEC, 0xED, 0xEE, 0xFF} {
			k := network.PublicKey{first}
			if last >= 0x7F {
				for i := 1; i < 31; i++ {
					k[i] = 0xFF
				}
			}
			k[31] = byte(last)
			keys = append(keys, k)
		}
	}
	right := 0
	compare := func(k network.PublicKey, message []byte, signature network.Signature) {
		want := ledgers.Verify(k, message, signature)
		require.Equal(t, want, ledgers.Ready(k).Verify(message, signature), "key %x, signature %x", k, signature)
		if want {
			right++
		}
	}
	for _, k := range keys {
		compare(k, []byte("message"), network.Signature{})
		compare(k, []byte("message"), network.Signature{1}) // the neutral point, and zero: right for any key of small order
	}
	require.NotZero(t, right)
	for range 100 {
		seed, message := make([]byte, ed25519.SeedSize), make([]byte, 100)
		random.Read(seed)
		random.Read(message)
		key := ed25519.NewKeyFromSeed(seed)
		k := network.PublicKey(key.Public().(ed25519.PublicKey))
		signature := network.Signature(ed25519.Sign(key, message))
		require.True(t, ledgers.Ready(k).Verify(message, signature))
		compare(k, message, signature)
		signature[seed[0]%64] ^= 1 << (seed[1] % 8)
		compare(k, message, signature)
	}
}
