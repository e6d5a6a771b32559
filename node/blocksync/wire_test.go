package blocksync

import (
	"bytes"
	"encoding/hex"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
)

// repeated is a hash of one byte over and over.
func repeated(b byte) chain.BlockHash { return chain.BlockHash(bytes.Repeat([]byte{b}, 32)) }

func hexes(n int, b string) string { return strings.Repeat(b, n) }

func TestLocate_Golden_SYN1(t *testing.T) {
	m := Locate{Step: 128, Places: []Place{{300, repeated(0xaa)}, {0, repeated(0xbb)}}}
	want := "0080" + "000000000000012c" + hexes(32, "aa") + "0000000000000000" + hexes(32, "bb")
	require.Equal(t, want, hex.EncodeToString(m.AppendTo(nil)))
	back, err := ParseLocate(m.AppendTo(nil))
	require.NoError(t, err)
	require.Equal(t, m, back)
}

func TestLocated_Golden_SYN1(t *testing.T) {
	m := Located{Ancestor: 256, Tip: 400, Anchors: []chain.BlockHash{repeated(1), repeated(2)}}
	want := "0000000000000100" + "0000000000000190" + hexes(32, "01") + hexes(32, "02")
	require.Equal(t, want, hex.EncodeToString(m.AppendTo(nil)))
	back, err := ParseLocated(m.AppendTo(nil), 128)
	require.NoError(t, err)
	require.Equal(t, m, back)
	require.Equal(t, uint64(384), anchorAt(256, 400, 128, 0))
	require.Equal(t, uint64(400), anchorAt(256, 400, 128, 1), "the tip, though no step is full")
}

func TestRange_Golden_SYN2(t *testing.T) {
	m := Range{Anchor: Place{384, repeated(0xcc)}, First: 257, Count: 128}
	want := "0000000000000180" + hexes(32, "cc") + "0000000000000101" + "0080"
	require.Equal(t, want, hex.EncodeToString(m.AppendTo(nil)))
	back, err := ParseRange(m.AppendTo(nil))
	require.NoError(t, err)
	require.Equal(t, m, back)
}

func TestTexts_Golden_SYN2(t *testing.T) {
	b := appendText(appendText(nil, []byte("one")), []byte("three"))
	require.Equal(t, "000000036f6e65"+"000000057468726565", hex.EncodeToString(b))
	texts, err := ParseTexts(b, 2, 5)
	require.NoError(t, err)
	require.Equal(t, [][]byte{[]byte("one"), []byte("three")}, texts)
}

func TestParse_Malformed_SYN1_SYN2(t *testing.T) {
	place := make([]byte, pairSize)
	locate := func(step byte, places int) []byte { return slices.Concat([]byte{0, step}, bytes.Repeat(place, places)) }
	located := func(ancestor, tip byte, anchors int) []byte {
		return slices.Concat(make([]byte, 7), []byte{ancestor}, make([]byte, 7), []byte{tip}, make([]byte, 32*anchors))
	}
	ask := func(anchor, first uint64, count int) []byte {
		return Range{Anchor: Place{Number: anchor}, First: first, Count: count}.AppendTo(nil)
	}
	for name, parse := range map[string]func() error{
		"locate: empty":          func() error { _, err := ParseLocate(nil); return err },
		"locate: no place":       func() error { _, err := ParseLocate(locate(1, 0)); return err },
		"locate: step 0":         func() error { _, err := ParseLocate(locate(0, 1)); return err },
		"locate: big step":       func() error { _, err := ParseLocate(append([]byte{1, 1}, place...)); return err },
		"locate: cut":            func() error { _, err := ParseLocate(locate(1, 2)[:60]); return err },
		"locate: left over":      func() error { _, err := ParseLocate(append(locate(1, 2), 0)); return err },
		"locate: too many":       func() error { _, err := ParseLocate(locate(1, MaxLocator+1)); return err },
		"located: empty":         func() error { _, err := ParseLocated(nil, 4); return err },
		"located: cut":           func() error { _, err := ParseLocated(located(0, 4, 0)[:15], 4); return err },
		"located: too few":       func() error { _, err := ParseLocated(located(0, 5, 1), 4); return err },
		"located: too many":      func() error { _, err := ParseLocated(located(0, 4, 2), 4); return err },
		"located: below":         func() error { _, err := ParseLocated(located(5, 4, 1), 4); return err },
		"located: left over":     func() error { _, err := ParseLocated(append(located(0, 4, 1), 0), 4); return err },
		"located: way too many":  func() error { _, err := ParseLocated(located(0, 255, MaxAnchors+1), 1); return err },
		"range: empty":           func() error { _, err := ParseRange(nil); return err },
		"range: cut":             func() error { _, err := ParseRange(ask(9, 1, 9)[:49]); return err },
		"range: left over":       func() error { _, err := ParseRange(append(ask(9, 1, 9), 0)); return err },
		"range: nothing":         func() error { _, err := ParseRange(ask(9, 1, 0)); return err },
		"range: too many":        func() error { _, err := ParseRange(ask(1000, 1, MaxStep+1)); return err },
		"range: above anchor":    func() error { _, err := ParseRange(ask(9, 1, 10)); return err },
		"range: from above":      func() error { _, err := ParseRange(ask(9, 10, 1)); return err },
		"range: genesis":         func() error { _, err := ParseRange(ask(9, 0, 1)); return err },
		"range: wraps":           func() error { _, err := ParseRange(ask(math.MaxUint64-1, math.MaxUint64-1, 3)); return err },
		"texts: cut length":      func() error { _, err := ParseTexts([]byte{0, 0, 0}, 1, 9); return err },
		"texts: cut text":        func() error { _, err := ParseTexts([]byte{0, 0, 0, 2, 'a'}, 1, 9); return err },
		"texts: one too many":    func() error { _, err := ParseTexts(make([]byte, 8), 1, 9); return err },
		"texts: too long a one":  func() error { _, err := ParseTexts([]byte{0, 0, 0, 2, 'a', 'b'}, 1, 1); return err },
		"texts: 4 GiB":           func() error { _, err := ParseTexts([]byte{0xff, 0xff, 0xff, 0xff, 'a'}, 1, math.MaxInt); return err },
		"texts: none is allowed": func() error { _, err := ParseTexts(make([]byte, 4), 0, 9); return err },
	} {
		require.ErrorIs(t, parse(), ErrMalformed, name)
	}
	for _, b := range [][]byte{ask(9, 9, 1), ask(math.MaxUint64, math.MaxUint64, 1), ask(256, 1, 256)} {
		_, err := ParseRange(b)
		require.NoError(t, err)
	}
	m, err := ParseLocated(located(7, 4, 0), 4)
	require.NoError(t, err, "one that is behind has no anchors")
	require.Equal(t, Located{Ancestor: 7, Tip: 4}, m)
}

