package phrase

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The vectors of BIP 39 for 32 bytes.
func TestPhrase_VectorsOfBIP39_N28(t *testing.T) {
	for text, b := range map[string]byte{
		strings.Repeat("abandon ", 23) + "art": 0x00,
		strings.Repeat("zoo ", 23) + "vote":    0xff,
		"letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic avoid letter advice cage absurd amount doctor acoustic bless": 0x80,
	} {
		var seed [32]byte
		for i := range seed {
			seed[i] = b
		}
		require.Equal(t, text, Of(seed))
		got, err := Parse("\t" + strings.ToUpper(strings.ReplaceAll(text, " ", "\n")) + "\n")
		require.NoError(t, err)
		require.Equal(t, seed, got)
	}
}

func TestPhrase_ThereAndBack_N28(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := [32]byte(rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
		got, err := Parse(Of(seed))
		require.NoError(t, err)
		require.Equal(t, seed, got)
	})
}

// Each mistake has one line that says which.
func TestPhrase_Refuses_N28(t *testing.T) {
	right := Of([32]byte{1, 2, 3})
	words := strings.Fields(right)
	words[0], words[1] = words[1], words[0]
	for text, want := range map[string]string{
		"":             "0 words, want 24",
		right + " zoo": "25 words, want 24",
		strings.Replace(right, words[1], "xyzzy", 1): `word 1, "xyzzy", is not in the list`,
		strings.Join(words, " "):                     "its check is wrong",
	} {
		_, err := Parse(text)
		require.ErrorIs(t, err, ErrPhrase)
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), "\n")
	}
}
