package tcphost

import "runtime"

// pool runs offloaded work on a few goroutines, which end when there is none. The loop's mu guards
// it.
type pool struct {
	waiting []func()
	running int // goroutines
}

// Offload queues the work, so that no more of it runs at a time than there are cores.
func (h *host) Offload(work, done func()) {
	l := h.loop
	job := func() {
		if p := panicOf(work); p != nil {
			l.post(call{run: func() { panic(p) }})
			return
		}
		h.post(done, func() {})
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closing {
		return
	}
	l.offload.waiting = append(l.offload.waiting, job)
	if l.offload.running < runtime.GOMAXPROCS(0) {
		l.offload.running++
		l.start(l.work)
	}
}

// work does one job after the other. What waits when the loop closes is dropped.
func (l *Loop) work() {
	for {
		l.mu.Lock()
		p := &l.offload
		if len(p.waiting) == 0 || l.closing {
			p.running--
			l.mu.Unlock()
			return
		}
		job := p.waiting[0]
		p.waiting[0] = nil
		p.waiting = p.waiting[1:]
		l.mu.Unlock()
		job()
	}
}

// panicOf runs f and returns its panic, if any.
func panicOf(f func()) (p *PanicError) {
	defer func() {
		if value := recover(); value != nil {
			p = asPanicError(value)
		}
	}()
	f()
	return nil
}
