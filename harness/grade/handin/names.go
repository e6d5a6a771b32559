package handin

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"strings"
	"unicode"
	"unicode/utf8"

	"strata/harness/grade/report"
)

// maxShown is the most characters of a path that are shown.
const maxShown = 100

// Shown is a path of any bytes as a line of a report or a cell of a table shows it: what does not print
// is escaped, and a long one has its middle left out.
func Shown(path string) string {
	text := report.OneLine(path)
	all := []rune(text)
	if len(all) <= maxShown {
		return text
	}
	half := (maxShown - 3) / 2
	return string(all[:half]) + "..." + string(all[len(all)-half:])
}

// maxName is the most bytes of a file name that FileNames gives, without an ending.
const maxName = 100

// FileNames names a file after each of these directories: by the part of its path that differs from the
// others', such as amy for students/amy/exercises. No two names are the same, on no file system, and none
// has anything in it that a file system or a shell minds.
func FileNames(dirs []string) []string {
	paths := make([][]string, len(dirs))
	for i, dir := range dirs {
		whole, err := filepath.Abs(dir)
		if err != nil {
			whole = filepath.Clean(dir)
		}
		paths[i] = strings.Split(strings.Trim(filepath.ToSlash(whole), "/"), "/")
	}
	front, back := common(paths)
	names, taken := make([]string, len(dirs)), make(map[string]bool)
	for i, path := range paths {
		part := path[front : len(path)-back]
		if len(dirs) == 1 {
			part = last(path)
		}
		name := portable(strings.Join(part, "-"))
		if taken[strings.ToLower(name)] || name == "" {
			name = hashed(name, strings.Join(path, "/"))
		}
		taken[strings.ToLower(name)] = true
		names[i] = name
	}
	return names
}

// common counts the parts at the front and at the back that all paths share. Each keeps one part.
func common(paths [][]string) (front, back int) {
	shortest := len(paths[0])
	for _, path := range paths {
		shortest = min(shortest, len(path))
	}
	same := func(at func(path []string) string) bool {
		for _, path := range paths {
			if at(path) != at(paths[0]) {
				return false
			}
		}
		return true
	}
	for front < shortest-1 && same(func(path []string) string { return path[front] }) {
		front++
	}
	for back < shortest-1-front && same(func(path []string) string { return path[len(path)-1-back] }) {
		back++
	}
	return front, back
}

// last is the last part of a path that says whose it is.
func last(path []string) []string {
	for len(path) > 1 && strings.EqualFold(path[len(path)-1], "exercises") {
		path = path[:len(path)-1]
	}
	return path[len(path)-1:]
}

// portable is the name with what could disturb replaced by its bytes in hexadecimal.
func portable(name string) string {
	var text strings.Builder
	for len(name) > 0 {
		r, size := utf8.DecodeRuneInString(name)
		switch {
		case unicode.IsLetter(r) && !(r == utf8.RuneError && size == 1), unicode.IsDigit(r),
			strings.ContainsRune("_-+=@', ", r):
			text.WriteRune(r)
		case r == '.' && text.Len() > 0:
			text.WriteRune(r)
		default:
			for _, b := range []byte(name[:size]) {
				fmt.Fprintf(&text, "%%%02x", b)
			}
		}
		name = name[size:]
	}
	short := strings.TrimRight(text.String(), ". ")
	if strings.HasPrefix(short, "-") {
		short = "_" + short
	}
	if len(short) > maxName {
		return hashed(short, short)
	}
	return short
}

// hashed is a short name that only this text has.
func hashed(name, text string) string {
	sum := sha256.Sum256([]byte(text))
	if len(name) > maxName-9 {
		name = strings.ToValidUTF8(name[:maxName-9], "")
	}
	return strings.TrimPrefix(name+"-", "-") + hex.EncodeToString(sum[:4])
}
