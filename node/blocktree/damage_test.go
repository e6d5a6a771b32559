package blocktree_test

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/node/blocktree"
	"strata/node/store"
)

// A record that breaks under a running tree is damage, and never an unknown block.
func TestDamageWhileRunning_FRK6(t *testing.T) {
	a, b := branch(chain.Genesis(), "a", 5), branch(chain.Genesis(), "b", 6)
	third := a[2].Hash()
	number := func(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
	for _, test := range []struct {
		name   string
		damage func(w store.Writer)
		use    func(r *rig)
	}{
		{"block", func(w store.Writer) { w.Put("blocks", third[:], []byte("x")) }, func(r *rig) {
			_, ok := r.Block(third)
			require.False(t, ok)
		}},
		{"parent", func(w store.Writer) { w.Put("blocks", third[:], []byte("x")) }, func(r *rig) {
			_, err := r.Add(mine(a[2], "c"))
			require.ErrorIs(t, err, blocktree.ErrCorrupt)
			require.Empty(t, r.Wanted())
		}},
		{"number", func(w store.Writer) { w.Delete("numbers", number(3)) }, func(r *rig) {
			_, ok := r.HashAt(3)
			require.False(t, ok)
		}},
		{"block of a side branch", func(w store.Writer) { h := b[2].Hash(); w.Put("blocks", h[:], []byte("x")) }, func(r *rig) {
			_, err := r.Add(b[5])
			require.ErrorIs(t, err, blocktree.ErrCorrupt)
			require.False(t, r.Refused(b[5].Hash()), "it is not known to be invalid")
			require.NoError(t, r.store.View(func(v store.Reader) error {
				return v.Scan("invalid", func(_, _ []byte) error { t.Error("a valid block is remembered as invalid"); return nil })
			}))
		}},
		{"undo data", func(w store.Writer) { w.Delete("undo", number(3)) }, func(r *rig) {
			_, err := r.Add(b[5])
			require.ErrorIs(t, err, blocktree.ErrCorrupt)
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t, blocktree.Config{})
			r.add(a...)
			r.add(b[:5]...)
			told := 0
			r.OnDamage(func(err error) {
				require.ErrorIs(t, err, blocktree.ErrCorrupt)
				told++
			})
			require.NoError(t, r.store.Update(func(w store.Writer) error { test.damage(w); return nil }))
			test.use(r)
			require.Equal(t, 1, told)
			_, err := r.Add(mine(a[4], "later"))
			require.ErrorIs(t, err, blocktree.ErrCorrupt)
			require.Equal(t, a[4].Hash(), r.State().Hash())
			require.Equal(t, 1, told, "once")
		})
	}
}
