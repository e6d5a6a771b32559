package command

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/wallet"
)

// cheapKDF is the least that the format allows.
var cheapKDF = wallet.KDF{Time: 1, MemoryKiB: 8 << 10, Threads: 1}

// walletSession is a session with a password in a file.
func walletSession(t *testing.T) *session {
	s := newSession(t)
	write(t, "password", "correct horse\nsecond line\n")
	return s
}

// ok runs a command that has to succeed, and returns what it prints, trimmed.
func (s *session) ok(t *testing.T, args ...string) string {
	t.Helper()
	status, out, errs := s.run(t, args...)
	require.Zero(t, status, errs)
	return strings.TrimSpace(out)
}

func TestWallet_NewAddressExportImport(t *testing.T) {
	s := walletSession(t)
	address := s.ok(t, "wallet", "new", "--password-file", "password")
	require.Regexp(t, `^[0-9a-f]{64}$`, address)
	require.Equal(t, address, s.ok(t, "wallet", "address"))
	info, err := os.Stat("strata.wallet")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())

	require.Equal(t, address, s.ok(t, "wallet", "export", "--out", "copy.wallet", "--password-file", "password"))
	require.Equal(t, address, s.ok(t, "wallet", "import", "copy.wallet", "--wallet", "again.wallet", "--password-file", "password"))
	require.Equal(t, address, s.ok(t, "wallet", "export", "--plain", "--out", "plain.key", "--password-file", "password"))
	require.Equal(t, address, s.ok(t, "keys", "show", "plain.key"))
	require.Equal(t, address, s.ok(t, "wallet", "import", "plain.key", "--wallet", "third.wallet", "--password-file", "password"))
}

func TestWallet_PasswordFromTheEnvironment(t *testing.T) {
	s := walletSession(t)
	s.env["STRATA_PASSWORD"] = "from outside"
	s.ok(t, "wallet", "new")
	require.Equal(t, "wallet: strata.wallet: wrong password, or the keystore was changed",
		s.refused(t, "wallet", "export", "--out", "x", "--password-file", "password"), "the file wins")
	s.ok(t, "wallet", "export", "--out", "x")
}

func TestWallet_Refuses(t *testing.T) {
	s := walletSession(t)
	write(t, "empty", "\n")
	write(t, "long", strings.Repeat("long", 300))
	write(t, "short", "seven77")
	write(t, "precious", "precious")
	s.ok(t, "keys", "new", "--out", "plain.key")
	s.ok(t, "wallet", "new", "--wallet", "alice.wallet", "--password-file", "password")
	for _, c := range []struct{ args, want string }{
		{"wallet new", "there is no terminal to ask for a password: give --password-file, or set STRATA_PASSWORD"},
		{"wallet new --password-file none", "password: open none: no such file or directory"},
		{"wallet new --password-file empty", "password: the first line of empty is empty"},
		{"wallet new --password-file long", "password: the first line of long has more than 1024 bytes"},
		{"wallet new --password-file short", "wallet: the password has 7 characters: want 8 or more"},
		{"wallet new --wallet precious --password-file password", "wallet: precious is there already; it is left as it is"},
		{"wallet address", "wallet: there is no strata.wallet: make one with `strata wallet new`, or say with --wallet where it is"},
		{"wallet address --wallet precious", "wallet: precious: not a keystore: invalid character 'p' looking for beginning of value"},
		{"wallet import precious --password-file password", `wallet: precious: not a key file: want a PEM block "PRIVATE KEY"; nor does it look like a keystore`},
		{"wallet export", "wallet: say with --out which file to write"},
		{"wallet send x 5", `wallet: recipient: "x" is neither a public key in hex nor a key file`},
		{"wallet send " + strings.Repeat("0a", 32) + " -- -5", `wallet: "-5" is not an amount: want a whole number below 2^64`},
		{"wallet balance --wallet plain.key", "wallet: plain.key is a key file, not a keystore: make one of it with `strata wallet import plain.key`"},
		{"wallet send alice.wallet 5 --wallet alice.wallet --password-file password --token-file plain.key",
			"token: plain.key: not the token of a node: want 64 hex digits, as DATA/api.token has them"},
		{"wallet send alice.wallet 5 --wallet alice.wallet --password-file password --token-file empty",
			"token: empty is empty: want 64 hex digits, as DATA/api.token has them"},
		{"wallet history --limit 0", "wallet: --limit has to be at least 1"},
	} {
		require.Equal(t, c.want, s.refused(t, strings.Fields(c.args)...), c.args)
	}
	left, err := os.ReadFile("precious")
	require.NoError(t, err)
	require.Equal(t, "precious", string(left))
	require.NoFileExists(t, "alice.wallet.sent", "what cannot be sent is not kept to be sent later")
}

