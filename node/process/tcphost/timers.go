package tcphost

import (
	"container/heap"
	"time"

	"strata/network"
)

// timer is a callback that is to run at a time. f is nil once it has run or was cancelled.
type timer struct {
	host  *host
	id    network.TimerID
	at    time.Time
	f     func()
	place int // in the heap; -1 for one that runs right after the callback under way
}

func (t *timer) pending() bool { return t.f != nil }

// run forgets the timer, then calls its function.
func (t *timer) run() {
	f := t.f
	t.drop()
	f()
}

func (t *timer) drop() {
	t.f = nil
	delete(t.host.timers, t.id)
}

// after sets a timer of a host.
func (l *Loop) after(h *host, d time.Duration, f func()) network.TimerID {
	l.lastTimer++
	t := &timer{host: h, id: l.lastTimer, f: f, place: -1}
	h.timers[t.id] = t
	if d <= 0 {
		l.soon = append(l.soon, t)
		return t.id
	}
	t.at = time.Now().Add(d)
	heap.Push(&l.timers, t)
	if t.place == 0 {
		l.setAlarm()
	}
	return t.id
}

// cancel forgets a timer of a host.
func (l *Loop) cancel(h *host, id network.TimerID) {
	t, set := h.timers[id]
	if !set {
		return
	}
	t.drop()
	if t.place >= 0 {
		heap.Remove(&l.timers, t.place)
	}
}

// runTimers runs the timers that are due now. Those that become due meanwhile wait for the next
// turn, so that what comes from outside has its turn too.
func (l *Loop) runTimers() {
	if len(l.timers) == 0 {
		return
	}
	now := time.Now()
	for len(l.timers) > 0 && !l.timers[0].at.After(now) {
		heap.Pop(&l.timers).(*timer).run()
		l.afterCallback()
	}
	l.setAlarm()
}

// setAlarm sees that the loop is woken for the first timer. An alarm that rings too early, because
// its timer was cancelled, does no harm: setting it again each time would cost more.
func (l *Loop) setAlarm() {
	if len(l.timers) == 0 {
		return
	}
	first := l.timers[0].at
	if l.alarmAt.IsZero() || first.Before(l.alarmAt) {
		l.alarmAt = first
		l.alarm.Reset(time.Until(first))
	}
}

// timerHeap orders timers by time, and those of one time by when they were set.
type timerHeap []*timer

func (h timerHeap) Len() int { return len(h) }

func (h timerHeap) Less(i, j int) bool {
	if h[i].at.Equal(h[j].at) {
		return h[i].id < h[j].id
	}
	return h[i].at.Before(h[j].at)
}

func (h timerHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].place, h[j].place = i, j
}

func (h *timerHeap) Push(x any) {
	t := x.(*timer)
	t.place = len(*h)
	*h = append(*h, t)
}

func (h *timerHeap) Pop() any {
	last := len(*h) - 1
	t := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	t.place = -1
	return t
}
