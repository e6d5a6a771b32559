package causalbench_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/sim/causalbench"
	"strata/ledgers/causal"
	"strata/solutions"
)

// What two replicas send each other grows with what they differ by, and not with what they have.
func TestPair_BytesGrowWithWhatDiffers_CAU3_L4(t *testing.T) {
	stack := solutions.Electives().Causal()
	bytes := func(common, differ int) float64 {
		r, err := causalbench.Pair{Common: common, First: differ / 2, Second: differ / 2}.Run(stack)
		require.NoError(t, err)
		require.Positive(t, r.Elements)
		return float64(r.Bytes)
	}
	few := bytes(140, 70)
	require.InEpsilon(t, few, bytes(1400, 70), 0.1)
	require.Less(t, bytes(140, 140), 2.5*few)
}

// A history that is larger than the room for what waits comes over in parts, and what had to go from the room is not
// asked for again before there is room: so the bound of updates sent holds.
func TestPair_LargerThanTheRoom_CAU2_CAU3(t *testing.T) {
	const n, size = 9000, 4000
	require.Greater(t, n*size, 2*causal.MaxFetched)
	r, err := causalbench.Pair{First: n, Size: size}.Run(solutions.Electives().Causal())
	require.NoError(t, err)
	require.Less(t, r.Bytes, uint64(3*n*(size+400)))
}