func TestWallet_NoNode(t *testing.T) {
	s := walletSession(t)
	s.ok(t, "wallet", "new", "--password-file", "password")
	api := "http://" + freeAddr(t)
	want := "no node answers at " + api + ": start one with `strata node`, or say with --api where it is"
	require.Equal(t, want, s.refused(t, "wallet", "balance", "--api", api))
	require.Equal(t, want, s.refused(t, "wallet", "history", "--api", api))
	require.Equal(t, want, s.refused(t, "wallet", "send", "strata.wallet", "5", "--api", api, "--password-file", "password"))
	require.Equal(t, `"127.0.0.1:1" is not the address of an API: want one such as http://127.0.0.1:11180`,
		s.refused(t, "wallet", "balance", "--api", "127.0.0.1:1"))
}

// Changing the password: the new one opens the keystore, the old one no longer does, and the address stays.
func TestWallet_ChangeOfPassword(t *testing.T) {
	s := walletSession(t)
	write(t, "new", "battery staple\n")
	write(t, "short", "seven77\n")
	address := s.ok(t, "wallet", "new", "--password-file", "password")
	require.Contains(t, s.refused(t, "wallet", "password", "--password-file", "new", "--new-password-file", "new"), "wrong password")
	require.Contains(t, s.refused(t, "wallet", "password", "--password-file", "password", "--new-password-file", "short"), "want 8 or more")
	s.ok(t, "wallet", "export", "--out", "still", "--password-file", "password")
	require.Equal(t, address, s.ok(t, "wallet", "password", "--password-file", "password", "--new-password-file", "new"))
	require.Contains(t, s.refused(t, "wallet", "export", "--out", "x", "--password-file", "password"), "wrong password")
	s.ok(t, "wallet", "export", "--out", "x", "--password-file", "new")
	s.env["STRATA_NEW_PASSWORD"] = "correct horse"
	s.ok(t, "wallet", "password", "--password-file", "new")
	s.ok(t, "wallet", "export", "--out", "y", "--password-file", "password")
}

// G16: what some editors put before a text of UTF-8 is no part of a password, a keystore or a token.
func TestWallet_ByteOrderMark_G16(t *testing.T) {
	const mark = "\xef\xbb\xbf"
	s := walletSession(t)
	address := s.ok(t, "wallet", "new", "--password-file", "password")
	write(t, "marked", mark+"correct horse\r\n")
	text, err := os.ReadFile("strata.wallet")
	require.NoError(t, err)
	write(t, "marked.wallet", mark+string(text))
	require.Equal(t, address, s.ok(t, "wallet", "export", "--wallet", "marked.wallet", "--out", "a", "--password-file", "marked"))
	require.Equal(t, address, s.ok(t, "wallet", "import", "marked.wallet", "--wallet", "b", "--password-file", "marked"))
	s.ok(t, "keys", "new", "--out", "plain.key")
	key, err := os.ReadFile("plain.key")
	require.NoError(t, err)
	write(t, "marked.key", mark+string(key))
	require.Equal(t, s.ok(t, "keys", "show", "plain.key"), s.ok(t, "keys", "show", "marked.key"))
	write(t, "wide", "\xff\xfec\x00o\x00r\x00\n\x00")
	require.Equal(t, "password: wide is a text in UTF-16: save it as UTF-8", s.refused(t, "wallet", "export", "--out", "c", "--password-file", "wide"))
	write(t, "token", mark+strings.Repeat("0a", 32)+"\n")
	require.Contains(t, s.refused(t, "wallet", "send", address, "1", "--api", "http://"+freeAddr(t), "--password-file", "marked", "--token-file", "token"), "no node answers")
}
