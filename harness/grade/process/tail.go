package process

import (
	"io"
	"sync"
)

// tail keeps the last 30 kB that are written to it.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 30 << 10

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = append(t.text, p...)
	if len(t.text) > 2*tailSize {
		t.text = append(t.text[:0], t.text[len(t.text)-tailSize:]...)
	}
	return len(p), nil
}

// reset forgets what was written so far.
func (t *tail) reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text = t.text[:0]
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text[max(0, len(t.text)-tailSize):])
}

// head keeps the first 64 kB that are written to it, which is where a stack begins.
type head struct {
	mu   sync.Mutex
	text []byte
}

const headSize = 64 << 10

func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text = append(h.text, p[:min(len(p), headSize-len(h.text))]...)
	return len(p), nil
}

func (h *head) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return string(h.text)
}

var _, _ io.Writer = (*tail)(nil), (*head)(nil)
