package wallet_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/wallet"
)

// cheap is the least that the format allows.
var cheap = wallet.KDF{Time: 1, MemoryKiB: 8 << 10, Threads: 1}

func key(b byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{b}, ed25519.SeedSize))
}

func sealed(t *testing.T) wallet.Keystore {
	k, err := wallet.Seal(key(1), []byte("correct horse"), cheap)
	require.NoError(t, err)
	return k
}

func TestKeystore_ThereAndBack(t *testing.T) {
	k := sealed(t)
	require.Equal(t, mempool.PublicKey(key(1).Public().(ed25519.PublicKey)), k.Public())
	again, err := wallet.Parse(k.Text())
	require.NoError(t, err)
	require.Equal(t, k, again)
	opened, err := again.Open([]byte("correct horse"))
	require.NoError(t, err)
	require.Equal(t, key(1), opened)
	require.NotContains(t, string(k.Text()), "0101010101", "the seed is not there to be read")
}

func TestKeystore_TwoOfOneKeyHaveNothingInCommon(t *testing.T) {
	require.NotEqual(t, sealed(t), sealed(t))
}

// Written by another implementation of the format, in another language, that of the web page.
func TestKeystore_OpensWhatThePageWrites(t *testing.T) {
	k, err := wallet.Read("testdata/noble.wallet")
	require.NoError(t, err)
	opened, err := k.Open([]byte("pässword"))
	require.NoError(t, err)
	require.Equal(t, key(1), opened)
	require.Equal(t, "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c", k.Public().String())
}

func TestKeystore_WrongPassword(t *testing.T) {
	_, err := sealed(t).Open([]byte("correct house"))
	require.ErrorIs(t, err, wallet.ErrPassword)
}

// What is changed in the file is noticed: each field is bound to the secret.
func TestKeystore_EveryFieldCounts(t *testing.T) {
	var fields map[string]any
	require.NoError(t, json.Unmarshal(sealed(t).Text(), &fields))
	for _, path := range [][]string{{"public"}, {"kdf", "salt"}, {"cipher", "nonce"}, {"cipher", "ciphertext"}} {
		changed := flip(t, sealed(t).Text(), path)
		k, err := wallet.Parse(changed)
		require.NoError(t, err, path)
		_, err = k.Open([]byte("correct horse"))
		require.ErrorIs(t, err, wallet.ErrPassword, path)
	}
}

// flip changes the first hex digit of a field.
func flip(t *testing.T, text []byte, path []string) []byte {
	var root map[string]any
	require.NoError(t, json.Unmarshal(text, &root))
	at := root
	for _, name := range path[:len(path)-1] {
		at = at[name].(map[string]any)
	}
	last := path[len(path)-1]
	value := []byte(at[last].(string))
	value[0] = "0123456789abcdef"[(bytes.IndexByte([]byte("0123456789abcdef"), value[0])+1)%16]
	at[last] = string(value)
	changed, err := json.Marshal(root)
	require.NoError(t, err)
	return changed
}

func TestParse_Refuses(t *testing.T) {
	good := string(sealed(t).Text())
	edit := func(old, new string) string { return string(bytes.Replace([]byte(good), []byte(old), []byte(new), 1)) }
	for _, c := range []struct{ name, text, want string }{
		{"nothing", "", "not a keystore"},
		{"other JSON", `[]`, "not a keystore"},
		{"rest", good + "{}", "something follows the object"},
		{"extra field", edit(`"format"`, `"extra": 1, "format"`), "unknown field"},
		{"format", edit("keystore/1", "keystore/2"), `format: "strata-keystore/2", want "strata-keystore/1"`},
		{"kdf", edit("argon2id", "scrypt"), `kdf.name: "scrypt", want "argon2id"`},
		{"cipher", edit("xchacha20poly1305", "rot13"), `cipher.name: "rot13"`},
		{"no time", edit(`"time": 1`, `"time": 0`), "kdf: time 0"},
		{"all memory", edit(`"memory_kib": 8192`, `"memory_kib": 4294967295`), "memory_kib 4294967295"},
		{"threads", edit(`"threads": 1`, `"threads": 17`), "threads 17"},
		{"short key", edit(`"public": "8`, `"public": "`), "public: want 64 lower-case hex digits"},
		{"upper case", edit(`"public": "8a88e3dd`, `"public": "8A88E3DD`), "public: want 64 lower-case hex digits"},
	} {
		_, err := wallet.Parse([]byte(c.text))
		require.ErrorIs(t, err, wallet.ErrMalformed, c.name)
		require.ErrorContains(t, err, c.want, c.name)
	}
}

func TestSeal_CostOutOfBounds(t *testing.T) {
	_, err := wallet.Seal(key(1), nil, wallet.KDF{})
	require.ErrorContains(t, err, "kdf: time 0, memory_kib 0, threads 0: want 1 to 10")
}

func FuzzParse(f *testing.F) {
	k, err := wallet.Seal(key(1), nil, cheap)
	require.NoError(f, err)
	f.Add(k.Text())
	f.Add([]byte(`{"format":"strata-keystore/1"}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		k, err := wallet.Parse(text)
		if err != nil {
			require.ErrorIs(t, err, wallet.ErrMalformed)
			return
		}
		again, err := wallet.Parse(k.Text())
		require.NoError(t, err)
		require.Equal(t, k, again)
	})
}
