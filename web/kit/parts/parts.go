// Package parts is what explorers of a chain are made of, for a node's own page, the desk and live networks:
//
//	kit/theme.css     colours, faces and measures, as CSS variables
//	kit/explorer.css  what the parts look like
//	kit/keyed.js      live trees: what stays the same keeps its element, and so its focus and its selection
//	kit/strip.js      a row of blocks, and what waits for the next one
//	kit/netmap.js     a network drawn into the room that it has, with labels that can be read
//	kit/forks.js      the chain as a tree, with its forks in the middle
//	kit/mark.js       a small picture that tells addresses apart
//	kit/ages.js       how long ago something was, kept right while one looks
//	kit/dom.js        elements from values; kit/elements.js, the older way
//
// The modules stand apart from package kit, so that a node's program holds them and not the space-time diagram.
//
// Read next: web/files/views, which is made of them; package kit.
package parts

import (
	"embed"
	"io/fs"
	"slices"
	"strings"
)

//go:embed kit
var embedded embed.FS

// Page has the modules in a directory named kit, as pages ask for them.
var Page fs.FS = embedded

// Files has them without that directory.
var Files = Under(embedded, "kit")

// Under is what an embedded directory holds. It panics if there is none of that name.
func Under(embedded embed.FS, dir string) fs.FS {
	if _, err := embedded.ReadDir(dir); err != nil {
		panic("parts: " + err.Error()) // the embed directive names it
	}
	sub, err := fs.Sub(embedded, dir)
	if err != nil {
		panic("parts: " + err.Error())
	}
	return sub
}

// Layers is several file systems as one. A file that two of them have is that of the first.
type Layers []fs.FS

// Open opens a file of the first that has it. Of a directory it is the first one's alone: ReadDir has them all.
func (l Layers) Open(name string) (fs.File, error) {
	var failed error
	for _, one := range l {
		f, err := one.Open(name)
		if err == nil {
			return f, nil
		}
		failed = err
	}
	return nil, failed
}

// ReadDir lists what all of them have in a directory, by name.
func (l Layers) ReadDir(name string) ([]fs.DirEntry, error) {
	var all []fs.DirEntry
	var failed error
	found := false
	for _, one := range l {
		list, err := fs.ReadDir(one, name)
		if err != nil {
			failed = err
			continue
		}
		found = true
		all = append(all, list...)
	}
	if !found {
		return nil, failed
	}
	slices.SortStableFunc(all, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return slices.CompactFunc(all, func(a, b fs.DirEntry) bool { return a.Name() == b.Name() }), nil
}
