package command

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/node/process/keyfile"
)

func TestKeys_NewThenShow(t *testing.T) {
	s := newSession(t)
	status, made, errs := s.run(t, "keys", "new", "--out", "alice.key")
	require.Zero(t, status, errs)
	require.Regexp(t, `^[0-9a-f]{64}\n$`, made)
	info, err := os.Stat("alice.key")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())
	status, shown, errs := s.run(t, "keys", "show", "alice.key")
	require.Zero(t, status, errs)
	require.Equal(t, made, shown)

	fromHex, err := keyfile.ParsePublic(strings.TrimSpace(made))
	require.NoError(t, err)
	fromFile, err := keyfile.ParsePublic("alice.key")
	require.NoError(t, err)
	require.Equal(t, fromHex, fromFile)
}

// The key of RFC 8410, section 10.3, as openssl writes it.
func TestKeys_ShowForeignFile(t *testing.T) {
	s := newSession(t)
	write(t, "rfc.key", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n")
	_, shown, _ := s.run(t, "keys", "show", "rfc.key")
	require.Equal(t, "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1\n", shown)
}

func TestKeys_NewReplacesNothing(t *testing.T) {
	s := newSession(t)
	write(t, "alice.key", "precious")
	require.Equal(t, "keys: alice.key is there already; it is left as it is", s.refused(t, "keys", "new", "--out", "alice.key"))
	left, err := os.ReadFile("alice.key")
	require.NoError(t, err)
	require.Equal(t, "precious", string(left))
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, entries, 1, "nothing else is left")
}

func TestKeys_BadFiles(t *testing.T) {
	s := newSession(t)
	write(t, "empty.key", "")
	write(t, "other.key", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
	write(t, "torn.key", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1g=\n-----END PRIVATE KEY-----\n")
	require.Contains(t, s.refused(t, "keys", "show", "empty.key"), "not a key file")
	require.Contains(t, s.refused(t, "keys", "show", "other.key"), "not a key file")
	require.Contains(t, s.refused(t, "keys", "show", "torn.key"), "torn.key: ")
	require.Contains(t, s.refused(t, "keys", "show", "none.key"), "no such file")
	require.Equal(t, "keys: none/alice.key cannot be written: no such file or directory", s.refused(t, "keys", "new", "--out", "none/alice.key"))
	require.Contains(t, s.refused(t, "keys", "show"), "keys show wants a key FILE")
}

func TestParsePublicKey_Refuses(t *testing.T) {
	for _, text := range []string{"ab", strings.Repeat("AB", 32), strings.Repeat("ab", 33), "no-such-file"} {
		_, err := keyfile.ParsePublic(text)
		require.Error(t, err, text)
	}
}
