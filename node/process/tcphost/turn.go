package tcphost

import (
	"runtime/debug"
	"time"
)

// Turns are taken by one goroutine at a time: the loop's own, or a reader that has brought something
// while that one slept. The reader saves the switch to another goroutine, which would double what
// a request and its response cost. Whoever takes a turn has set sleeping to false, with mu held.

// run is the loop's own goroutine.
func (l *Loop) run() {
	defer close(l.done)
	for l.wait() {
		l.turn()
	}
	for h := range l.hosts {
		h.close(false)
	}
	l.alarm.Stop()
	for _, c := range append(l.calls, l.posted...) { // calls: if one of them panicked, those after it
		if c.drop != nil {
			c.drop()
		}
	}
	l.goroutines.Wait()
}

// wait sleeps until there is a turn to take. False if the loop is closing.
func (l *Loop) wait() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.nothingToDo() {
		l.sleeping = true
		l.mu.Unlock()
		<-l.wake
		l.mu.Lock()
	}
	return !l.closing
}

// nothingToDo says whether the loop may sleep. Called with mu held.
func (l *Loop) nothingToDo() bool {
	return len(l.posted) == 0 && len(l.ready) == 0 && !l.alarmed && !l.closing
}

// assist takes one turn for the loop's own goroutine, which sleeps. If there is more to do then,
// that one does it: a reader has a stream to read.
func (l *Loop) assist() {
	l.turn()
	l.mu.Lock()
	l.sleeping = l.nothingToDo()
	wake := !l.sleeping
	l.mu.Unlock()
	if wake {
		l.wake <- struct{}{}
	}
}

// turn handles all that is in the inbox, then what is due. A panic of a callback closes the loop.
func (l *Loop) turn() {
	defer func() {
		if value := recover(); value != nil {
			l.fail(asPanicError(value))
		}
	}()
	calls, streams := l.take()
	for l.calls = calls; len(l.calls) > 0; {
		c := l.calls[0]
		l.calls = l.calls[1:]
		c.run()
		l.afterCallback()
	}
	for _, s := range streams {
		s.deliver()
	}
	l.runTimers()
	l.flush()
	l.keep(calls, streams)
}

// fail makes the loop end because of a panic.
func (l *Loop) fail(p *PanicError) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.err, l.closing = p, true
}

// asPanicError wraps what recover returned, unless it is wrapped already: offloaded work panics
// elsewhere, and its stack is the one of interest.
func asPanicError(value any) *PanicError {
	if p, ok := value.(*PanicError); ok {
		return p
	}
	return &PanicError{Value: value, Stack: debug.Stack()}
}

// take empties the inbox.
func (l *Loop) take() (calls []call, streams []*stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.alarmed {
		l.alarmed, l.alarmAt = false, time.Time{}
	}
	calls, l.posted = l.posted, l.spareCalls
	streams, l.ready = l.ready, l.spareStreams
	for _, s := range streams {
		s.takeInput()
	}
	return calls, streams
}

// keep puts the emptied arrays of a turn aside for the next but one.
func (l *Loop) keep(calls []call, streams []*stream) {
	clear(calls)
	clear(streams)
	l.spareCalls, l.spareStreams = calls[:0], streams[:0]
}

// afterCallback runs what the callback wanted run right after it, and what that wants, in order.
func (l *Loop) afterCallback() {
	l.event()
	for i := 0; i < len(l.soon); i++ {
		t := l.soon[i]
		l.soon[i] = nil
		if t.pending() {
			t.run()
			l.event()
		}
	}
	l.soon = l.soon[:0]
}

func (l *Loop) event() {
	if l.cfg.AfterEvent != nil {
		l.cfg.AfterEvent()
	}
}

// flush hands to the sockets what this turn has written.
func (l *Loop) flush() {
	for i, s := range l.dirty {
		s.dirty = false
		s.flush()
		l.dirty[i] = nil
	}
	l.dirty = l.dirty[:0]
}
