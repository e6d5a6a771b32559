// Package board is the live page of a class: how far it is, who stands where, what fails how often. It reads the folder
// of the class again and again, and it does not matter who grades: this process, another, or nobody.
//
// It is for the browser of this machine: requests that name another host are refused, so that no page from elsewhere
// can read what students have. Nothing can be changed through it.
package board

import (
	"cmp"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"strata/harness/class"
	"strata/web/kit"
)

//go:embed board.html
var page string

//go:embed board.css
var style string

//go:embed board.js
var script string

// State is what the page shows.
type State struct {
	Total, Graded, Missing int
	Left                   string `json:",omitempty"` // a rough time; empty: nobody knows
	Of                     float64
	Standings              []Row
	Broken                 []class.Broken
	Spread                 [11]int
	Slowest                []Slow
}

// Row is where one student stands.
type Row struct {
	Name    string
	Graded  bool
	Points  float64
	Remarks string
}

// Slow is what took long.
type Slow struct {
	Name    string
	Seconds float64
}

// Board serves the page of the class in Dir. Its fields are not to change while it serves.
type Board struct {
	Dir   string
	Rules class.Rules
	Now   func() time.Time // nil: the clock

	lock  sync.Mutex
	took  map[string]float64 // seconds by digest, which do not change
	first time.Time          // when it looked for the first time
	then  int                // what was graded by then
}

// ServeHTTP answers for the page and for its state.
func (b *Board) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	head := w.Header()
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Cross-Origin-Resource-Policy", "same-origin")
	head.Set("Cache-Control", "no-store")
	if !loopback(r.Host) {
		http.Error(w, "this page is for the browser of its own machine: open the address that strata printed",
			http.StatusForbidden)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		head.Set("Allow", "GET, HEAD")
		http.Error(w, "the page can only be read", http.StatusMethodNotAllowed)
		return
	}
	switch r.URL.Path {
	case "/":
		theme := kit.Theme() + style
		head.Set("Content-Type", "text/html; charset=utf-8")
		head.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; base-uri 'none'; "+
			"form-action 'none'; frame-ancestors 'none'; style-src "+digest(theme)+"; script-src "+digest(script))
		_, _ = strings.NewReplacer("{{style}}", theme, "{{script}}", script).WriteString(w, page) // the browser is gone
	case "/state":
		state, err := b.State()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		head.Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(state) // the browser is gone
	default:
		http.NotFound(w, r)
	}
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// loopback says whether a host is this machine's own.
func loopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// State looks how the class stands now.
func (b *Board) State() (State, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	f, err := class.Open(b.Dir)
	if err != nil {
		return State{}, err
	}
	all, err := f.Standings(b.Rules)
	if err != nil {
		return State{}, err
	}
	s := State{Total: len(all), Broken: class.MostBroken(all), Spread: class.Spread(all)}
	if s.Missing, err = f.Missing(); err != nil {
		return s, err
	}
	for _, one := range all {
		s.Standings = append(s.Standings, Row{one.Name, one.Graded, one.Points, one.Remarks()})
		s.Of = one.Of
		if one.Graded {
			s.Graded++
		}
	}
	s.Left = b.left(s)
	s.Slowest, err = b.slowest(f, all)
	return s, err
}

// left is a rough time, by what was graded since the first look.
func (b *Board) left(s State) string {
	now := time.Now
	if b.Now != nil {
		now = b.Now
	}
	if b.first.IsZero() {
		b.first, b.then = now(), s.Missing
	}
	done := b.then - s.Missing
	if done <= 0 || s.Missing == 0 {
		return ""
	}
	each := now().Sub(b.first) / time.Duration(done)
	return (each * time.Duration(s.Missing)).Round(time.Second).String()
}

// mostSlow is how many of the slowest are listed.
const mostSlow = 8

// slowest lists what took longest; equal hand-ins count once.
func (b *Board) slowest(f *class.Folder, all []class.Standing) ([]Slow, error) {
	if b.took == nil {
		b.took = make(map[string]float64)
	}
	var list []Slow
	seen := make(map[string]bool)
	for _, s := range all {
		if !s.Graded || seen[s.Digest] {
			continue
		}
		seen[s.Digest] = true
		key, _ := f.Key(s.Handin)
		if _, known := b.took[key.String()]; !known {
			r, ok, err := f.Report(s.Handin)
			if err != nil {
				return nil, err
			}
			if !ok {
				continue
			}
			b.took[key.String()] = r.Elapsed.Seconds()
		}
		list = append(list, Slow{s.Name, b.took[key.String()]})
	}
	slices.SortStableFunc(list, func(x, y Slow) int { return cmp.Compare(y.Seconds, x.Seconds) })
	return list[:min(len(list), mostSlow)], nil
}
