package mempool_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"strata/mempool"
)

// The golden transaction was signed and hashed by another implementation (OpenSSL): the seed is 32
// times 0x01, the recipient 32 times 0x02.
const (
	goldenSender    = "8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c"
	goldenRecipient = "0202020202020202020202020202020202020202020202020202020202020202"
	goldenSignature = "72b9ea5efa03cf0534e96900c0dade0cd300aa8eedc085be6c89e617073789d4b459b1da45b0a16d5afe98eafea2f39b1858adeb71babb44998cd93b2a3ab00f"
	goldenText      = goldenSender + "," + goldenRecipient + ",7,250," + goldenSignature
	goldenID        = "aabb8070b1369b52826f3d1a517be26a0a1538f885cf7c98eba374a6824f1312"
)

func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func golden() mempool.Transaction {
	return mempool.Sign(key(1), mempool.PublicKey(bytes.Repeat([]byte{2}, 32)), 7, 250)
}

func TestTransaction_Golden_CHN1(t *testing.T) {
	tx := golden()
	require.Equal(t, goldenText, string(tx.Text()))
	require.Equal(t, goldenText, string(tx.AppendText([]byte(nil))))
	require.Equal(t, "x"+goldenText, string(tx.AppendText([]byte("x"))))
	require.Equal(t, goldenSender+","+goldenRecipient+",7,250", string(tx.SigningText()))
	require.Equal(t, goldenID, tx.ID().String())
	require.Equal(t, mempool.TxID(sha256.Sum256([]byte(goldenText))), tx.ID())
	require.NoError(t, verifier.Verify(tx))

	parsed, err := mempool.ParseTransaction([]byte(goldenText))
	require.NoError(t, err)
	require.Equal(t, tx, parsed)
}

func TestTransaction_Bounds(t *testing.T) {
	shortest := mempool.Transaction{}
	longest := mempool.Transaction{Nonce: 1<<64 - 1, Amount: 1<<64 - 1}
	require.Len(t, shortest.Text(), mempool.MinText)
	require.Len(t, longest.Text(), mempool.MaxText)
	parsed, err := mempool.ParseTransaction(longest.Text())
	require.NoError(t, err)
	require.Equal(t, longest, parsed)
}

// malformed are texts that are nearly the golden one, by the fault in them.
func malformed() map[string]string {
	replace := func(old, new string) string { return strings.Replace(goldenText, old, new, 1) }
	return map[string]string{
		"empty":                "",
		"commas only":          ",,,,",
		"field missing":        goldenSender + ",7,250," + goldenSignature,
		"no signature":         goldenSender + "," + goldenRecipient + ",7,250",
		"empty signature":      goldenSender + "," + goldenRecipient + ",7,250,",
		"extra field":          goldenText + ",0",
		"extra empty field":    goldenText + ",",
		"upper case":           replace("8a88e3", "8A88E3"),
		"upper case, one":      replace("8a88e3", "8a88E3"),
		"not hex":              replace("8a88e3", "8g88e3"),
		"short key":            goldenText[2:],
		"long key":             "00" + goldenText,
		"odd key":              "0" + goldenText,
		"hex prefix":           "0x" + goldenText[2:],
		"plus":                 replace(",7,", ",+7,"),
		"minus":                replace(",7,", ",-7,"),
		"minus zero":           replace(",7,", ",-0,"),
		"leading zero":         replace(",7,", ",07,"),
		"two zeros":            replace(",7,", ",00,"),
		"empty number":         replace(",7,", ",,"),
		"hex number":           replace(",7,", ",0x7,"),
		"underscore":           replace(",250,", ",2_50,"),
		"exponent":             replace(",250,", ",25e1,"),
		"fraction":             replace(",250,", ",250.0,"),
		"2^64":                 replace(",250,", ",18446744073709551616,"),
		"21 digits":            replace(",250,", ",100000000000000000000,"),
		"blank before":         " " + goldenText,
		"blank after":          goldenText + " ",
		"newline":              goldenText + "\n",
		"blank inside":         replace(",7,", ", 7,"),
		"wide digit":           replace(",7,", ",７,"),
		"NUL":                  goldenText + "\x00",
		"semicolons":           strings.ReplaceAll(goldenText, ",", ";"),
		"a megabyte of sevens": replace(",7,", ","+strings.Repeat("7", 1<<20)+","),
	}
}

