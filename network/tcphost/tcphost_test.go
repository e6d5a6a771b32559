package tcphost_test

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"net"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"strata/network"
	"strata/network/tcphost"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what should take a moment.
const patience = 20 * time.Second

// newHost starts a loop with one host.
func newHost(t *testing.T) (*tcphost.Loop, network.Host) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	t.Cleanup(loop.Close)
	return loop, loop.Host("test")
}

// freeAddr is a loopback address that nobody listened at a moment ago.
func freeAddr(t *testing.T) network.Addr {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer ln.Close()
	return network.Addr(ln.Addr().String())
}

// await receives from the channel, in time.
func await[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(patience):
		require.FailNow(t, "nothing came in time")
		panic("unreachable")
	}
}

// recorder is a receiver that keeps what it is told. The loop owns it.
type recorder struct {
	pieces [][]byte
	sums   []byte
	size   int
	ends   []error
	want   int           // bytes
	full   chan struct{} // closed when want bytes have come
	ended  chan error
	after  func() // called after each piece
}

func newRecorder(want int) *recorder {
	return &recorder{want: want, full: make(chan struct{}), ended: make(chan error, 10), after: func() {}}
}

func (r *recorder) Receive(piece []byte) {
	before := r.size
	r.pieces = append(r.pieces, piece)
	r.sums = append(r.sums, bytes.Clone(piece)...)
	r.size += len(piece)
	if before < r.want && r.size >= r.want {
		close(r.full)
	}
	r.after()
}

func (r *recorder) Ended(reason error) {
	r.ends = append(r.ends, reason)
	r.ended <- reason
}

// pair connects two hosts, on loops of their own, and returns both ends and what listens.
type pair struct {
	loopA, loopB         *tcphost.Loop
	hostA, hostB         network.Host
	dialled, accepted    network.Stream
	recDialled, recAccpt *recorder
}

func newPair(t *testing.T, wantAtB int) *pair {
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

func TestErrors(t *testing.T) {
	loop, host := newHost(t)
	at := freeAddr(t)
	errs := make(chan error, 1)
	dial := func(to network.Addr) error {
		loop.Do(func() { host.Dial(to, func(_ network.Stream, err error) { errs <- err }) })
		return await(t, errs)
	}
	require.ErrorIs(t, dial(at), network.ErrRefused)
	require.ErrorIs(t, dial("no port"), network.ErrBadAddr)
	loop.Do(func() {
		ln, err := host.Listen(at, func(network.Stream) {})
		require.NoError(t, err)
		_, err = host.Listen(at, func(network.Stream) {})
		require.ErrorIs(t, err, network.ErrAddrInUse)
		_, err = host.Listen("nowhere", func(network.Stream) {})
		require.ErrorIs(t, err, network.ErrBadAddr)
		require.Equal(t, 1, loop.Usage(host).Listeners)
		ln.Close()
		ln.Close()
		require.Zero(t, loop.Usage(host).Listeners)
	})
	require.ErrorIs(t, dial(at), network.ErrRefused)
}

func TestTimers(t *testing.T) {
	loop, host := newHost(t)
	var got []int
	done := make(chan struct{})
	log := func(n int) func() { return func() { got = append(got, n) } }
	loop.Do(func() {
		start := host.Now()
		host.After(3*time.Millisecond, func() {
			log(7)()
			require.GreaterOrEqual(t, host.Now().Sub(start), 3*time.Millisecond)
			host.After(0, func() { log(8)(); close(done) })
		})
		host.After(time.Millisecond, log(5))
		host.After(time.Millisecond, log(6))
		cancelled := host.After(time.Microsecond, log(100))
		host.Cancel(cancelled)
		host.Cancel(cancelled)
		host.Cancel(0)
		host.After(0, func() {
			log(2)()
			host.After(-1, log(4))
			host.Cancel(host.After(0, log(101)))
		})
		host.After(0, log(3))
		log(1)()
	})
	await(t, done)
	loop.Do(func() {
		require.Equal(t, []int{1, 2, 3, 4, 5, 6, 7, 8}, got)
		require.Zero(t, loop.Usage(host).Timers)
	})
}

func TestTimers_AfterTheLastWasCancelled(t *testing.T) {
	loop, host := newHost(t)
	done := make(chan struct{})
	loop.Do(func() { host.Cancel(host.After(time.Millisecond, func() {})) })
	time.AfterFunc(3*time.Millisecond, func() {
		loop.Do(func() { host.After(time.Millisecond, func() { close(done) }) })
	})
	await(t, done)
}

func TestLoop_APanicEndsItInGoodOrder(t *testing.T) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	host := loop.Host("test")
	require.NoError(t, loop.Err())
	require.False(t, loop.Do(func() { panic(network.NotWritten("gossip.2")) }))
	await(t, loop.Done())
	var step network.NotWritten
	require.ErrorAs(t, loop.Err(), &step)
	require.Equal(t, network.NotWritten("gossip.2"), step)
	var p *tcphost.PanicError
	require.ErrorAs(t, loop.Err(), &p)
	require.Contains(t, string(p.Stack), "tcphost_test.go")
	require.False(t, loop.Do(func() { t.Error("ran on an ended loop") }))
	_ = host
	loop.Close()
}

