// Package netpage shows a network that is crawled as a page on this machine: who is whose peer, as it comes and goes.
//
//	live.Session --Draw--> state --localpage--> page: picture and table
//
// The picture is drawn by a module that a node's page has too (web/kit/parts/kit/netmap.js), so both look alike.
package netpage

import (
	"context"
	"embed"
	"net"
	"slices"
	"sync"

	"strata/harness/live"
	"strata/harness/localpage"
	"strata/network"
	"strata/web/kit"
)

//go:embed files
var files embed.FS

// Files is the page.
var Files = kit.Under(files, "files")

// state is what the page shows.
type state struct {
	Self  network.Addr      `json:"self"`
	Nodes []node            `json:"nodes"`
	Links [][2]network.Addr `json:"links"`
	Lines []string          `json:"lines"` // what was told last, the newest last
}

// node is one of the network.
type node struct {
	Addr  network.Addr   `json:"addr"`
	Asked bool           `json:"asked"` // it has told its peers
	Peers []network.Addr `json:"peers"`
}

// Page shows one network. Its methods are for any goroutine.
type Page struct {
	server *localpage.Server

	mu    sync.Mutex
	state state
}

// New makes the page of the node at an address, on a listener that is its own from now on.
func New(l net.Listener, self network.Addr) *Page {
	p := &Page{server: localpage.New(l, Files)}
	p.Draw(self, map[network.Addr][]network.Addr{self: nil})
	return p
}

// URL is the address that the user opens.
func (p *Page) URL() string { return p.server.URL() }

// Serve serves until ctx ends. Error: what the system reports.
func (p *Page) Serve(ctx context.Context) error { return p.server.Serve(ctx) }

// mostLines is how many lines the page has.
const mostLines = 50

// Told shows a line.
func (p *Page) Told(line string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Lines = append(p.state.Lines, line)
	p.state.Lines = slices.Clone(p.state.Lines[max(0, len(p.state.Lines)-mostLines):])
	p.server.Tell(p.state)
}

// Draw shows a network: the peers of each node that has told them.
func (p *Page) Draw(self network.Addr, known map[network.Addr][]network.Addr) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state.Self, p.state.Nodes, p.state.Links = self, []node{}, live.Links(known)
	for _, addr := range live.Nodes(known) {
		peers, asked := known[addr]
		p.state.Nodes = append(p.state.Nodes, node{addr, asked, append([]network.Addr{}, peers...)})
	}
	p.server.Tell(p.state)
}
