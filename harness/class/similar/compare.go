package similar

import (
	"cmp"
	"slices"
)

// Work is what somebody has handed in.
type Work struct {
	Name    string
	Digest  string // equal ones have equal files
	Sources []Source
}

// Pair are two works with much in common.
type Pair struct {
	A, B     string  // names
	Share    float64 // of the smaller one's own fingerprints that both have, from 0 to 1
	Common   int     // fingerprints that both have
	Same     bool    // all files are the same
	Passages []Passage
}

// Passage is what two works have in common in one place.
type Passage struct{ A, B Lines }

// Lines are lines of a file.
type Lines struct {
	File       string
	First, End int // from 1, both included
}

// What is no pair: two works with fewer common fingerprints, and fingerprints that more works have.
const (
	leastCommon = 4
	shareOfAll  = 4 // one of so many works, and at least mostAlike
	mostAlike   = 5
)

// place is where a fingerprint stands.
type place struct {
	file       string
	first, end int
}

// Compare lists the pairs that share at least that part of their own, the likest first. What base has is nobody's own.
func Compare(works []Work, base []Source, least float64) []Pair {
	given := make(map[uint64]bool)
	for _, s := range base {
		for _, g := range grams(s.Text) {
			given[g.hash] = true
		}
	}
	prints := make([]map[uint64]place, len(works))
	who := make(map[uint64][]int)
	for i, w := range works {
		prints[i] = own(w, given)
		for hash := range prints[i] {
			who[hash] = append(who[hash], i)
		}
	}
	most := max(mostAlike, len(works)/shareOfAll)
	common := make(map[[2]int][]uint64)
	for hash, all := range who {
		if len(all) > most {
			for _, i := range all {
				delete(prints[i], hash)
			}
			continue
		}
		slices.Sort(all)
		for n, i := range all {
			for _, j := range all[n+1:] {
				common[[2]int{i, j}] = append(common[[2]int{i, j}], hash)
			}
		}
	}
	return pairs(works, prints, common, least)
}

// own are the fingerprints of a work, without those that are given.
func own(w Work, given map[uint64]bool) map[uint64]place {
	all := make(map[uint64]place)
	for _, s := range w.Sources {
		for _, g := range winnow(grams(s.Text)) {
			if _, known := all[g.hash]; !known && !given[g.hash] {
				all[g.hash] = place{s.Name, g.first, g.end}
			}
		}
	}
	return all
}

func pairs(works []Work, prints []map[uint64]place, common map[[2]int][]uint64, least float64) (all []Pair) {
	for at, hashes := range common {
		i, j := at[0], at[1]
		smaller := min(len(prints[i]), len(prints[j]))
		share := float64(len(hashes)) / float64(smaller)
		if len(hashes) < leastCommon || share < least {
			continue
		}
		p := Pair{A: works[i].Name, B: works[j].Name, Share: share, Common: len(hashes),
			Same: works[i].Digest == works[j].Digest}
		var passages []Passage
		for _, h := range hashes {
			a, b := prints[i][h], prints[j][h]
			passages = append(passages, Passage{Lines{a.file, a.first, a.end}, Lines{b.file, b.first, b.end}})
		}
		p.Passages = joined(passages)
		all = append(all, p)
	}
	slices.SortFunc(all, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(b.Common, a.Common), cmp.Compare(a.A, b.A),
			cmp.Compare(a.B, b.B))
	})
	return all
}

// joined makes one passage of those that follow each other on both sides.
func joined(all []Passage) (out []Passage) {
	slices.SortFunc(all, func(a, b Passage) int {
		return cmp.Or(cmp.Compare(a.A.File, b.A.File), cmp.Compare(a.B.File, b.B.File), cmp.Compare(a.A.First, b.A.First),
			cmp.Compare(a.B.First, b.B.First))
	})
	for _, p := range all {
		if n := len(out) - 1; n >= 0 && out[n].A.meets(p.A) && out[n].B.meets(p.B) {
			out[n].A.join(p.A)
			out[n].B.join(p.B)
			continue
		}
		out = append(out, p)
	}
	return out
}

// meets says whether the other lines overlap or follow these.
func (l Lines) meets(other Lines) bool {
	return l.File == other.File && other.First <= l.End+2 && other.End >= l.First-2
}

func (l *Lines) join(other Lines) {
	l.First, l.End = min(l.First, other.First), max(l.End, other.End)
}
