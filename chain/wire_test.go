package chain_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/chain"
	"strata/mempool"
)

// The golden values were computed by another implementation (OpenSSL). The transaction's key has
// the seed of 32 times 0x01.
const (
	genesisText = "0:0:0000000000000000000000000000000000000000000000000000000000000000:0000000000000000000000000000000000000000000000000000000000000000"
	genesisHash = "04e3ee4f7efb6fd862aa96d4b6dd335ea27a00ea8a5705982544e910ebbbfef6"

	goldenTx    = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c,0202020202020202020202020202020202020202020202020202020202020202,7,250,72b9ea5efa03cf0534e96900c0dade0cd300aa8eedc085be6c89e617073789d4b459b1da45b0a16d5afe98eafea2f39b1858adeb71babb44998cd93b2a3ab00f"
	goldenEmpty = "1:42:" + genesisHash + ":0303030303030303030303030303030303030303030303030303030303030303"
	goldenText  = goldenEmpty + ":" + goldenTx
	goldenHash  = "08683fe2330354ca43942164af211f039dc491de980d54949584a996367261ac"
)

func golden() chain.Block {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{1}, ed25519.SeedSize))
	return chain.Block{
		Number:   1,
		Nonce:    42,
		Parent:   chain.Genesis().Hash(),
		Coinbase: mempool.PublicKey(bytes.Repeat([]byte{3}, 32)),
		Transactions: []mempool.Transaction{
			mempool.Sign(key, mempool.PublicKey(bytes.Repeat([]byte{2}, 32)), 7, 250),
		},
	}
}

func TestGenesis_Golden(t *testing.T) {
	require.Equal(t, genesisText, string(chain.Genesis().Text()))
	require.Equal(t, genesisHash, chain.Genesis().Hash().String())
	parsed, err := chain.ParseBlock([]byte(genesisText))
	require.NoError(t, err)
	require.Equal(t, chain.Genesis(), parsed)
}

func TestBlock_Golden_CHN1(t *testing.T) {
	b := golden()
	require.Equal(t, goldenText, string(b.Text()))
	require.Equal(t, "x"+goldenText, string(b.AppendText([]byte("x"))))
	require.Equal(t, goldenHash, b.Hash().String())
	require.Equal(t, chain.BlockHash(sha256.Sum256([]byte(goldenText))), b.Hash())

	parsed, err := chain.ParseBlock([]byte(goldenText))
	require.NoError(t, err)
	require.Equal(t, b, parsed)

	b.Transactions = nil
	require.Equal(t, goldenEmpty, string(b.Text()))
	b.Transactions = []mempool.Transaction{}
	require.Equal(t, goldenEmpty, string(b.Text()))
}

func malformed() map[string]string {
	replace := func(old, new string) string { return strings.Replace(goldenText, old, new, 1) }
	return map[string]string{
		"empty":                 "",
		"colons":                ":::",
		"a megabyte of colons":  strings.Repeat(":", 1<<20),
		"field missing":         "1:42:" + genesisHash,
		"empty coinbase":        "1:42:" + genesisHash + ":",
		"leading zero":          "0" + goldenText,
		"sign":                  "+" + goldenText,
		"2^64":                  replace(":42:", ":18446744073709551616:"),
		"empty nonce":           replace(":42:", "::"),
		"upper case":            strings.ToUpper(goldenEmpty),
		"short parent":          replace(genesisHash, genesisHash[2:]),
		"long parent":           replace(genesisHash, genesisHash+"00"),
		"blank":                 goldenText + " ",
		"newline":               goldenText + "\n",
		"colon after":           goldenText + ":",
		"colon after header":    goldenEmpty + ":",
		"two colons":            goldenEmpty + "::" + goldenTx,
		"half a transaction":    goldenText[:len(goldenText)-2],
		"transaction malformed": replace(",7,", ",07,"),
		"extra field":           goldenText + ",1",
		"extra block":           goldenText + ":" + goldenText,
		"comma":                 goldenEmpty + "," + goldenTx,
	}
}

func TestParseBlock_Canonical_CHN1(t *testing.T) {
	for name, text := range malformed() {
		t.Run(name, func(t *testing.T) {
			b, err := chain.ParseBlock([]byte(text))
			require.ErrorIs(t, err, chain.ErrMalformed)
			require.Zero(t, b)
		})
	}
}

func TestParseBlock_NamesTheField(t *testing.T) {
	_, err := chain.ParseBlock([]byte(malformed()["transaction malformed"]))
	require.EqualError(t, err, "malformed block: transaction 0: malformed transaction: "+
		"nonce: not a canonical decimal of 0 to 2^64-1")
	require.ErrorIs(t, err, mempool.ErrMalformed)
	_, err = chain.ParseBlock([]byte(malformed()["field missing"]))
	require.EqualError(t, err, "malformed block: coinbase: missing")
}

