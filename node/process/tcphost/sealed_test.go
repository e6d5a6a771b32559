package tcphost_test

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/process/tcphost"
)

// newSealedHost makes a host whose streams are TLS.
func newSealedHost(t *testing.T) (*tcphost.Loop, network.Host) {
	l := tcphost.NewLoop(tcphost.LoopConfig{})
	t.Cleanup(l.Close)
	h, err := l.HostOf(tcphost.HostConfig{Name: "sealed", Protocol: "strata/test"})
	require.NoError(t, err)
	return l, h
}

// TestStream_SealedKeepsBytesInOrder_NET12 writes little and much, so that the loop and writers encrypt by turns, to a
// peer that takes nothing at first. Then the end is a good one.
func TestStream_SealedKeepsBytesInOrder_NET12(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var sent []byte
	var turns [][]byte
	for range 400 {
		body := make([]byte, []int{1, 100, 5000, 16_384, 16_385, 300_000}[rng.IntN(6)])
		for i := range body {
			body[i] = byte(rng.Uint32())
		}
		turns = append(turns, body)
		sent = append(sent, body...)
	}
	p := newPairOf(t, len(sent), newSealedHost)
	hold := make(chan struct{})
	p.loopB.Do(func() { p.recAccpt.after = func() { <-hold } })
	for i, body := range turns {
		p.loopA.Do(func() { p.dialled.Write(nil, body) })
		if i == len(turns)/2 {
			close(hold)
		}
	}
	await(t, p.recAccpt.full)
	p.loopB.Do(func() {
		require.True(t, bytes.Equal(sent, p.recAccpt.sums), "the bytes that came are not those that were sent")
	})
	p.loopA.Do(func() {
		p.dialled.Write(nil, []byte("last"))
		p.dialled.Close()
	})
	require.NoError(t, await(t, p.recAccpt.ended))
	p.loopB.Do(func() {
		require.Equal(t, []error{nil}, p.recAccpt.ends)
		require.True(t, bytes.HasSuffix(p.recAccpt.sums, []byte("last")), "what waited when the stream was closed")
	})
}
