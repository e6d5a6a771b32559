package pow

import "slices"

// Path is a way to hash.
type Path int

// The paths. All find the same nonces.
const (
	Plain  Path = iota // one text after the other, by the standard library
	AVX2               // 8 lanes
	AVX512             // 32 lanes, in two vectors
)

func (p Path) String() string { return [...]string{"plain", "AVX2", "AVX-512"}[p] }

// Lanes is the number of texts that are hashed at a time.
func (p Path) Lanes() int { return [...]int{1, 8, maxLanes}[p] }

// Paths lists those that this processor has, from the slowest to the fastest.
func Paths() []Path { return slices.Clone(available) }

// Best is the fastest of Paths.
func Best() Path { return available[len(available)-1] }

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
