package pow

import (
	"math"
	"slices"
	"sync"
	"time"

	"strata/chain"
)

// Path is a way to hash.
type Path int

// The paths. All find the same nonces.
const (
	Plain  Path = iota // one text after the other, by the standard library
	AVX2               // 16 lanes
	AVX512             // 32 lanes, in two vectors
)

func (p Path) String() string { return [...]string{"plain", "AVX2", "AVX-512"}[p] }

// Lanes is the number of texts that are hashed at a time.
func (p Path) Lanes() int { return [...]int{1, 16, maxLanes}[p] }

// Paths lists those that this processor has, from the least lanes to the most.
func Paths() []Path { return slices.Clone(available) }

// Best is the fastest of Paths. It is measured when somebody asks first, which takes about a millisecond: more
// lanes are not always faster, for crypto/sha256 uses instructions for SHA-256 where a processor has them.
func Best() Path { return best() }

var best = sync.OnceValue(func() Path {
	fastest, shortest := Plain, time.Duration(math.MaxInt64)
	for _, path := range available {
		if t := took(path); t <= shortest { // equal if the clock is coarse: then more lanes are the better guess
			fastest, shortest = path, t
		}
	}
	return fastest
})

// took is how long a path takes for a few hundred hashes of a text of medium length: the shortest of three times,
// since other programs can only make it longer.
func took(path Path) time.Duration {
	const (
		length = 1000 // bytes; an empty block has 157, a full one about 3,000
		tries  = 320
		times  = 3
	)
	s := newSolver(1, make([]byte, length), chain.Params{Difficulty: chain.MaxDifficulty}, path)
	shortest := time.Duration(math.MaxInt64)
	for i := range uint64(times) {
		began := time.Now()
		s.Solve((i+1)*tenThousand, tries)
		shortest = min(shortest, time.Since(began))
	}
	return shortest
}

// available is found out once. It is never empty.
var available = choose(processor())

// features are what a path needs. The operating system has a say too: it has to save the wide
// registers when it switches tasks.
type features struct {
	avx2, avx512 bool
}

// choose lists the paths for a processor.
func choose(f features) []Path {
	paths := []Path{Plain}
	if f.avx2 {
		paths = append(paths, AVX2)
	}
	if f.avx2 && f.avx512 {
		paths = append(paths, AVX512)
	}
	return paths
}
