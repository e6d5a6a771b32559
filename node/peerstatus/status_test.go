package peerstatus

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/sim"
	"strata/network"
)

// golden is a status, and the nonce that it answers.
func golden() (network.Identity, Status, Nonce) {
	id := sim.Identity(1, "203.0.113.1:4000")
	params, _ := chain.Params{}.Complete()
	return id, Status{
		Key: id.Key(), Self: "203.0.113.1:4000", Params: params, Genesis: chain.Genesis().Hash(), Height: 7, Tip: chain.BlockHash{1},
	}, newNonce(rand.New(rand.NewPCG(1, 2)))
}

func TestStatus_RoundTrip(t *testing.T) {
	id, s, nonce := golden()
	text := s.Encode(id, nonce)
	require.Regexp(t, `^[0-9a-f]{64},203\.0\.113\.1:4000,7,10000,10,[0-9a-f]{64},7,01[0]{62},[0-9a-f]{128}$`, string(text))
	parsed, err := Decode(text, nonce, Ed25519)
	require.NoError(t, err)
	require.Equal(t, s, parsed)
}

// No byte of it can be changed, nor the nonce.
func TestStatus_IsSigned(t *testing.T) {
	id, s, nonce := golden()
	text := s.Encode(id, nonce)
	for i := range text {
		changed := bytes.Clone(text)
		changed[i] ^= 1
		_, err := Decode(changed, nonce, Ed25519)
		require.ErrorIs(t, err, ErrMalformed, "byte %d", i)
	}
	nonce[3]++
	_, err := Decode(text, nonce, Ed25519)
	require.ErrorIs(t, err, ErrMalformed, "an answer that was given before")
}

func TestStatus_Malformed(t *testing.T) {
	id, s, nonce := golden()
	text := string(s.Encode(id, nonce))
	for _, bad := range []string{"", ",", ",,,,,,,,", text + ",", text + ",0", text[1:], strings.ToUpper(text), strings.Replace(text, ":4000", "", 1)} {
		_, err := Decode([]byte(bad), nonce, Ed25519)
		require.ErrorIs(t, err, ErrMalformed, "%q", bad)
	}
}

func TestStatus_Disagrees(t *testing.T) {
	_, ours, _ := golden()
	theirs := ours
	require.Empty(t, theirs.Disagrees(ours))
	theirs.Height, theirs.Tip, theirs.Self = 0, chain.BlockHash{}, "b:1"
	require.Empty(t, theirs.Disagrees(ours), "where it is differs, not what it is of")
	theirs.Params.Difficulty, theirs.Params.BlockReward = 5, 1
	require.Equal(t, "difficulty 5 instead of 7, block reward 1 instead of 10000", theirs.Disagrees(ours))
	theirs = ours
	theirs.Params.MaxTransactions, theirs.Genesis = 11, chain.BlockHash{2}
	require.Contains(t, theirs.Disagrees(ours), "transactions a block 11 instead of 10, genesis 02")
}

func FuzzDecode(f *testing.F) {
	id, s, nonce := golden()
	f.Add(s.Encode(id, nonce))
	f.Add([]byte(",,,,,,,,"))
	f.Fuzz(func(t *testing.T, text []byte) {
		parsed, err := Decode(text, nonce, Ed25519)
		if err != nil {
			require.ErrorIs(t, err, ErrMalformed)
			return
		}
		require.Equal(t, s.Key, parsed.Key, "nobody else has signed")
	})
}

func FuzzParseNonce(f *testing.F) {
	_, _, nonce := golden()
	f.Add(nonce.text())
	f.Fuzz(func(t *testing.T, text []byte) {
		if n, ok := parseNonce(text); ok {
			require.Equal(t, string(text), string(n.text()))
		}
	})
}
