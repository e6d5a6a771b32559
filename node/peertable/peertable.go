// Package peertable keeps the addresses of good peers, and the bans, over restarts.
//
//	node  -- Good, Failed -->  Table  -- Save, one transaction -->  store, buckets "peers" and "bans"
//	      <----- Best --------        <----------- Open ---------
//
// A node that comes back so dials nodes that it knows, before it listens to what others say: who
// surrounds it later has to get past these first. For the same reason an address comes into the
// table only after this node has dialled it and become its peer. What others claim, in a hello or in a list of
// peers, does not, so that nobody can fill the table from outside.
//
// In the store, integers big-endian:
//
//	peers  host:port -> last seen, seconds since 1970, uint64 | failures since, uint32
//	bans   IP        -> until, seconds since 1970, uint64 | reason, text
//
// Simplification: one table. Bitcoin's has two, of tried and of merely heard-of addresses, in
// buckets that are chosen by a secret key.
//
// Source: E. Heilman et al., Eclipse Attacks on Bitcoin's Peer-to-Peer Network, USENIX Security 2015,
// countermeasures 1 and 6 (anchors). Read next: node/guard.go, which keeps one.
package peertable

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"strata/network"
	"strata/node/guard"
	"strata/node/store"
)

// MaxPeers is the number of addresses in a table at most, and MaxFailures the number of dials in a row
// that an address may fail before it is forgotten.
const (
	MaxPeers    = 256
	MaxFailures = 8
	maxBans     = 4096
)

const (
	bucketPeers store.Bucket = "peers"
	bucketBans  store.Bucket = "bans"
)

// Peer is an address at which there was a good peer.
type Peer struct {
	Addr     network.Addr
	Seen     time.Time // last, to the second
	Failures int       // dials since then that came to nothing
}

// Table is the addresses of good peers. All methods are called on the node's loop.
type Table struct {
	store   store.Store
	peers   map[network.Addr]Peer
	changed map[network.Addr]bool // since the last Save: what the store has of these addresses
	banned  bool                  // the store has bans
}

// Open reads the table and the bans. What is malformed is left out, and gone after the next Save. Error:
// the store's.
func Open(db store.Store) (*Table, []guard.Ban, error) {
	t := &Table{store: db, peers: make(map[network.Addr]Peer), changed: make(map[network.Addr]bool)}
	var bans []guard.Ban
	err := db.View(func(r store.Reader) error {
		peers := r.Scan(bucketPeers, func(key, value []byte) error {
			p, ok := decodePeer(key, value)
			t.changed[p.Addr] = true
			if ok {
				t.put(p)
			}
			if _, stays := t.peers[p.Addr]; stays {
				delete(t.changed, p.Addr)
			}
			return nil
		})
		return errors.Join(peers, r.Scan(bucketBans, func(key, value []byte) error {
			t.banned = true
			if len(value) >= 8 && len(bans) < maxBans {
				bans = append(bans, guard.Ban{IP: string(key), Until: seconds(value), Reason: string(value[8:])})
			}
			return nil
		}))
	})
	if err != nil {
		return nil, nil, fmt.Errorf("peer table: %w", err)
	}
	return t, bans, nil
}

func seconds(value []byte) time.Time { return time.Unix(int64(binary.BigEndian.Uint64(value)), 0) }

func decodePeer(key, value []byte) (Peer, bool) {
	p := Peer{Addr: network.Addr(key)}
	if len(value) != 12 || p.Addr.Validate() != nil {
		return p, false
	}
	p.Seen = seconds(value)
	p.Failures = int(binary.BigEndian.Uint32(value[8:]))
	return p, p.Failures <= MaxFailures
}

func (p Peer) encode() []byte {
	value := binary.BigEndian.AppendUint64(make([]byte, 0, 12), uint64(p.Seen.Unix()))
	return binary.BigEndian.AppendUint32(value, uint32(p.Failures))
}

// Good notes that there is a good peer at the address now: one that we have dialled.
func (t *Table) Good(a network.Addr, now time.Time) { t.put(Peer{Addr: a, Seen: now}) }

// Failed notes a dial that came to nothing. An address that is not in the table stays out of it.
func (t *Table) Failed(a network.Addr) {
	p, known := t.peers[a]
	if !known {
		return
	}
	t.changed[a] = true
	if p.Failures++; p.Failures > MaxFailures {
		delete(t.peers, a)
		return
	}
	t.peers[a] = p
}