// The second call is in the same turn as the one that panics, and is dropped.
func TestLoop_APanicDropsTheRestOfItsTurn(t *testing.T) {
	loop := tcphost.NewLoop(tcphost.LoopConfig{})
	at := freeAddr(t)
	first, hold := make(chan struct{}), make(chan struct{})
	go loop.Do(func() { close(first); <-hold })
	await(t, first)
	done := make(chan bool, 2)
	go func() { done <- loop.Do(func() { panic("boom") }) }()
	go func() { done <- loop.Do(func() { loop.Host(at) }) }()
	close(hold)
	await(t, done)
	await(t, done)
	await(t, loop.Done())
}

func TestOffload(t *testing.T) {
	loop, host := newHost(t)
	var running, most atomic.Int32
	done := make(chan int, 100)
	loop.Do(func() {
		for i := range 100 {
			host.Offload(func() {
				most.Store(max(most.Load(), running.Add(1)))
				runtime.Gosched()
				running.Add(-1)
			}, func() { done <- i })
		}
	})
	for range 100 {
		await(t, done)
	}
	require.LessOrEqual(t, int(most.Load()), runtime.GOMAXPROCS(0))
}

func TestOffload_APanicEndsTheLoop(t *testing.T) {
	loop, host := newHost(t)
	broken := errors.New("broken")
	loop.Do(func() { host.Offload(func() { panic(broken) }, func() {}) })
	await(t, loop.Done())
	require.ErrorIs(t, loop.Err(), broken)
}

func TestLoop_AfterEvent(t *testing.T) {
	var events atomic.Int32
	loop := tcphost.NewLoop(tcphost.LoopConfig{AfterEvent: func() { events.Add(1) }})
	defer loop.Close()
	host := loop.Host("test")
	loop.Do(func() {})
	before := events.Load()
	loop.Do(func() { host.After(0, func() {}) })
	loop.Do(func() {})
	require.GreaterOrEqual(t, events.Load()-before, int32(2))
}

func TestHost_RandDependsOnSeedAndName(t *testing.T) {
	draw := func(seed uint64, name network.Addr) (n uint64) {
		loop := tcphost.NewLoop(tcphost.LoopConfig{Seed: seed})
		defer loop.Close()
		host := loop.Host(name)
		loop.Do(func() { n = host.Rand().Uint64() })
		return n
	}
	require.Equal(t, draw(1, "a:1"), draw(1, "a:1"))
	require.NotEqual(t, draw(1, "a:1"), draw(1, "b:1"))
	require.NotEqual(t, draw(1, "a:1"), draw(2, "a:1"))
	require.NotEqual(t, draw(0, "a:1"), draw(0, "a:1"))
}
