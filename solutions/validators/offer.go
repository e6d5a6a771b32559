package validators

import (
	"errors"
	"fmt"
	"slices"

	"strata/ledgers"
	"strata/ledgers/validators"
)

// index is the headers behind which the set is another, in the order of their heights: what leads others over changes of
// the set (VAL-11). The file is made again of the decided blocks if it is lost; only what was before a snapshot is not.
type index struct {
	shelf   ledgers.Shelf
	heights []uint64
	at      []int64
}

// fileHeaders is the index's file.
const fileHeaders = "headers"

// open reads the file. Errors: ledgers.ErrDamaged, the disk's.
func (x *index) open(n *node) error {
	err := x.shelf.Open(n.host.Disk(), fileHeaders, func(at int64, body []byte) error {
		s, err := validators.DecodeSignedHeader(body)
		if err != nil {
			return fmt.Errorf("%w: %s at byte %d: %w", ledgers.ErrDamaged, fileHeaders, at, err)
		}
		x.cut(s.Header.Height - 1)
		x.heights, x.at = append(x.heights, s.Header.Height), append(x.at, at)
		return nil
	})
	return errors.Join(err, x.shelf.Cut())
}

// cut forgets what is above a height: it may be of a snapshot that was not taken over. In the file a later record counts.
func (x *index) cut(above uint64) {
	i, _ := slices.BinarySearch(x.heights, above+1)
	x.heights, x.at = x.heights[:i], x.at[:i]
}

// last is the newest height in the index; 0 if there is none.
func (x *index) last() uint64 {
	if len(x.heights) == 0 {
		return 0
	}
	return x.heights[len(x.heights)-1]
}

// add puts a header behind those that are there, unless it is there. Errors: the disk's.
func (x *index) add(s *validators.SignedHeader) error {
	if s.Header.Height <= x.last() || s.Header.SetHash == s.Header.NextHash {
		return nil
	}
	at, err := x.shelf.Add(s.Encode())
	if err == nil {
		x.heights, x.at = append(x.heights, s.Header.Height), append(x.at, at)
	}
	return err
}

// read is the header at a place of the index. Errors: ledgers.ErrDamaged, the disk's.
func (x *index) read(i int) (*validators.SignedHeader, error) {
	body, err := x.shelf.Read(x.at[i])
	if err != nil {
		return nil, err
	}
	return validators.DecodeSignedHeader(body)
}

// maxOffered is how many snapshots a node offers, so that none goes while somebody is about to fetch it.
const maxOffered = 3

// note remembers of a decided block, which is the tip, what others may ask for. Errors: the disk's.
func (n *node) note(b *validators.Certified) error {
	if n.purpose.snapshots() && n.tip.Height%n.cfg.SnapshotEvery == 0 {
		n.offers = append(n.offers, n.tip)
		n.offers = n.offers[max(0, len(n.offers)-maxOffered):]
	}
	return n.index.add(&validators.SignedHeader{Header: b.Header, By: b.By, Next: n.tip.Next})
}

// Headers is validators.Validators's.
func (n *node) Headers(a validators.HeadersAsked) (*validators.HeadersGiven, error) {
	g := &validators.HeadersGiven{To: a.To}
	if a.To == 0 && len(n.offers) > 0 {
		g.To = n.offers[len(n.offers)-1].Height
	}
	if g.To <= a.After || g.To > n.tip.Height {
		return g, nil
	}
	i, _ := slices.BinarySearch(n.index.heights, a.After+1)
	for ; i < len(n.index.heights) && n.index.heights[i] < g.To; i++ {
		if len(g.All) == validators.MaxHeaders {
			return g, nil
		}
		s, err := n.index.read(i)
		if err != nil {
			return nil, err
		}
		g.All = append(g.All, s)
	}
	last, err := n.header(g.To)
	if err != nil || last == nil {
		return &validators.HeadersGiven{To: g.To}, err
	}
	if len(g.All) < validators.MaxHeaders {
		g.All = append(g.All, last)
	}
	return g, nil
}

// header is that of a height; nil if it is not here. Errors: ledgers.ErrDamaged, the disk's.
func (n *node) header(height uint64) (*validators.SignedHeader, error) {
	if n.base != nil && n.base.Header.Height == height {
		return n.base, nil
	}
	i, found := slices.BinarySearch(n.index.heights, height)
	if found {
		return n.index.read(i)
	}
	b, err := n.archive.read(height)
	if b == nil || err != nil {
		return nil, err
	}
	s := &validators.SignedHeader{Header: b.Header, By: b.By, Next: n.first}
	switch {
	case i > 0 && (n.base == nil || n.index.heights[i-1] > n.base.Header.Height):
		before, err := n.index.read(i - 1)
		if err != nil {
			return nil, err
		}
		s.Next = before.Next
	case n.base != nil:
		s.Next = n.base.Next
	}
	return s, nil
}

// answerHeaders gives what leads to a height, or to the newest snapshot.
func (n *node) answerHeaders(question []byte) []byte {
	a, err := validators.DecodeHeadersAsked(question)
	if err != nil {
		return nil
	}
	g, err := n.Headers(a)
	if err != nil || len(g.All) == 0 {
		return nil
	}
	return g.Encode()
}

// answerChunk gives a part of a snapshot; nothing if it is not offered, or not any longer.
func (n *node) answerChunk(question []byte) []byte {
	a, err := validators.DecodeChunkAsked(question)
	if err != nil {
		return nil
	}
	for _, tip := range n.offers {
		if tip.Height != a.Height {
			continue
		}
		if c := tip.State.Tree().Chunk(validators.Part{Depth: a.Depth, Prefix: a.Prefix}); c != nil {
			return c.Encode()
		}
	}
	return nil
}
