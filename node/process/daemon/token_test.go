package daemon

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The token is that of a variable, of a secret's file, or of the data directory, where it is made. What cannot be
// one is refused by name, and never shown.
func TestToken_WhereItIsFrom(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		return path
	}
	token := strings.Repeat("0a", 32)
	secret := file("secret", "\xef\xbb\xbf"+strings.ToUpper(token)+"\r\n")
	d := Daemon{Settings: Defaults()}

	fresh, err := d.readToken()
	require.NoError(t, err)
	require.Len(t, fresh, tokenDigits)

	d.Settings.Data = dir
	made, err := d.readToken()
	require.NoError(t, err)
	again, err := d.readToken()
	require.NoError(t, err)
	require.Equal(t, made, again)
	info, err := os.Stat(filepath.Join(dir, TokenFile))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())

	d.Settings.APITokenFile = secret
	got, err := d.readToken()
	require.NoError(t, err)
	require.Equal(t, token, got)

	d.Token = token
	_, err = d.readToken()
	require.EqualError(t, err, "api: STRATA_API_TOKEN and api-token-file both give a token: one is enough")
	d.Settings.APITokenFile = ""
	got, err = d.readToken()
	require.NoError(t, err)
	require.Equal(t, token, got)

	d.Token = "my other secret"
	_, err = d.readToken()
	require.EqualError(t, err, "api: STRATA_API_TOKEN does not hold a token of 64 hex digits")
	d.Token, d.Settings.APITokenFile = "", filepath.Join(dir, "none")
	_, err = d.readToken()
	require.ErrorContains(t, err, "api: the token cannot be read: open ")
	d.Settings.APITokenFile = dir
	_, err = d.readToken()
	require.EqualError(t, err, "api: the token cannot be read: read "+dir+": is a directory")
	d.Settings.APITokenFile = file("short", "0a")
	_, err = d.readToken()
	require.EqualError(t, err, "api: "+filepath.Join(dir, "short")+" does not hold a token of 64 hex digits")
	d.Settings.APITokenFile = ""
	file(TokenFile, "torn")
	_, err = d.readToken()
	require.ErrorContains(t, err, "does not hold a token of 64 hex digits: delete it, and a new one is made")
}

// A token that cannot be read is told before there is a data directory: one begun with a slip would keep its difficulty.
func TestToken_FaultMakesNothing(t *testing.T) {
	dir := t.TempDir()
	d := Daemon{Settings: Defaults(), Out: io.Discard, Log: io.Discard}
	d.Settings.Data = filepath.Join(dir, "data")
	d.Settings.APITokenFile = filepath.Join(dir, "none")
	require.ErrorContains(t, d.Run(t.Context()), "api: the token cannot be read: open ")
	require.NoDirExists(t, d.Settings.Data)
}
