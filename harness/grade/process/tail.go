package process

import (
	"bytes"
	"io"
	"sync"
)

// tail keeps the last 30 kB that a child prints during a task. At the end of each the child prints a mark that
// nobody else knows: so what was printed belongs to that task, however late it is read.
type tail struct {
	mark []byte // empty: there is none

	mu    sync.Mutex
	text  []byte // since the last mark
	whole string // what was printed up to it, since the one before
	marks int
	until int           // the mark that somebody waits for,
	seen  chan struct{} // closed when it comes; nil: nobody waits
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
		if t.seen != nil && t.marks >= t.until {
			close(t.seen)
			t.seen = nil
		}
	}
	if len(t.text) > 2*tailSize {
		t.text = append(t.text[:0], t.text[len(t.text)-tailSize:]...)
	}
	return len(p), nil
}

// reached is closed when the n-th mark has come, counted from 1.
func (t *tail) reached(n int) <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen := make(chan struct{})
	if t.marks >= n {
		close(seen)
		return seen
	}
	t.until, t.seen = n, seen
	return seen
}

// of is what was printed before the n-th mark; without that mark, what there is.
func (t *tail) of(n int) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.marks >= n {
		return t.whole
	}
	return last(t.text)
}

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
