package causal

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAncestry_AsByWalking_CAU5 compares ancestors and depths with a walk through the graph, where many authors go on
// from anything.
func TestAncestry_AsByWalking_CAU5(t *testing.T) {
	for _, chains := range []int{1, 3, 40, 600} {
		rng := rand.New(rand.NewPCG(1, uint64(chains)))
		root := ID{}
		a := NewAncestry(root)
		ids, before, depth := []ID{root}, map[ID]map[ID]bool{root: {}}, map[ID]uint64{}
		for i := range 700 {
			id := ID(sha256.Sum256(fmt.Append(nil, i)))
			var preds []ID
			up := map[ID]bool{}
			for range 1 + rng.IntN(3) {
				p := ids[max(0, len(ids)-1-rng.IntN(chains))]
				if up[p] {
					continue
				}
				preds = append(preds, p)
				depth[id] = max(depth[id], depth[p]+1)
				up[p] = true
				for q := range before[p] {
					up[q] = true
				}
			}
			a.Add(id, preds)
			before[id] = up
			ids = append(ids, id)
		}
		for range 20_000 {
			x, y := ids[rng.IntN(len(ids))], ids[rng.IntN(len(ids))]
			require.Equal(t, before[y][x], a.Before(x, y), "chains of %d", chains)
			require.Equal(t, depth[x], a.Depth(x))
		}
		require.False(t, a.Before(ID{1}, root), "what is not there is before nothing")
		require.False(t, a.Behind(ids[1], []ID{{1}}))
	}
}