// What is allocated for a text must not exceed a small multiple of it, whatever it promises.
func TestParseBlock_Bounded(t *testing.T) {
	text := []byte(goldenEmpty + strings.Repeat(":", 1<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 10 {
		_, _ = chain.ParseBlock(text)
	}
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, 10*uint64(len(text)))
}

func TestParams_MaxText(t *testing.T) {
	p := chain.Params{Difficulty: 1, BlockReward: 1, MaxTransactions: 3}
	b := chain.Block{Number: 1<<64 - 1, Nonce: 1<<64 - 1}
	for range p.MaxTransactions {
		b.Transactions = append(b.Transactions, mempool.Transaction{Nonce: 1<<64 - 1, Amount: 1<<64 - 1})
	}
	require.Len(t, b.Text(), p.MaxText())
	parsed, err := chain.ParseBlock(b.Text())
	require.NoError(t, err)
	require.Equal(t, b, parsed)
}

// anyBlock draws blocks of any content; whether they are valid does not matter to their text.
func anyBlock() *rapid.Generator[chain.Block] {
	return rapid.Custom(func(t *rapid.T) chain.Block {
		key := func(name string) (k [32]byte) {
			copy(k[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, name))
			return k
		}
		b := chain.Block{
			Number:   rapid.Uint64().Draw(t, "number"),
			Nonce:    rapid.Uint64().Draw(t, "nonce"),
			Parent:   key("parent"),
			Coinbase: key("coinbase"),
		}
		for range rapid.IntRange(0, 3).Draw(t, "transactions") {
			tx := mempool.Transaction{
				Sender:    key("sender"),
				Recipient: key("recipient"),
				Nonce:     rapid.Uint64().Draw(t, "tx nonce"),
				Amount:    rapid.Uint64().Draw(t, "amount"),
			}
			copy(tx.Signature[:], rapid.SliceOfN(rapid.Byte(), 64, 64).Draw(t, "signature"))
			b.Transactions = append(b.Transactions, tx)
		}
		return b
	})
}

func TestBlock_RoundTrip_CHN1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := anyBlock().Draw(t, "block")
		text := b.Text()
		parsed, err := chain.ParseBlock(text)
		require.NoError(t, err)
		require.Equal(t, b, parsed)

		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		text[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		if other, err := chain.ParseBlock(text); err == nil {
			require.NotEqual(t, b, other)
			require.Equal(t, string(text), string(other.Text()))
		}
	})
}

func FuzzParseBlock(f *testing.F) {
	f.Add([]byte(genesisText))
	f.Add([]byte(goldenText))
	for _, text := range malformed() {
		if len(text) < 4000 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		b, err := chain.ParseBlock(text)
		if err != nil {
			require.ErrorIs(t, err, chain.ErrMalformed)
			return
		}
		require.Equal(t, string(text), string(b.Text()))
		require.Equal(t, chain.BlockHash(sha256.Sum256(text)), b.Hash())
	})
}

func TestParams_MeetsDifficulty_CHN3(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var h chain.BlockHash
		zeros := rapid.IntRange(0, len(h)).Draw(t, "zero bytes")
		copy(h[zeros:], rapid.SliceOfN(rapid.Byte(), len(h)-zeros, len(h)-zeros).Draw(t, "rest"))
		p := chain.Params{Difficulty: rapid.IntRange(1, chain.MaxDifficulty).Draw(t, "difficulty")}

		// The rule as it is written: the text of the hash starts with so many zeros.
		want := strings.HasPrefix(hex.EncodeToString(h[:]), strings.Repeat("0", p.Difficulty))
		require.Equal(t, want, p.MeetsDifficulty(h))
	})
}

func TestParams_MeetsDifficulty_Table_CHN3(t *testing.T) {
	for text, digits := range map[string]int{
		"1": 0, "f": 0, "0f": 1, "01": 1, "00f": 2, "000f": 3, "0000001": 6, "00000001": 7, "": 64,
	} {
		padded := text + strings.Repeat("0", 64-len(text))
		raw, err := hex.DecodeString(padded)
		require.NoError(t, err)
		for d := 1; d <= chain.MaxDifficulty; d++ {
			require.Equal(t, d <= digits, chain.Params{Difficulty: d}.MeetsDifficulty(chain.BlockHash(raw)), "%s, %d", padded, d)
		}
	}
}
