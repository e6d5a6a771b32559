package api

import (
	"encoding/json"
	"sync"
)

// event is one thing that happened, as it goes to the clients.
type event struct {
	id   uint64 // ascending, and above those of the node's earlier lives
	kind string
	data []byte // JSON
}

// hub brings events to clients. Who publishes never waits: a client that does not keep up loses its
// place, and is told so. It is for any goroutine.
type hub struct {
	mu      sync.Mutex
	last    uint64  // id
	kept    []event // the last ones, for who comes back; a ring once it is full
	oldest  int     // in kept
	most    int     // clients
	queue   int     // events that wait for one client
	clients map[*client]struct{}
}

// client is one stream.
type client struct {
	events chan event // closed when the client was too slow
}

// newHub makes a hub whose first id is after last. Who begins with the time, in small units, gives no id
// again that a client may have from before a restart.
func newHub(last uint64, keep, queue, most int) *hub {
	return &hub{last: last, kept: make([]event, 0, keep), queue: queue, most: most, clients: map[*client]struct{}{}}
}

// publish tells everyone.
func (h *hub) publish(kind string, value any) {
	data, err := json.Marshal(value)
	if err != nil {
		panic("api: an event is numbers and texts: " + err.Error())
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.last++
	e := event{h.last, kind, data}
	if len(h.kept) < cap(h.kept) {
		h.kept = append(h.kept, e)
	} else {
		h.kept[h.oldest] = e
		h.oldest = (h.oldest + 1) % len(h.kept)
	}
	for c := range h.clients {
		select {
		case c.events <- e:
		default: // full: what it reads next is the end
			delete(h.clients, c)
			close(c.events)
		}
	}
}

// join adds a client that has seen the events up to after, 0 for none. What it missed comes first;
// whole is false if that is no longer kept. c is nil if there are too many clients.
func (h *hub) join(after uint64) (c *client, missed []event, last uint64, whole bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.clients) >= h.most {
		return nil, nil, h.last, false
	}
	whole = after <= h.last && h.last-after <= uint64(len(h.kept))
	if whole {
		for i := range h.kept {
			if e := h.kept[(h.oldest+i)%len(h.kept)]; e.id > after {
				missed = append(missed, e)
			}
		}
	}
	c = &client{events: make(chan event, h.queue)}
	h.clients[c] = struct{}{}
	return c, missed, h.last, whole
}

// leave forgets a client.
func (h *hub) leave(c *client) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.clients, c)
}

// count is the number of clients.
func (h *hub) count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.clients)
}
