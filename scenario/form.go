package scenario

import "strings"

// The forms of what scenarios name. Package regexp is not for them: every program that links layers would have
// to have it.

// The characters of names.
const (
	digits   = "0123456789"
	small    = "abcdefghijklmnopqrstuvwxyz" + digits
	capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + digits
)

// isName says whether that is layer/what-happens.
func isName(s string) bool {
	layer, what, two := strings.Cut(s, "/")
	if !two || !madeOf(layer, small) {
		return false
	}
	for word := range strings.SplitSeq(what, "-") {
		if !madeOf(word, small) {
			return false
		}
	}
	return true
}

// isStep says whether that is a layer and the number of one of up to nine steps.
func isStep(s string) bool {
	layer, n, two := strings.Cut(s, ".")
	return two && madeOf(layer, small) && isNumber(n) && len(n) == 1
}

// isRule says whether that is the name of a rule of docs/protocol.md.
func isRule(s string) bool {
	part, n, two := strings.Cut(s, "-")
	return two && len(part) == 3 && madeOf(part, capitals) && isNumber(n)
}

// isNumber says whether that is one from 1 on, as people write it.
func isNumber(s string) bool { return madeOf(s, digits) && s[0] != '0' }

// madeOf says whether there is something, and nothing but these characters.
func madeOf(s, characters string) bool { return s != "" && strings.Trim(s, characters) == "" }
