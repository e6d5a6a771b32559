package tcphost_test

import (
	"bytes"
	"math/rand/v2"
	"net"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/process/tcphost"
)

// pair connects two hosts, on loops of their own, and returns both ends and what listens.
type pair struct {
	loopA, loopB         *tcphost.Loop
	hostA, hostB         network.Host
	dialled, accepted    network.Stream
	recDialled, recAccpt *recorder
}

func newPair(t *testing.T, wantAtB int) *pair { return newPairOf(t, wantAtB, newHost) }

// newPairOf is newPair with hosts that are made so.
func newPairOf(t *testing.T, wantAtB int, newHost func(*testing.T) (*tcphost.Loop, network.Host)) *pair {
	p := &pair{recDialled: newRecorder(1), recAccpt: newRecorder(wantAtB)}
	p.loopA, p.hostA = newHost(t)
	p.loopB, p.hostB = newHost(t)
	at := freeAddr(t)
	both := make(chan error, 2)
	p.loopB.Do(func() {
		_, err := p.hostB.Listen(at, func(s network.Stream) {
			p.accepted = s
			s.Deliver(p.recAccpt)
			both <- nil
		})
		require.NoError(t, err)
	})
	p.loopA.Do(func() {
		p.hostA.Dial(at, func(s network.Stream, err error) {
			if err == nil {
				p.dialled = s
				s.Deliver(p.recDialled)
			}
			both <- err
		})
	})
	require.NoError(t, await(t, both))
	require.NoError(t, await(t, both))
	return p
}

func TestStream_KeepsBytesInOrder(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var sent []byte
	var bodies [][]byte
	for range 300 {
		size := []int{0, 1, 100, 5000, 8191, 8192, 70_000}[rng.IntN(7)]
		body := make([]byte, size)
		for i := range body {
			body[i] = byte(rng.Uint32())
		}
		bodies = append(bodies, body)
		sent = append(append(sent, network.Header(size)...), body...)
	}
	p := newPair(t, len(sent))
	p.loopA.Do(func() {
		for _, body := range bodies {
			p.dialled.Write(network.Header(len(body)), body)
		}
	})
	await(t, p.recAccpt.full)
	p.loopB.Do(func() {
		require.True(t, bytes.Equal(sent, p.recAccpt.sums), "the bytes that came are not those that were sent")
		require.True(t, bytes.Equal(sent, bytes.Join(p.recAccpt.pieces, nil)), "NET-12: a piece was modified after it was delivered")
	})
	p.loopA.Do(func() { p.dialled.Close() })
	require.NoError(t, await(t, p.recAccpt.ended))
}

func TestStream_ClosedByUsIsSilent(t *testing.T) {
	p := newPair(t, 3)
	p.loopA.Do(func() {
		p.dialled.Write(nil, []byte("abc"))
		p.dialled.Close()
		p.dialled.Close()
		p.dialled.Write(nil, []byte("lost"))
		require.Equal(t, 0, p.dialled.Queued())
	})
	require.NoError(t, await(t, p.recAccpt.ended))
	p.loopB.Do(func() {
		require.Equal(t, "abc", string(p.recAccpt.sums))
		require.Equal(t, []error{nil}, p.recAccpt.ends)
		p.accepted.Write(nil, []byte("nobody is there"))
		require.Equal(t, 0, p.accepted.Queued())
	})
	p.loopA.Do(func() { require.Empty(t, p.recDialled.ends) })
}

func TestStream_SlowPeerDoesNotBlock_NET9(t *testing.T) {
	const size = 64 << 20
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	loop, host := newHost(t)
	streams := make(chan network.Stream, 1)
	loop.Do(func() {
		host.Dial(network.Addr(ln.Addr().String()), func(s network.Stream, err error) {
			require.NoError(t, err)
			s.Deliver(newRecorder(1))
			streams <- s
		})
	})
	peer, err := ln.Accept()
	require.NoError(t, err)
	defer peer.Close()
	stream := await(t, streams)

	body := make([]byte, size)
	for i := range body {
		body[i] = byte(i * 7 >> 3)
	}
	loop.Do(func() {
		for at := 0; at < size; at += 1 << 20 {
			stream.Write(nil, body[at:at+1<<20])
		}
		stream.Write([]byte("end"), nil)
		require.Greater(t, stream.Queued(), size/4, "more waits than a socket takes")
	})
	got := make([]byte, size+3)
	for at := 0; at < len(got); {
		n, err := peer.Read(got[at:])
		require.NoError(t, err)
		at += n
	}
	require.True(t, bytes.Equal(got[:size], body))
	require.Equal(t, "end", string(got[size:]))
	require.Eventually(t, func() bool {
		queued := -1
		loop.Do(func() { queued = stream.Queued() })
		return queued == 0
	}, patience, time.Millisecond)
}

func TestStream_CloseWithAWriterAtWork(t *testing.T) {
	p := newPair(t, 1)
	hold := make(chan struct{})
	p.loopB.Do(func() { p.recAccpt.after = func() { <-hold } })
	p.loopA.Do(func() {
		p.dialled.Write(nil, make([]byte, 64<<20))
		p.dialled.Close()
	})
	close(hold)
	await(t, p.recAccpt.ended)
}

func TestReader_WaitsForTheLoop(t *testing.T) {
	const size = 32 << 20
	p := newPair(t, size)
	hold := make(chan struct{})
	p.loopB.Do(func() { p.recAccpt.after = func() { <-hold } })
	p.loopA.Do(func() { p.dialled.Write(nil, make([]byte, size)) })
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	hold <- struct{}{}
	hold <- struct{}{}
	runtime.ReadMemStats(&after)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16<<20), "bytes allocated for a loop that does not take them")
	close(hold)
	await(t, p.recAccpt.full)
}

func TestLoop_ClosesUnderLoad(t *testing.T) {
	for range 50 {
		p := newPair(t, 1<<20)
		p.loopA.Do(func() {
			var more func()
			more = func() {
				if p.dialled.Queued() < 1<<20 {
					p.dialled.Write(nil, make([]byte, 1<<20))
				}
				p.hostA.After(time.Microsecond, more)
			}
			more()
		})
		await(t, p.recAccpt.full)
		p.loopB.Close() // its readers have more in their hands
		p.loopA.Close()
	}
}

func TestStream_CrashIsAReset(t *testing.T) {
	p := newPair(t, 1)
	p.loopA.Do(func() {
		p.hostA.After(time.Hour, func() {})
		p.loopA.CloseHost(p.hostA)
		p.loopA.CloseHost(p.hostA)
		require.Equal(t, tcphost.Usage{}, p.loopA.Usage(p.hostA))
	})
	require.ErrorIs(t, await(t, p.recAccpt.ended), network.ErrReset)
	p.loopB.Do(func() { require.Zero(t, p.loopB.Usage(p.hostB).Streams) })
}

func TestStream_KnowsItsFarEnd(t *testing.T) {
	p := newPair(t, 0)
	var dialled, accepted, late network.Addr
	p.loopA.Do(func() { dialled = p.dialled.Remote() })
	p.loopB.Do(func() { accepted = p.accepted.Remote() })
	host, port, err := net.SplitHostPort(string(accepted))
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", host)
	require.NotEmpty(t, port)
	require.NoError(t, dialled.Validate())
	require.NotEqual(t, dialled, accepted)
	p.loopA.Do(func() { p.dialled.Close(); late = p.dialled.Remote() })
	require.Equal(t, dialled, late, "after the end, too")
}
