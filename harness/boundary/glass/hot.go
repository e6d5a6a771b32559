package glass

import "bytes"

// A page that is put back by the system costs a fault when it is next written to, and that is what a short run costs most. So
// pages that most runs write to stay, and are put back by copying. Which they are is seen now and then: it changes what a run
// costs, and nothing else.

// hot says which pages of a room are put back by copying.
type hot struct {
	fresh    []byte   // what is in the memory of a fresh room; above it is zero
	heat     []uint16 // of each page: rises when a run has written to it, and falls when not
	parts    []part   // in ascending order, apart from each other
	restored int      // rooms
}

// part is a range of a memory, from up to to.
type part struct{ from, to int }

const (
	hotPage = 4 << 10 // of the system
	early   = 64      // rooms that are put back while every eighth is looked at; later
	seldom  = 1 << 10 // it is one of so many: a look costs as much as several runs
	warm    = 64      // what a look adds to the heat
	gap     = 8       // pages between hot ones that are copied as well: that is cheaper than two calls of the system
	mostHot = 4 << 20 // bytes
	often   = 8       // one of so many rooms is looked at of which it is known what was written to
)

// look sees which pages of a memory a run has written to, once in a while.
func (h *hot) look(memory []byte, fixed part) {
	h.restored++
	if h.restored%seldom != 1 && (h.restored > early || h.restored%8 != 1) {
		return
	}
	h.cool(len(memory))
	h.warm(memory, part{0, fixed.from})
	h.warm(memory, part{fixed.to, len(memory)})
	h.choose()
}

// cool lets all pages cool, also of a memory that is larger than those before.
func (h *hot) cool(size int) {
	for len(h.heat) < size/hotPage {
		h.heat = append(h.heat, 0)
	}
	for i := range h.heat {
		h.heat[i] -= h.heat[i] / 4
	}
}

// warm warms the pages of a part that have changed.
func (h *hot) warm(memory []byte, p part) {
	for at := p.from; at < p.to; at += hotPage {
		if h.changed(memory[at:at+hotPage], at) {
			h.heat[at/hotPage] += warm
		}
	}
}

// changed says whether a page is not what it was.
func (h *hot) changed(page []byte, at int) bool {
	if at >= len(h.fresh) {
		return !bytes.Equal(page, noPage[:])
	}
	return !bytes.Equal(page, h.fresh[at:at+hotPage])
}

var noPage [hotPage]byte

// choose makes parts of the hot pages.
func (h *hot) choose() {
	h.parts = h.parts[:0]
	total := 0
	for i, heat := range h.heat {
		if heat < warm/2 {
			continue
		}
		if total += hotPage; total > mostHot {
			return
		}
		at := i * hotPage
		if n := len(h.parts); n > 0 && at-h.parts[n-1].to <= gap*hotPage {
			h.parts[n-1].to = at + hotPage
		} else {
			h.parts = append(h.parts, part{at, at + hotPage})
		}
	}
}

// copy puts a part of a memory back.
func (h *hot) copy(memory []byte, p part) {
	n := 0
	if p.from < len(h.fresh) {
		n = copy(memory[p.from:p.to], h.fresh[p.from:])
	}
	clear(memory[p.from+n : p.to])
}

// restore puts a memory back, but for what is fixed. drop does so to what is not hot, and takes no memory for it.
func (h *hot) restore(memory []byte, fixed part, drop func(from, to int) error) error {
	h.look(memory, fixed)
	if fixed.from > 0 {
		h.copy(memory, part{0, fixed.from})
	}
	done := fixed.to
	for _, p := range h.parts {
		if p.to > len(memory) {
			break
		}
		if p.to <= done {
			continue
		}
		p.from = max(p.from, done)
		if p.from > done {
			if err := drop(done, p.from); err != nil {
				return err
			}
		}
		h.copy(memory, p)
		done = p.to
	}
	if done == len(memory) {
		return nil
	}
	return drop(done, len(memory))
}

// restoreOwn puts a memory back of which these parts alone, its own copies, were written to. They are copied, and stay. Now and
// then, or when they are many, those that runs seldom write to are dropped.
func (h *hot) restoreOwn(memory []byte, own []part, drop func(from, to int) error) error {
	h.restored++
	total := 0
	for _, p := range own {
		total += p.to - p.from
	}
	looks := h.restored%often == 1
	if looks {
		h.cool(len(memory))
		for _, p := range own {
			h.warm(memory, p)
		}
	}
	stay := 0
	for _, p := range own {
		if !looks && total <= mostHot {
			h.copy(memory, p)
			continue
		}
		copied, err := h.sort(memory, p, mostHot-stay, drop)
		if err != nil {
			return err
		}
		stay += copied
	}
	return nil
}

// sort puts a part back: what is hot is copied, up to so many bytes, and the rest dropped.
func (h *hot) sort(memory []byte, p part, most int, drop func(from, to int) error) (copied int, err error) {
	stays := func(at, more int) bool {
		return at/hotPage < len(h.heat) && h.heat[at/hotPage] >= warm/4 && copied+more < most
	}
	for at := p.from; at < p.to; {
		to, hot := at+hotPage, stays(at, 0)
		for to < p.to && stays(to, to-at) == hot {
			to += hotPage
		}
		if hot {
			h.copy(memory, part{at, to})
			copied += to - at
		} else if err := drop(at, to); err != nil {
			return copied, err
		}
		at = to
	}
	return copied, nil
}
