package daemon

import (
	"bytes"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// H10: a data directory's page comes back to the place where it was first, where the settings leave the choice; and
// its node says where that is if it cannot.
func TestOrigin_IsOfTheDataDirectory_H10(t *testing.T) {
	dir := t.TempDir()
	var logged bytes.Buffer
	log := slog.New(slog.NewTextHandler(&logged, nil))
	listen := func(at string) (net.Listener, string) {
		d := Daemon{Settings: Settings{API: at, Data: dir}}
		l, origin, err := d.listen(log)
		require.NoError(t, err)
		return l, origin
	}
	l, first := listen("127.0.0.1:0")
	require.Equal(t, "http://"+l.Addr().String(), first)
	require.NoError(t, l.Close())

	l, origin := listen("127.0.0.1:0")
	require.Equal(t, first, origin)
	require.Equal(t, first, "http://"+l.Addr().String(), "the same place again")

	other, origin := listen("127.0.0.1:0")
	require.Equal(t, first, origin, "where the keys are")
	require.NotEqual(t, l.Addr().String(), other.Addr().String())
	require.Contains(t, logged.String(), "the page's place is taken")
	require.NoError(t, other.Close())
	require.NoError(t, l.Close())

	all, origin := listen("0.0.0.0:0")
	require.Equal(t, first, origin)
	require.NoError(t, all.Close())

	file := filepath.Join(dir, OriginFile)
	for _, text := range []string{"", "nonsense\x00", "http://", "ftp://127.0.0.1:1", "http://127.0.0.1:99/path"} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		l, origin := listen("127.0.0.1:0")
		require.Equal(t, "http://"+l.Addr().String(), origin, "%q is none", text)
		require.NoError(t, l.Close())
	}
	require.NoError(t, os.Remove(file))
	all, origin = listen("0.0.0.0:0")
	require.Regexp(t, `^http://127\.0\.0\.1:\d+$`, origin, "an address that a browser can open")
	require.NoError(t, all.Close())
	all, again := listen("0.0.0.0:0")
	require.Equal(t, origin, again)
	_, port, err := net.SplitHostPort(all.Addr().String())
	require.NoError(t, err)
	require.Equal(t, "http://127.0.0.1:"+port, origin, "the same place, for others too")
	require.NoError(t, all.Close())
}
