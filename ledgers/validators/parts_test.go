package validators

import (
	"encoding/binary"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/ledgers"
)

// grown is a tree of so many entries of about a kilobyte.
func grown(entries int, of byte) (t Tree) {
	for i := range entries {
		value := make([]byte, 1000)
		value[0] = of
		t = t.With(binary.BigEndian.AppendUint32(nil, uint32(i)), value)
	}
	return t
}

// fetched asks a tree for a state part by part, over the wire, and gives what came and how many answers it took.
func fetched(t *testing.T, from Tree) (all Tree, answers int) {
	t.Helper()
	for left := []Part{Whole(from.Root())}; len(left) > 0; answers++ {
		p := left[len(left)-1]
		text := from.Chunk(p).Encode()
		require.LessOrEqual(t, len(text), MaxChunk+16<<10)
		c, err := DecodeChunk(text)
		require.NoError(t, err)
		more, err := p.Take(c)
		require.NoError(t, err)
		left = append(left[:len(left)-1], more...)
		for _, e := range c.Entries {
			all = all.With(e.Key, e.Value)
		}
	}
	return all, answers
}

// A state of any size comes in chunks of bounded size, each of which is checked alone.
func TestParts_AWholeState_VAL11(t *testing.T) {
	for _, entries := range []int{1, 2, 100, 1000} {
		from := grown(entries, 1)
		all, answers := fetched(t, from)
		require.Equal(t, from.Root(), all.Root())
		require.Equal(t, entries > 200, answers > 1, "%d entries in %d answers", entries, answers)
	}
}

// What is not the part that was asked for is noticed at once: a chunk of another place or another state, one that lacks an
// entry or has one more, halves that are others.
func TestParts_RefusesForgeries_VAL11_ZB3(t *testing.T) {
	from, other := grown(1000, 1), grown(1000, 2)
	whole := Whole(from.Root())
	parts, err := whole.Take(from.Chunk(whole))
	require.NoError(t, err)
	require.Len(t, parts, 2)
	for len(from.Chunk(parts[0]).Entries) == 0 { // down to entries
		more, err := parts[0].Take(from.Chunk(parts[0]))
		require.NoError(t, err)
		parts = append(more, parts[1:]...)
	}
	good := from.Chunk(parts[0])
	_, err = parts[0].Take(good)
	require.NoError(t, err)
	for name, c := range map[string]*Chunk{
		"swapped":          from.Chunk(parts[1]),
		"another state's":  other.Chunk(parts[0]),
		"one entry less":   {Entries: good.Entries[1:]},
		"one entry more":   {Entries: append(append([]Entry{}, good.Entries...), Entry{Key: []byte("mine"), Value: []byte("all")})},
		"nothing":          {},
		"halves of others": {Left: Hash{1}, Right: Hash{2}},
		"halves of itself": {Left: parts[0].Root},
	} {
		_, err := parts[0].Take(c)
		require.ErrorIs(t, err, ErrProof, name)
	}
	deepest := Part{Depth: 255, Root: innerHash(Hash{1}, Hash{2})}
	_, err = deepest.Take(&Chunk{Left: Hash{1}, Right: Hash{2}})
	require.ErrorIs(t, err, ErrProof, "below the last bit there is nothing")
}

// A question for a part that there is not has no answer.
func TestParts_NothingThere(t *testing.T) {
	var none Tree
	require.Nil(t, none.Chunk(Part{}))
	one := none.With([]byte("a"), []byte("b"))
	require.NotNil(t, one.Chunk(Part{}))
	require.Nil(t, one.Chunk(Part{Depth: 255}))
}

// Chunks that are none are not read: without entries, of another kind, too long.
func TestParts_DecodeRefuses(t *testing.T) {
	for name, text := range map[string][]byte{
		"nothing": {}, "no entries": {1}, "half an entry": {1, 0, 0, 0, 1, 7}, "a kind": {2}, "one hash": make([]byte, 33),
		"endless": append([]byte{1}, make([]byte, ledgers.MaxBlock)...),
	} {
		_, err := DecodeChunk(text)
		require.Error(t, err, name)
	}
}
