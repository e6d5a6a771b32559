package splitmix_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/sim/splitmix"
)

// The first numbers of the generator with seed 1234567, as its authors' code gives them.
func TestScramble_IsThatOfSplitMix64(t *testing.T) {
	state := uint64(1234567)
	for _, want := range []uint64{6457827717110365317, 3203168211198807973, 9817491932198370423} {
		state += splitmix.Golden
		require.Equal(t, want, splitmix.Scramble(state))
	}
}
