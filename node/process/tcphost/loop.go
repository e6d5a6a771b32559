package tcphost

import (
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"strata/network"
)

// LoopConfig of a loop. Zero values mean the defaults.
type LoopConfig struct {
	Seed       uint64       // of the hosts' random numbers; 0 means unpredictable
	Log        slog.Handler // where the hosts' records go; nil means nowhere
	AfterEvent func()       // called on the loop after every callback; nil means nothing
	Resolver   Resolver     // of the names that are dialled; nil means the system's
}

// Loop runs the callbacks of its hosts, one at a time: see turn.go for which goroutine does. The
// methods may be called on any goroutine, except where they say otherwise.
type Loop struct {
	cfg  LoopConfig
	done chan struct{} // closed when everything has ended
	err  error         // a *PanicError; not written once done is closed

	// What other goroutines bring. mu guards it, and what streams and offload say it does.
	mu       sync.Mutex
	posted   []call
	ready    []*stream
	unread   int           // bytes that wait in their hands
	alarmed  bool          // a timer may be due
	closing  bool          // nothing is brought any longer
	sleeping bool          // the loop waits at wake
	wake     chan struct{} // one token at most: the inbox is worth a look
	offload  pool

	// What the loop alone touches.
	hosts     map[*host]struct{}
	calls     []call   // of this turn, that have not run yet
	soon      []*timer // callbacks to run right after the one under way
	timers    timerHeap
	lastTimer network.TimerID
	alarm     *time.Timer // wakes the loop for timers[0]
	alarmAt   time.Time   // when it is set to; zero if it is not
	dirty     []*stream   // with something to flush
	segments  segmentPool

	spareCalls   []call // the arrays of the last turn's inbox
	spareStreams []*stream

	goroutines sync.WaitGroup // readers, writers, dials, accepts, offloaded work
}

// NewLoop starts a loop.
func NewLoop(cfg LoopConfig) *Loop {
	if cfg.Log == nil {
		cfg.Log = slog.DiscardHandler
	}
	if cfg.Resolver == nil {
		cfg.Resolver = net.DefaultResolver
	}
	l := &Loop{
		cfg:   cfg,
		done:  make(chan struct{}),
		wake:  make(chan struct{}, 1),
		hosts: make(map[*host]struct{}),
	}
	l.alarm = time.AfterFunc(time.Hour, l.ring)
	l.alarm.Stop()
	go l.run()
	return l
}

// Do runs f on the loop, waits for it and returns true; or returns false if the loop has ended
// before. Not to be called on the loop itself.
func (l *Loop) Do(f func()) bool {
	ran := make(chan struct{})
	if !l.post(call{run: func() { f(); close(ran) }}) {
		return false
	}
	select {
	case <-ran:
		return true
	case <-l.done:
		select {
		case <-ran: // the last thing that it did
			return true
		default:
			return false
		}
	}
}

// Close ends the loop and everything on it, and waits until no goroutine of it is left. Streams
// are closed as by Stream.Close; no callback runs any longer. Not to be called on the loop itself.
func (l *Loop) Close() {
	l.shut()
	<-l.done
}

// Done is closed when the loop has ended, by Close or by a panic, and no goroutine of it is left.
func (l *Loop) Done() <-chan struct{} { return l.done }

// Err says why the loop has ended: nil as long as it has not, and after Close; a *PanicError if
// a callback panicked.
func (l *Loop) Err() error {
	select {
	case <-l.done:
		return l.err
	default:
		return nil
	}
}

// PanicError is a panic in a callback or in offloaded work. It ends the loop.
type PanicError struct {
	Value any    // what panic was called with
	Stack []byte // of the goroutine that panicked
}

// Error says what the panic was.
func (e *PanicError) Error() string { return fmt.Sprintf("tcphost: panic: %v", e.Value) }

// Unwrap returns the panic's value if that is an error, such as network.NotWritten.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// call is something that another goroutine wants run on the loop.
type call struct {
	run  func()
	drop func() // called instead of run if the loop ends before; may be nil
}

// post brings a call to the loop. False if the loop takes nothing any longer.
func (l *Loop) post(c call) bool {
	l.mu.Lock()
	if l.closing {
		l.mu.Unlock()
		return false
	}
	l.posted = append(l.posted, c)
	l.unlockAndWake()
	return true
}

// ring is the alarm's function.
func (l *Loop) ring() {
	l.mu.Lock()
	l.alarmed = true
	l.unlockAndWake()
}

// shut makes the loop end after the callback under way.
func (l *Loop) shut() {
	l.mu.Lock()
	l.closing = true
	l.unlockAndWake()
}

// unlockAndWake releases mu and, if the loop sleeps, wakes it.
func (l *Loop) unlockAndWake() {
	wake := l.sleeping
	l.sleeping = false
	l.mu.Unlock()
	if wake {
		l.wake <- struct{}{} // has room: the loop was asleep, and one caller alone saw that
	}
}

// start runs f on a goroutine that Close waits for.
func (l *Loop) start(f func()) {
	l.goroutines.Go(f)
}
