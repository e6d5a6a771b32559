package settings

import "fmt"

// DidYouMean is `; did you mean "name"?` for the known name nearest to the one given, or nothing
// if none is near.
func DidYouMean(given string, known []string) string {
	best := Nearest(given, known)
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %q?", best)
}

// Nearest is the known name that was likely meant by the one given; empty if none is near.
func Nearest(given string, known []string) string {
	best, least := "", len(given)/3+2
	for _, name := range known {
		if d := distance(given, name); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is the number of characters to insert, delete or replace to make a of b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1) // row[j]: from the part of a seen so far to b[:j]
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
