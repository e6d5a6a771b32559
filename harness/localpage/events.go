package localpage

import (
	"net/http"
	"sync"
	"time"
)

// The bounds of those who follow.
const (
	mostPages = 16
	writeIn   = 5 * time.Second // a page that does not read is left
	signOf    = 5 * time.Second // between signs of life
)

// feed has the state that pages follow. Of several changes a slow page gets the last.
type feed struct {
	mu    sync.Mutex
	state []byte
	pages map[chan struct{}]bool
	left  func() // called when one has gone; nil: nobody
	came  func() // called when one has come; nil: nobody
}

func newFeed() *feed { return &feed{state: []byte("null"), pages: make(map[chan struct{}]bool)} }

// tell keeps the state, and wakes whoever follows.
func (f *feed) tell(state []byte) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state = state
	for page := range f.pages {
		select {
		case page <- struct{}{}:
		default: // it is about to look
		}
	}
}

// now is the state.
func (f *feed) now() []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state
}

func (f *feed) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.pages)
}

// join has a page woken until it leaves, for the first time at once; nil: there are too many.
func (f *feed) join() (page chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.pages) >= mostPages {
		return nil
	}
	page = make(chan struct{}, 1)
	page <- struct{}{}
	f.pages[page] = true
	return page
}

func (f *feed) leave(page chan struct{}) {
	f.mu.Lock()
	delete(f.pages, page)
	f.mu.Unlock()
	if f.left != nil {
		f.left()
	}
}

// events sends a page the state, now and whenever it changes, until the page or the server goes.
func (s *Server) events(w http.ResponseWriter, r *http.Request) {
	page := s.feed.join()
	if page == nil {
		Refuse(w, http.StatusServiceUnavailable, "too many pages follow already: close one")
		return
	}
	defer s.feed.leave(page)
	if s.feed.came != nil {
		s.feed.came()
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	control := http.NewResponseController(w)
	send := func(text string) bool {
		_ = control.SetWriteDeadline(time.Now().Add(writeIn)) // an error shows at the flush
		_, err := w.Write([]byte(text))
		return err == nil && control.Flush() == nil
	}
	if !send("retry: 1000\n\n") {
		return
	}
	alive := time.NewTicker(signOf)
	defer alive.Stop()
	for {
		text := ": still here\n\n"
		select {
		case <-page:
			text = "event: state\ndata: " + string(s.feed.now()) + "\n\n"
		case <-alive.C:
		case <-r.Context().Done():
			if s.ended.Err() != nil {
				send("event: end\ndata: {}\n\n")
			}
			return
		}
		if !send(text) {
			return
		}
	}
}
