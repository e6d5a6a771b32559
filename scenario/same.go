package scenario

import (
	"fmt"
	"slices"
	"strings"
)

// Same compares two lists whatever their order: nil if they have the same entries, each as often. what
// goes between "expected" and the list: "the handler to get". Of long lists the error tells the
// difference only.
func Same(what string, got, want []string) error {
	got, want = slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	switch {
	case slices.Equal(got, want):
		return nil
	case len(want) <= mostQuoted && len(got) <= mostQuoted:
		return fmt.Errorf("expected %s %s, got %s", what, quote(want), quote(got))
	}
	return fmt.Errorf("expected %s %d entries, got %d; missing: %s; too many: %s", what, len(want), len(got),
		quote(less(want, got)), quote(less(got, want)))
}

// less takes from a sorted list what another one has, as often as it is there.
func less(from, other []string) (left []string) {
	for _, text := range from {
		if at, found := slices.BinarySearch(other, text); found {
			other = slices.Delete(slices.Clone(other), at, at+1)
		} else {
			left = append(left, text)
		}
	}
	return left
}

// mostQuoted is how many entries are told one by one.
const mostQuoted = 12

func quote(texts []string) string {
	if len(texts) == 0 {
		return "nothing"
	}
	var quoted []string
	for _, text := range texts[:min(len(texts), mostQuoted)] {
		quoted = append(quoted, fmt.Sprintf("%q", text))
	}
	if more := len(texts) - mostQuoted; more > 0 {
		quoted = append(quoted, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(quoted, " ")
}
