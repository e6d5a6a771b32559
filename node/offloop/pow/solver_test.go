package pow

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/chain"
	"strata/mempool"
)

// naive is Solve as one would write it first.
func naive(number uint64, rest []byte, params chain.Params, from uint64, tries int) (tried int, ok bool) {
	for i := range tries {
		text := append(fmt.Appendf(nil, "%d:%d", number, from+uint64(i)), rest...)
		if params.MeetsDifficulty(sha256.Sum256(text)) {
			return i + 1, true
		}
	}
	return tries, false
}

// all is every path that this machine has, so that the slower ones are tested too where there are
// faster ones.
func all(t *testing.T, f func(t *testing.T, path Path)) {
	for _, path := range Paths() {
		t.Run(path.String(), func(t *testing.T) { f(t, path) })
	}
}

// Every nonce of the batch is a question to the lanes: the search goes on after each that was found,
// until the batch is over.
func requireSame(t require.TestingT, number uint64, rest []byte, difficulty int, path Path, from uint64, tries int) {
	params := chain.Params{Difficulty: difficulty}
	s := newSolver(number, rest, params, path)
	for tries > 0 {
		want, wantOK := naive(number, rest, params, from, tries)
		got, ok := s.Solve(from, tries)
		require.Equal(t, want, got, "number %d, nonce %d, rest %q", number, from, rest)
		require.Equal(t, wantOK, ok)
		from += uint64(got)
		tries -= got
	}
}

// 32 lanes do not divide ten thousand: the last of them have no nonce, and no solution lies there.
func TestTheEndOfTenThousand(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		for _, from := range []uint64{8*tenThousand - 100, 8*tenThousand - 32, 8*tenThousand - 16, 8*tenThousand - 1} {
			for difficulty := range 3 {
				requireSame(t, 17, []byte(":rest"), difficulty, path, from, 150)
			}
		}
	})
}

// The lengths go over each way that the padding can fall, and the widths of number and nonce over each
// place in the first block that the last four digits can have.
func TestAllLengths(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		r := rand.New(rand.NewPCG(1, 1))
		for length := range 3 * blockSize {
			rest := make([]byte, length)
			for i := range rest {
				rest[i] = byte(r.Uint32())
			}
			requireSame(t, uint64(length), rest, 1, path, 1234560000+r.Uint64N(1000), 50)
		}
	})
}

func TestAllWidths(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		rest := []byte(":" + string(make([]byte, 129)))
		for numberWidth := range maxDigits {
			for nonceWidth := range maxDigits {
				requireSame(t, power(numberWidth), rest, 1, path, power(nonceWidth)-20, 60)
				requireSame(t, power(numberWidth), rest, 1, path, power(nonceWidth)+12_345, 40)
			}
		}
	})
}

func power(of int) uint64 {
	p := uint64(1)
	for range of {
		p *= 10
	}
	return p
}

func TestAllFourDigits(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		for number := range uint64(3) {
			requireSame(t, power(int(number)), []byte("rest"), 2, path, 70_000-1, tenThousand+2)
		}
	})
}

func TestNoncesWrapAround(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		requireSame(t, math.MaxUint64, []byte(":rest"), 1, path, math.MaxUint64-100, 300)
	})
}

// A batch may start and end in the middle of a vector: what lies beyond is not of this batch, even
// if it is a solution.
func TestEdgesOfBatch(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		for from := uint64(50_000); from < 50_040; from++ {
			requireSame(t, 1, []byte(":rest"), 1, path, from, 17+int(from%16))
		}
	})
}

func TestAnyText(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		rapid.Check(t, func(t *rapid.T) {
			rest := rapid.SliceOfN(rapid.Byte(), 0, 500).Draw(t, "rest")
			number, from := rapid.Uint64().Draw(t, "number"), rapid.Uint64().Draw(t, "from")
			requireSame(t, number, rest, rapid.IntRange(0, 3).Draw(t, "difficulty"), path, from, rapid.IntRange(0, 100).Draw(t, "tries"))
		})
	})
}

// One solver goes from batch to batch, over nonces of different widths and back.
func TestSolverIsUsedAgain(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		params, rest := chain.Params{Difficulty: 1}, []byte(":parent:coinbase")
		s := newSolver(7, rest, params, path)
		for i := range 200 {
			from := power(i * 7 % maxDigits)
			want, wantOK := naive(7, rest, params, from, 100)
			got, ok := s.Solve(from, 100)
			require.Equal(t, want, got)
			require.Equal(t, wantOK, ok)
		}
	})
}

// The lanes look at one word of the hash; the rest is confirmed. A mask that asks for nothing makes
// every lane a candidate.
func TestCandidatesAreConfirmed(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		s := newSolver(1, []byte(":rest"), chain.Params{Difficulty: 4}, path)
		if s.lanes != nil {
			s.lanes.mask = 0
		}
		want, _ := naive(1, []byte(":rest"), s.params, 1e6, 1e6)
		got, ok := s.Solve(1e6, 1e6)
		require.True(t, ok)
		require.Equal(t, want, got)
	})
}

func TestMaskIsTheDifficulty(t *testing.T) {
	for difficulty, want := range map[int]uint32{0: 0, 1: 0xf0000000, 2: 0xff000000, 7: 0xfffffff0, 8: 1<<32 - 1, 9: 1<<32 - 1, 64: 1<<32 - 1} {
		require.Equal(t, want, firstWord(difficulty), "difficulty %d", difficulty)
	}
}

func TestBlockIsSolved(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		params := chain.Params{Difficulty: 3}
		for txs := range 3 {
			b := chain.Block{Number: 12, Nonce: 99, Transactions: make([]mempool.Transaction, txs)}
			tried, ok := New(b, params, path).Solve(1e18, 1<<20)
			require.True(t, ok)
			b.Nonce = 1e18 + uint64(tried) - 1
			require.True(t, params.MeetsDifficulty(b.Hash()))
		}
	})
}

// Solve looks at the flag before each vector of hashes: Stop costs at most those of one more.
func TestStop_FRK8(t *testing.T) {
	all(t, func(t *testing.T, path Path) {
		for _, from := range []uint64{0, 1e18} {
			s := newSolver(1, []byte(":rest"), chain.Params{Difficulty: 64}, path)
			hashed := 0
			if s.lanes != nil {
				kernel := s.lanes.kernel
				s.lanes.kernel = func(m *uint64, later *uint32, blocks int, digits *uint32, mask uint32) uint32 {
					hashed++
					s.Stop()
					return kernel(m, later, blocks, digits, mask)
				}
			}
			if s.lanes == nil || from < tenThousand {
				s.Stop()
			}
			tried, ok := s.Solve(from, 1<<30)
			require.False(t, ok)
			require.LessOrEqual(t, hashed, 1)
			require.Equal(t, hashed*path.Lanes(), tried)
		}
	})
}

func FuzzSolve(f *testing.F) {
	f.Add(uint64(1), []byte(":parent:coinbase"), uint64(1e18), uint8(40))
	f.Add(uint64(math.MaxUint64), make([]byte, 23), uint64(math.MaxUint64-20), uint8(60))
	f.Add(uint64(0), []byte{}, uint64(9_990), uint8(255))
	f.Fuzz(func(t *testing.T, number uint64, rest []byte, from uint64, tries uint8) {
		for _, path := range Paths() {
			requireSame(t, number, rest, 1, path, from, int(tries))
		}
	})
}