// put adds or replaces a peer. If there are too many, one of the range of addresses goes that has most
// of them, the worst: so a range cannot push the others out.
func (t *Table) put(p Peer) {
	if was, known := t.peers[p.Addr]; !known || was.Failures != p.Failures || was.Seen.Unix() != p.Seen.Unix() {
		t.changed[p.Addr] = true
	}
	t.peers[p.Addr] = p
	if len(t.peers) <= MaxPeers {
		return
	}
	groups := make(map[string]int)
	for a := range t.peers {
		groups[guard.Group(a)]++
	}
	all := t.Peers()
	largest := slices.MaxFunc(slices.Sorted(maps.Keys(groups)), func(a, b string) int { return cmp.Compare(groups[a], groups[b]) })
	for _, worst := range slices.Backward(all) {
		if guard.Group(worst.Addr) == largest {
			delete(t.peers, worst.Addr)
			t.changed[worst.Addr] = true
			return
		}
	}
}

// Peers lists the table, the best first: those with few failures, then those seen last. The slice is the
// caller's.
func (t *Table) Peers() []Peer {
	return slices.SortedFunc(maps.Values(t.peers), func(a, b Peer) int {
		return cmp.Or(cmp.Compare(a.Failures, b.Failures), b.Seen.Compare(a.Seen), strings.Compare(string(a.Addr), string(b.Addr)))
	})
}

// Within says whether all addresses of the table are in the set.
func (t *Table) Within(set map[network.Addr]bool) bool {
	for a := range t.peers { // the order does not matter
		if !set[a] {
			return false
		}
	}
	return true
}

// Best lists up to n addresses to begin with: the best of each range of addresses, then the second of
// each, and so on.
func (t *Table) Best(n int) []network.Addr {
	var best, rest []network.Addr
	peers := t.Peers()
	for len(best) < n && len(peers) > 0 {
		taken := make(map[string]bool)
		var left []Peer
		for _, p := range peers {
			group := guard.Group(p.Addr)
			switch {
			case len(best) == n:
			case group == "":
				rest = append(rest, p.Addr)
			case taken[group]:
				left = append(left, p)
			default:
				taken[group] = true
				best = append(best, p.Addr)
			}
		}
		peers = left
	}
	return append(best, rest[:min(len(rest), n-len(best))]...)
}

// Save makes the store hold this table and these bans, all or nothing, in one transaction. What is the
// same already is not written. Error: the store's.
func (t *Table) Save(bans []guard.Ban) error {
	if len(t.changed) == 0 && len(bans) == 0 && !t.banned {
		return nil
	}
	err := t.store.Update(func(w store.Writer) error {
		t.savePeers(w)
		if len(bans) == 0 && !t.banned {
			return nil
		}
		return saveBans(w, bans)
	})
	if err != nil {
		return fmt.Errorf("peer table: %w", err)
	}
	clear(t.changed)
	t.banned = len(bans) > 0
	return nil
}

// savePeers writes what has changed, by ascending address.
func (t *Table) savePeers(w store.Writer) {
	var few [16]network.Addr // mostly the peers that the node has dialled: no garbage
	addrs := slices.AppendSeq(few[:0], maps.Keys(t.changed))
	slices.Sort(addrs)
	for _, a := range addrs {
		if p, known := t.peers[a]; known {
			w.Put(bucketPeers, []byte(a), p.encode())
		} else {
			w.Delete(bucketPeers, []byte(a))
		}
	}
}

func saveBans(w store.Writer, bans []guard.Ban) error {
	banned := make(map[string][]byte, len(bans))
	for _, b := range bans[:min(len(bans), maxBans)] {
		banned[b.IP] = append(binary.BigEndian.AppendUint64(nil, uint64(b.Until.Unix())), b.Reason...)
	}
	return replace(w, bucketBans, banned)
}

// replace makes a bucket hold these entries and no others.
func replace(w store.Writer, b store.Bucket, entries map[string][]byte) error {
	var gone [][]byte
	err := w.Scan(b, func(key, value []byte) error {
		entry, stays := entries[string(key)]
		if !stays {
			gone = append(gone, key)
		} else if string(entry) == string(value) {
			delete(entries, string(key))
		}
		return nil
	})
	for _, key := range gone {
		w.Delete(b, key)
	}
	for _, key := range slices.Sorted(maps.Keys(entries)) {
		w.Put(b, []byte(key), entries[key])
	}
	return err
}