// The bounds on what a stranger says hold at the end of numbers too.
func TestAnchors_Bounded_SYN1(t *testing.T) {
	for _, c := range []struct {
		ancestor, tip uint64
		step, want    int
	}{
		{0, 0, 1, 0}, {5, 4, 1, 0}, {0, 1, 256, 1}, {0, 256, 256, 1}, {0, 257, 256, 2},
		{0, math.MaxUint64, 256, MaxAnchors}, {math.MaxUint64 - 1, math.MaxUint64, 256, 1}, {10, 138, 1, MaxAnchors}, {10, 139, 1, MaxAnchors},
	} {
		require.Equal(t, c.want, anchorCount(c.ancestor, c.tip, c.step), c)
		before := c.ancestor
		for i := range c.want {
			at := anchorAt(c.ancestor, c.tip, c.step, i)
			require.Greater(t, at, before)
			require.LessOrEqual(t, at-before, uint64(c.step))
			before = at
		}
	}
}

func FuzzParseLocate(f *testing.F) {
	f.Add(Locate{Step: 128, Places: []Place{{300, repeated(0xaa)}, {0, repeated(0xbb)}}}.AppendTo(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		if m, err := ParseLocate(b); err == nil && !bytes.Equal(b, m.AppendTo(nil)) {
			t.Fatalf("%x is read as %+v", b, m)
		}
	})
}

func FuzzParseLocated(f *testing.F) {
	f.Add(Located{Ancestor: 256, Tip: 400, Anchors: []chain.BlockHash{repeated(1), repeated(2)}}.AppendTo(nil), uint16(128))
	f.Fuzz(func(t *testing.T, b []byte, step uint16) {
		m, err := ParseLocated(b, int(step)%MaxStep+1)
		if err == nil && (!bytes.Equal(b, m.AppendTo(nil)) || len(m.Anchors) > MaxAnchors) {
			t.Fatalf("%x is read as %+v", b, m)
		}
	})
}

func FuzzParseRange(f *testing.F) {
	f.Add(Range{Anchor: Place{384, repeated(0xcc)}, First: 257, Count: 128}.AppendTo(nil))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := ParseRange(b)
		if err == nil && (!bytes.Equal(b, m.AppendTo(nil)) || m.First+uint64(m.Count)-1 > m.Anchor.Number || m.First+uint64(m.Count)-1 < m.First) {
			t.Fatalf("%x is read as %+v", b, m)
		}
	})
}

func FuzzParseTexts(f *testing.F) {
	f.Add(appendText(appendText(nil, []byte("one")), []byte("three")), 2, 5)
	f.Fuzz(func(t *testing.T, b []byte, count, longest int) {
		texts, err := ParseTexts(b, max(0, count), max(0, longest))
		if err != nil {
			return
		}
		var again []byte
		for _, text := range texts {
			again = appendText(again, text)
		}
		if !bytes.Equal(again, b) || len(texts) > max(0, count) {
			t.Fatalf("%x is read as %q", b, texts)
		}
	})
}