func TestParseTransaction_Canonical_CHN1(t *testing.T) {
	for name, text := range malformed() {
		t.Run(name, func(t *testing.T) {
			tx, err := mempool.ParseTransaction([]byte(text))
			require.ErrorIs(t, err, mempool.ErrMalformed)
			require.Zero(t, tx)
		})
	}
}

func TestParseTransaction_NamesTheField(t *testing.T) {
	for name, want := range map[string]string{
		"leading zero":      "malformed transaction: nonce: not a canonical decimal of 0 to 2^64-1",
		"2^64":              "malformed transaction: amount: not a canonical decimal of 0 to 2^64-1",
		"upper case":        "malformed transaction: sender: not lower-case hex",
		"short key":         "malformed transaction: sender: 62 characters, want 64 hex digits",
		"no signature":      "malformed transaction: signature: missing",
		"extra empty field": "malformed transaction: one field too many",
	} {
		_, err := mempool.ParseTransaction([]byte(malformed()[name]))
		require.EqualError(t, err, want)
	}
}

// anyTransaction draws transactions of any content: that a text is canonical has nothing to do with
// signatures.
func anyTransaction() *rapid.Generator[mempool.Transaction] {
	return rapid.Custom(func(t *rapid.T) mempool.Transaction {
		bytesOf := func(n int, name string) []byte { return rapid.SliceOfN(rapid.Byte(), n, n).Draw(t, name) }
		return mempool.Transaction{
			Sender:    mempool.PublicKey(bytesOf(32, "sender")),
			Recipient: mempool.PublicKey(bytesOf(32, "recipient")),
			Nonce:     rapid.Uint64().Draw(t, "nonce"),
			Amount:    rapid.Uint64().Draw(t, "amount"),
			Signature: mempool.Signature(bytesOf(64, "signature")),
		}
	})
}

func TestTransaction_RoundTrip_CHN1(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tx := anyTransaction().Draw(t, "tx")
		text := tx.Text()
		parsed, err := mempool.ParseTransaction(text)
		require.NoError(t, err)
		require.Equal(t, tx, parsed)
		require.True(t, bytes.HasPrefix(text, tx.SigningText()))

		// One byte changed is another transaction or none: never the same one (CHN-1).
		at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
		text[at] ^= byte(rapid.IntRange(1, 255).Draw(t, "flip"))
		if other, err := mempool.ParseTransaction(text); err == nil {
			require.NotEqual(t, tx, other)
			require.Equal(t, string(text), string(other.Text()))
		}
	})
}

func FuzzParseTransaction(f *testing.F) {
	f.Add([]byte(goldenText))
	for _, text := range malformed() {
		if len(text) < 1000 {
			f.Add([]byte(text))
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tx, err := mempool.ParseTransaction(text)
		if err != nil {
			require.ErrorIs(t, err, mempool.ErrMalformed)
			return
		}
		require.Equal(t, string(text), string(tx.Text()))
	})
}

func TestTransaction_Verify_CHN13(t *testing.T) {
	tx := golden()
	require.NoError(t, verifier.Verify(tx))
	for name, change := range map[string]func(*mempool.Transaction){
		"sender":    func(tx *mempool.Transaction) { tx.Sender = mempool.PublicKey(key(2).Public().(ed25519.PublicKey)) },
		"recipient": func(tx *mempool.Transaction) { tx.Recipient[0]++ },
		"nonce":     func(tx *mempool.Transaction) { tx.Nonce++ },
		"amount":    func(tx *mempool.Transaction) { tx.Amount++ },
		"R":         func(tx *mempool.Transaction) { tx.Signature[0]++ },
		"S":         func(tx *mempool.Transaction) { tx.Signature[32]++ },
		"all":       func(tx *mempool.Transaction) { *tx = mempool.Transaction{Sender: mempool.PublicKey{31: 0x7f}} },
	} {
		changed := tx
		change(&changed)
		require.ErrorIs(t, verifier.Verify(changed), mempool.ErrBadSignature, name)
	}
}

func TestTransaction_Allocations(t *testing.T) {
	tx, text := golden(), golden().Text()
	require.Zero(t, testing.AllocsPerRun(100, func() { tx.ID() }))
	require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = mempool.ParseTransaction(text) }))
}
