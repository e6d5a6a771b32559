package process

import (
	"bytes"
	"io"
	"sync"
	"time"
)

// tail keeps the last 30 kB that a child prints during a task. At the end of each the child prints a mark that
// nobody else knows: so what was printed belongs to that task, however late it is read.
type tail struct {
	mark []byte // empty: there is none

	mu    sync.Mutex
	text  []byte // since the last mark
	whole string // what was printed up to it, since the one before
	marks int
	seen  chan struct{} // closed at the next mark; nil: nobody waits
}

const tailSize = 30 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	for len(t.mark) > 0 {
		before, after, found := bytes.Cut(t.text, t.mark)
		if !found {
			break
		}
		t.whole = last(before)
		t.text = append(t.text[:0], after...)
		t.marks++
		if t.seen != nil {
			close(t.seen)
			t.seen = nil
		}
	}
	if len(t.text) > 2*tailSize {
		t.text = append(t.text[:0], t.text[len(t.text)-tailSize:]...)
	}
	return len(p), nil
}

// of is what was printed before the n-th mark, counted from 1. It waits a little for the mark to come.
func (t *tail) of(n int) string {
	patience := time.After(markTime)
	for {
		t.mu.Lock()
		if t.marks >= n {
			defer t.mu.Unlock()
			return t.whole
		}
		if t.seen == nil {
			t.seen = make(chan struct{})
		}
		seen := t.seen
		t.mu.Unlock()
		select {
		case <-seen:
		case <-patience:
			return t.String()
		}
	}
}

// markTime is how long a mark may be on its way after the answer that it belongs to.
const markTime = 2 * time.Second

// String is what was printed since the last mark.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return last(t.text)
}

// last is the end of a text that may be too long.
func last(text []byte) string { return string(text[max(0, len(text)-tailSize):]) }

// head keeps the beginning of what is written to it.
type head struct {
	most int // bytes

	mu   sync.Mutex
	text []byte
}

// headSize is what is kept of the runtime's last words: a stack begins with what was called last.
const headSize = 64 << 10

func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text = append(h.text, p[:min(len(p), h.most-len(h.text))]...)
	return len(p), nil
}

func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return string(h.text)
}

var _, _ io.Writer = (*tail)(nil), (*head)(nil)
