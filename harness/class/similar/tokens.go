package similar

import (
	"go/scanner"
	"go/token"
	"hash/fnv"
)

// The sizes of passages, in tokens: shorter ones than Gram are nobody's own, and of those with Gram+Window-1 none is
// missed.
const (
	Gram   = 24
	Window = 16
)

// Source is a file of Go.
type Source struct {
	Name string // from the root of the hand-in, with slashes
	Text []byte
}

// gram is a run of tokens.
type gram struct {
	hash       uint64
	first, end int // lines, from 1
}

// grams hashes every run of Gram tokens. Names are alike, and so are numbers and texts; comments do not count. What is
// no Go has the tokens that the scanner finds in it.
func grams(text []byte) []gram {
	type one struct {
		kind token.Token
		line int
	}
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, func(token.Position, string) {}, 0)
	var tokens []one
	for {
		pos, tok, _ := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok == token.SEMICOLON {
			continue // line ends, mostly
		}
		tokens = append(tokens, one{tok, file.Line(pos)})
	}
	var all []gram
	for i := 0; i+Gram <= len(tokens); i++ {
		sum := fnv.New64a()
		for _, t := range tokens[i : i+Gram] {
			sum.Write([]byte{byte(t.kind)})
		}
		all = append(all, gram{sum.Sum64(), tokens[i].line, tokens[i+Gram-1].line})
	}
	return all
}

// winnow keeps, of every Window grams in a row, the one with the least hash, the last of several.
func winnow(all []gram) (kept []gram) {
	last := -1
	for i := 0; i < len(all); i++ {
		end := min(i+Window, len(all))
		least := i
		for j := i; j < end; j++ {
			if all[j].hash <= all[least].hash {
				least = j
			}
		}
		if least != last {
			kept = append(kept, all[least])
			last = least
		}
		if end == len(all) {
			break
		}
	}
	return kept
}
