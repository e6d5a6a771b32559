package sim

import (
	"crypto/ed25519"
	"encoding/binary"
	"time"

	"strata/harness/sim/disk"
	"strata/harness/sim/splitmix"
	"strata/network"
	"strata/scenario"
)

// The bounds of the time that a sync takes.
const (
	minSync = time.Millisecond
	maxSync = 10 * time.Millisecond
)

// storage is a node's disk and what the simulator knows of it. It outlives crashes, but those that
// take the disk as well.
type storage struct {
	disk    *disk.Disk
	syncs   map[string]uint64 // syncs begun, by file; "" for the names
	due     map[string]int64  // when the last of them is over
	pending int               // timers that wait for a sync: they are not the node's own
}

// storage is the node's, made when it is first asked for.
func (nd *node) storage() *storage {
	at := &nd.net.stores[nd.index]
	if *at == nil {
		*at = &storage{disk: disk.New(), syncs: map[string]uint64{}, due: map[string]int64{}}
	}
	return *at
}

// crashDisk leaves of the disk what a crash leaves. What is left is drawn by node and boot, so that
// no other fault changes it.
func (nd *node) crashDisk() {
	st := nd.net.stores[nd.index]
	if st == nil {
		return
	}
	if nd.wiped {
		nd.net.stores[nd.index] = nil
		return
	}
	key, n := splitmix.Key(purposeDisk, nd.key, uint64(nd.born)), uint64(0)
	st.disk.Crash(func(most uint64) uint64 {
		n++
		return below(drawn(key, n), most)
	})
	st.pending = 0
	clear(st.due)
}

// Disk is network.Host's.
func (h *host) Disk() network.Disk { return disk.Device{On: h.disk, End: h.endSync, Full: h.diskFull} }

// disk is the node's disk; of a host whose node has crashed one that nobody sees.
func (h *host) disk() *disk.Disk {
	if h.nd.host != h {
		return disk.New()
	}
	return h.nd.storage().disk
}

// endSync ends a sync later: after a time that is drawn by node, file and number, and not before those of
// the same file that were begun before it.
func (h *host) endSync(name string, s *disk.Sync, done func(error)) {
	nd := h.nd
	if nd.host != h {
		return
	}
	st := nd.storage()
	st.syncs[name]++
	key := splitmix.Key(purposeDisk, nd.key^nd.salt(), sum([]byte(name)), st.syncs[name])
	due := nd.worker.now + int64(minSync) + int64(below(key, uint64(maxSync-minSync)))
	if f := nd.diskFault(scenario.DiskSlow); f != nil {
		due += f.by
	}
	due = max(due, st.due[name]+1)
	st.due[name] = due
	st.pending++
	h.After(time.Duration(due-nd.worker.now), func() {
		st.pending--
		switch {
		case nd.diskFault(scenario.DiskFail) != nil:
			done(s.End(true))
		case nd.diskFault(scenario.DiskLie) != nil:
			done(s.Lie())
		default:
			done(s.End(false))
		}
	})
}

// disk files a fault of disks.
func (n *Net) disk(f *fault) { n.disks.add(f) }

// diskFault is a fault of that kind that strikes the node's disk now, which it counts; nil if there is none.
func (nd *node) diskFault(kind scenario.FaultKind) *fault {
	for f := range nd.net.disks.during(nd.worker.now) {
		if f.said.Kind == kind && has(f.a, nd.index) {
			nd.fire(f)
			return f
		}
	}
	return nil
}

// diskFull says whether the node's disk takes no more now.
func (h *host) diskFull() bool { return h.nd.host == h && h.nd.diskFault(scenario.DiskFull) != nil }

// rot turns one bit over that was safe on the node's disk. Which is drawn by the fault and the node.
func (nd *node) rot(f *fault) (called bool) {
	key, n := splitmix.Key(purposeDisk, nd.key, uint64(f.at)), uint64(0)
	if st := nd.net.stores[nd.index]; st != nil && st.disk.Rot(func(most uint64) uint64 {
		n++
		return below(drawn(key, n), most)
	}) {
		nd.fire(f)
	}
	return false
}

// identity is a node's key, which depends on the seed and its address alone.
type identity struct {
	private ed25519.PrivateKey
	signed  func(network.PublicKey, []byte, network.Signature) // Config.Signed
}

// Identity is network.Host's. Twins have the same.
func (h *host) Identity() network.Identity {
	if h.identity == nil {
		cfg := h.nd.net.cfg
		h.identity = identity{privateKey(cfg.Seed, h.nd.identity()), cfg.Signed}
	}
	return h.identity
}

// Identity is the key of whoever is reached at the address, under that seed.
func Identity(seed uint64, at network.Addr) network.Identity {
	return identity{private: privateKey(seed, at)}
}

func privateKey(number uint64, at network.Addr) ed25519.PrivateKey {
	key := splitmix.Key(number, purposeIdentity, sum([]byte(at)))
	var seed [ed25519.SeedSize]byte
	for i := range len(seed) / 8 {
		binary.BigEndian.PutUint64(seed[8*i:], drawn(key, uint64(i)))
	}
	return ed25519.NewKeyFromSeed(seed[:])
}

// Key is network.Identity's.
func (id identity) Key() (k network.PublicKey) {
	copy(k[:], id.private[ed25519.SeedSize:])
	return k
}

// Sign is network.Identity's.
func (id identity) Sign(message []byte) (s network.Signature) {
	copy(s[:], ed25519.Sign(id.private, message))
	if id.signed != nil {
		id.signed(id.Key(), message, s)
	}
	return s
}
