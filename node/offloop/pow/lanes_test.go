package pow

import (
	"crypto/sha256"
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"strata/chain"
)

// The assembly knows where the fields are.
func TestMessageIsWhereTheAssemblyLooks(t *testing.T) {
	var m message
	require.Equal(t, []uintptr{0, 8, 16, 24, 28, 64}, []uintptr{
		unsafe.Offsetof(m.slot), unsafe.Offsetof(m.right), unsafe.Offsetof(m.left),
		unsafe.Offsetof(m.first), unsafe.Offsetof(m.next), unsafe.Offsetof(m.words),
	})
	require.Equal(t, uintptr(64+4*maxLanes*(16+48+8+8)), unsafe.Sizeof(m))
}

// Each lane by itself, over all of the first word: a lane has a bit if and only if its hash has no bit
// of the mask.
func TestEachLaneIsItsOwnHash(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	all(t, func(t *testing.T, path Path) {
		if path == Plain {
			t.Skip("has no lanes")
		}
		for range 100 {
			rest := make([]byte, r.IntN(300))
			for i := range rest {
				rest[i] = byte(r.Uint32())
			}
			number := r.Uint64() >> r.UintN(64)
			l := newLanes(number, rest, chain.Params{}, path)
			high := 1 + r.Uint64()>>14>>r.UintN(40)
			l.prepare(high)
			at := r.IntN(tenThousand/l.count) * l.count
			p := newPlain(number, rest)
			p.set(high*tenThousand + uint64(at))
			words := make([]uint32, l.count)
			for lane := range words {
				hash := sha256.Sum256(p.text())
				words[lane] = binary.BigEndian.Uint32(hash[:])
				p.step()
			}
			for bit := range 32 {
				l.mask = 1 << bit
				want := uint32(0)
				for lane, word := range words {
					if word&l.mask == 0 {
						want |= 1 << lane
					}
				}
				require.Equal(t, want, l.hash(at))
			}
		}
	})
}
