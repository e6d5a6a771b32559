// Package board is the live page of a class: how far it is, who stands where, what fails how often. It reads the folder
// of the class again and again, and it does not matter who grades: this process, another, or nobody.
//
//	class.Folder --State, every two seconds--> localpage --> page
//
// Nothing can be changed through it.
package board

import (
	"cmp"
	"context"
	"embed"
	"path/filepath"
	"slices"
	"time"

	"strata/harness/class"
	"strata/harness/localpage"
	"strata/web/kit"
)

//go:embed files
var files embed.FS

// Files is the page.
var Files = kit.Under(files, "files")

// State is what the page shows.
type State struct {
	Name  string // of the class
	Total int
	class.Count
	Missing   int    // different ones of those that wait
	Left      string `json:",omitempty"` // a rough time; empty: nobody knows
	Of        float64
	Standings []Row
	Broken    []class.Broken
	Spread    [11]int
	Slowest   []Slow
}

// Row is where one student stands.
type Row struct {
	Name    string
	Graded  bool
	Points  float64
	Remarks string
}

// Slow is what took long.
type Slow struct {
	Name    string
	Seconds float64
}

// Board looks at the class in Dir, for one goroutine.
type Board struct {
	Dir   string
	Rules class.Rules
	Now   func() time.Time // nil: the clock

	took  map[string]float64 // seconds by digest, which do not change
	first time.Time          // when it looked for the first time
	then  int                // what was graded by then
}

// again is how long it rests between two looks.
const again = 2 * time.Second

// told is what the page is sent.
type told struct {
	Class *State `json:",omitempty"` // nil: it could not be read
	Error string `json:",omitempty"`
}

// Follow looks again and again, and shows on the server what it sees, until ctx ends.
func (b *Board) Follow(ctx context.Context, server *localpage.Server) {
	rest := time.NewTicker(again)
	defer rest.Stop()
	for {
		server.Tell(b.look())
		select {
		case <-rest.C:
		case <-ctx.Done():
			return
		}
	}
}

// look is what the page is sent now.
func (b *Board) look() told {
	state, err := b.State()
	if err != nil {
		return told{Error: err.Error()}
	}
	return told{Class: &state}
}

// State looks how the class stands now.
func (b *Board) State() (State, error) {
	f, err := class.Open(b.Dir)
	if err != nil {
		return State{}, err
	}
	all, err := f.Standings(b.Rules)
	if err != nil {
		return State{}, err
	}
	s := State{Name: named(b.Dir), Total: len(all), Count: class.CountOf(all), Broken: class.MostBroken(all), Spread: class.Spread(all)}
	if s.Missing, err = f.Missing(); err != nil {
		return s, err
	}
	for _, one := range all {
		s.Standings = append(s.Standings, Row{one.Name, one.Graded, one.Points, one.Remarks()})
		s.Of = one.Of
	}
	s.Left = b.left(s)
	s.Slowest, err = b.slowest(f, all)
	return s, err
}

// named is what a class is called, by its directory.
func named(dir string) string {
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole
	}
	return filepath.Base(dir)
}

// left is a rough time, by what was graded since the first look.
func (b *Board) left(s State) string {
	now := time.Now
	if b.Now != nil {
		now = b.Now
	}
	if b.first.IsZero() {
		b.first, b.then = now(), s.Missing
	}
	done := b.then - s.Missing
	if done <= 0 || s.Missing == 0 {
		return ""
	}
	each := now().Sub(b.first) / time.Duration(done)
	return (each * time.Duration(s.Missing)).Round(time.Second).String()
}

// mostSlow is how many of the slowest are listed.
const mostSlow = 8

// slowest lists what took longest; equal hand-ins count once.
func (b *Board) slowest(f *class.Folder, all []class.Standing) ([]Slow, error) {
	if b.took == nil {
		b.took = make(map[string]float64)
	}
	var list []Slow
	seen := make(map[string]bool)
	for _, s := range all {
		if !s.Graded || seen[s.Digest] {
			continue
		}
		seen[s.Digest] = true
		key, _ := f.Key(s.Handin)
		if _, known := b.took[key.String()]; !known {
			r, ok, err := f.Report(s.Handin)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			b.took[key.String()] = r.Elapsed.Seconds()
		}
		list = append(list, Slow{s.Name, b.took[key.String()]})
	}
	slices.SortStableFunc(list, func(x, y Slow) int { return cmp.Compare(y.Seconds, x.Seconds) })
	return list[:min(len(list), mostSlow)], nil
}
