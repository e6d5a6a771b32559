package validators

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// rootOf is VAL-2's tree, written down once more: the root of entries, all at once.
func rootOf(entries map[string]string, depth int) Hash {
	halves := [2]map[string]string{{}, {}}
	for k, v := range entries {
		if len(entries) == 1 {
			key, value := sha256.Sum256([]byte(k)), sha256.Sum256([]byte(v))
			return sha256.Sum256([]byte("\x00" + string(key[:]) + string(value[:])))
		}
		halves[bit(sha256.Sum256([]byte(k)), depth)][k] = v
	}
	if len(entries) == 0 {
		return Hash{}
	}
	left, right := rootOf(halves[0], depth+1), rootOf(halves[1], depth+1)
	return sha256.Sum256([]byte("\x01" + string(left[:]) + string(right[:])))
}

// Whatever was put in and taken out in whatever order, the root is that of what is there, every key that is there can
// be proved, and every other one's absence.
func TestTree_OneSetOfEntriesHasOneRoot_VAL2(t *testing.T) {
	for seed := range uint64(50) {
		r := rand.New(rand.NewPCG(seed, 1))
		var tree Tree
		there := map[string]string{}
		for range r.IntN(200) {
			k, v := fmt.Sprint("key ", r.IntN(40)), fmt.Sprint(r.IntN(5))
			if r.IntN(3) == 0 {
				tree = tree.Without([]byte(k))
				delete(there, k)
			} else {
				tree = tree.With([]byte(k), []byte(v))
				there[k] = v
			}
		}
		require.Equal(t, rootOf(there, 0), tree.Root())
		for i := range 45 {
			k := []byte(fmt.Sprint("key ", i))
			v, has := there[string(k)]
			value, ok := tree.Value(k)
			require.Equal(t, has, ok)
			require.Equal(t, v, string(value))
			p := tree.Prove(k)
			require.Equal(t, has, p.Present(tree.Root(), k, []byte(v)))
			require.Equal(t, !has, p.Absent(tree.Root(), k))
			require.False(t, p.Present(tree.Root(), k, []byte("another")))
		}
		count := 0
		tree.Walk(func(key, value []byte) bool {
			count++
			return there[string(key)] == string(value)
		})
		require.Len(t, there, count)
	}
}

// A copy stays as it was, and a change makes as many hashes as the way is long, however much there is.
func TestTree_ACopyCostsNothing_VAL2(t *testing.T) {
	var tree Tree
	for i := range 10_000 {
		tree = tree.With(fmt.Append(nil, i), []byte("value"))
	}
	root := tree.Root()
	fresh := 0
	changed := tree.With([]byte("7"), []byte("another"))
	var count func(b *branch)
	count = func(b *branch) {
		if b != nil && !b.hashed {
			fresh++
			count(b.left)
			count(b.right)
		}
	}
	count(changed.root)
	require.Less(t, fresh, 40)
	require.NotEqual(t, root, changed.Root())
	require.Equal(t, root, tree.Root())
}

// A path proves nothing but what it was made for.
func TestTree_APathCannotBeBent_VAL2(t *testing.T) {
	var tree Tree
	for i := range 20 {
		tree = tree.With(fmt.Append(nil, i), []byte("value"))
	}
	p := tree.Prove([]byte("3"))
	other := tree.Prove([]byte("not there"))
	require.False(t, p.Absent(tree.Root(), []byte("3")))
	require.False(t, other.Present(tree.Root(), []byte("not there"), nil))
	require.False(t, p.Present(tree.Root(), []byte("4"), []byte("value")))
	short := p
	short.Beside = p.Beside[:len(p.Beside)-1]
	require.False(t, short.Present(tree.Root(), []byte("3"), []byte("value")))
	require.False(t, Path{Beside: make([]Hash, 300)}.Absent(Hash{}, []byte("3")))
	require.True(t, Path{}.Absent(Hash{}, []byte("3")), "nothing is in the empty tree")
}
