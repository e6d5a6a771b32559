package tcphost_test

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/node/process/tcphost"
)

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
	require.Contains(t, string(p.Stack), "loop_test.go")
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
