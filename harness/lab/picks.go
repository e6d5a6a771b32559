package lab

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Picks is what somebody chose in a run taken event by event: before which event, counted from 1, which
// of those that could come did. Where nothing is said the first came, which comes by itself. With the
// scenario and the seed they name one run.
type Picks map[int]int

// String writes picks as text: "17:2,40:1".
func (p Picks) String() string {
	var texts []string
	for _, n := range slices.Sorted(maps.Keys(p)) {
		texts = append(texts, fmt.Sprintf("%d:%d", n, p[n]))
	}
	return strings.Join(texts, ",")
}

// ParsePicks is String the other way round. The error says what is wrong with which part.
func ParsePicks(text string) (Picks, error) {
	picks := make(Picks)
	for part := range strings.SplitSeq(text, ",") {
		if part == "" {
			continue
		}
		event, choice, found := strings.Cut(part, ":")
		n, errN := strconv.Atoi(event)
		i, errI := strconv.Atoi(choice)
		if !found || errN != nil || errI != nil || n < 1 || i < 0 {
			return nil, fmt.Errorf("lab: picks: %q is not EVENT:NUMBER, such as 17:2", part)
		}
		picks[n] = i
	}
	return picks, nil
}
