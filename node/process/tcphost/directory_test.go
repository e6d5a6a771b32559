package tcphost_test

import (
	"crypto/ed25519"
	"crypto/tls"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/process/tcphost"
)

// hostIn starts a loop with a host that keeps files in a directory.
func hostIn(t *testing.T, cfg tcphost.HostConfig) (*tcphost.Loop, network.Host) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	t.Cleanup(loop.Close)
	h, err := loop.HostOf(cfg)
	require.NoError(t, err)
	return loop, h
}

func TestDirectory_KeepsFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "ledger")
	loop, h := hostIn(t, tcphost.HostConfig{Name: "a", Directory: dir})
	synced := make(chan error, 3)
	loop.Do(func() {
		d := h.Disk()
		require.Empty(t, d.Names())
		require.NoError(t, d.Append("log", []byte("hello, ")))
		d.Sync("log", func(err error) { synced <- err })
		require.NoError(t, d.Append("log", []byte("world")))
		d.Sync("log", func(err error) { synced <- err })
		d.SyncNames(func(err error) { synced <- err })
		require.NoError(t, d.Truncate("log", 8))
		require.NoError(t, d.Append("next", []byte("n")))
		require.NoError(t, d.Rename("next", "last"))
		require.NoError(t, d.Append("gone", nil))
		require.NoError(t, d.Remove("gone"))
		require.ErrorIs(t, d.Append("../out", nil), network.ErrBadName)
		require.ErrorIs(t, d.Rename("log", "OUT"), network.ErrBadName)
		require.ErrorIs(t, d.Remove("gone"), network.ErrNoFile)
	})
	for range 3 {
		require.NoError(t, await(t, synced))
	}
	loop.Close()

	require.NoError(t, os.WriteFile(filepath.Join(dir, "Not Ours"), nil, 0o600))
	loop, h = hostIn(t, tcphost.HostConfig{Name: "a", Directory: dir})
	loop.Do(func() {
		require.Equal(t, []string{"last", "log"}, h.Disk().Names())
		b, err := h.Disk().Read("log", 2, 100)
		require.NoError(t, err)
		require.Equal(t, "llo, w", string(b))
	})
}

func TestDirectory_BelongsToOneProcess(t *testing.T) {
	dir := t.TempDir()
	loop, _ := hostIn(t, tcphost.HostConfig{Directory: dir})
	other := tcphost.NewLoop(tcphost.LoopConfig{})
	defer other.Close()
	_, err := other.HostOf(tcphost.HostConfig{Directory: dir})
	require.ErrorIs(t, err, tcphost.ErrInUse)
	loop.Close()
	_, err = other.HostOf(tcphost.HostConfig{Directory: dir})
	require.NoError(t, err)
}

func TestDirectory_AHostWithoutOneKeepsNothing(t *testing.T) {
	loop, h := newHost(t)
	ended := make(chan error, 1)
	loop.Do(func() {
		require.ErrorIs(t, h.Disk().Append("log", nil), network.ErrDiskFailed)
		h.Disk().Sync("log", func(err error) { ended <- err })
	})
	require.ErrorIs(t, await(t, ended), network.ErrDiskFailed)
}

// secureHost is a host of a chain, with a key of its own.
func secureHost(t *testing.T, protocol string) (*tcphost.Loop, network.Host, network.PublicKey) {
	_, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	loop, h := hostIn(t, tcphost.HostConfig{Key: private, Protocol: protocol})
	var key network.PublicKey
	loop.Do(func() { key = h.Identity().Key() })
	return loop, h, key
}

func TestTLS_BothEndsProveTheirKeysAndBytesArrive(t *testing.T) {
	one, a, keyA := secureHost(t, "strata/chain")
	two, b, keyB := secureHost(t, "strata/chain")
	at := freeAddr(t)
	const size = 3 << 20
	sent := make([]byte, size)
	for i := range sent {
		sent[i] = byte(i * i >> 7)
	}
	got, echoed := newRecorder(size), newRecorder(0)
	keys := make(chan network.PublicKey, 2)
	one.Do(func() {
		_, err := a.Listen(at, func(s network.Stream) {
			k, _ := s.Key()
			keys <- k
			s.Deliver(got)
		})
		require.NoError(t, err)
	})
	two.Do(func() {
		b.Dial(at, func(s network.Stream, err error) {
			require.NoError(t, err)
			k, _ := s.Key()
			keys <- k
			s.Deliver(echoed)
			s.Write(sent[:10], sent[10:])
			s.Close() // what waits is still written
		})
	})
	require.ElementsMatch(t, []network.PublicKey{keyA, keyB}, []network.PublicKey{await(t, keys), await(t, keys)})
	await(t, got.full)
	require.NoError(t, await(t, got.ended))
	one.Do(func() { require.Equal(t, size, got.size) })
}

// A stream that is closed when its writer has just written everything is closed all the same.
func TestTLS_CloseAfterTheLastByte(t *testing.T) {
	one, a, _ := secureHost(t, "strata/chain")
	two, b, _ := secureHost(t, "strata/chain")
	at := freeAddr(t)
	got := newRecorder(1 << 20)
	one.Do(func() {
		_, err := a.Listen(at, func(s network.Stream) { s.Deliver(got) })
		require.NoError(t, err)
	})
	two.Do(func() {
		b.Dial(at, func(s network.Stream, err error) {
			require.NoError(t, err)
			s.Write(make([]byte, 1<<20), nil)
			for s.Queued() > 0 { // the writer is not this goroutine
				runtime.Gosched()
			}
			s.Close()
		})
	})
	await(t, got.full)
	require.NoError(t, await(t, got.ended))
}

func TestTLS_RefusesOtherChainsAndOtherKeys(t *testing.T) {
	one, a, _ := secureHost(t, "strata/chain")
	two, b, _ := secureHost(t, "strata/other")
	at := freeAddr(t)
	one.Do(func() {
		_, err := a.Listen(at, func(network.Stream) { t.Error("a stranger was accepted") })
		require.NoError(t, err)
	})
	refused := make(chan error, 1)
	two.Do(func() { b.Dial(at, func(_ network.Stream, err error) { refused <- err }) })
	require.Error(t, await(t, refused))
	for _, cfg := range []*tls.Config{
		{InsecureSkipVerify: true, NextProtos: []string{"strata/chain"}, MinVersion: tls.VersionTLS13}, // without a certificate
		{InsecureSkipVerify: true, NextProtos: []string{"strata/chain"}, MaxVersion: tls.VersionTLS12},
	} {
		c, err := tls.Dial("tcp", string(at), cfg)
		if err == nil { // under TLS 1.3 the client hears of it with its first read
			_, err = c.Read(make([]byte, 1))
			c.Close()
		}
		require.Error(t, err)
	}
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	defer loop.Close()
	_, err := loop.HostOf(tcphost.HostConfig{Protocol: "strata/" + string(make([]byte, 250))})
	require.ErrorContains(t, err, "at most 255")
}
