package farm

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is one of so many parts of a list of jobs: part Index, from 1, of Count. The zero value is all of it.
type Shard struct{ Index, Count int }

// ParseShard reads "i/n".
func ParseShard(text string) (Shard, error) {
	first, second, ok := strings.Cut(text, "/")
	i, errI := strconv.Atoi(first)
	n, errN := strconv.Atoi(second)
	if !ok || errI != nil || errN != nil || n < 1 || i < 1 || i > n {
		return Shard{}, fmt.Errorf("shard %q: want i/n with i from 1 to n, as in 2/5", text)
	}
	return Shard{i, n}, nil
}

// Has says whether the i-th job, from 0, is in this part. Parts take turns, so that what grows along the list is shared
// evenly.
func (s Shard) Has(i int) bool { return s.Count == 0 || i%s.Count == s.Index-1 }

// String is the shard as ParseShard reads it; empty for all.
func (s Shard) String() string {
	if s.Count == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Count)
}
