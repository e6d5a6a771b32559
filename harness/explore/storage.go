package explore

import (
	"crypto/ed25519"
	"encoding/binary"
	"hash/fnv"
	"time"

	"strata/harness/sim/disk"
	"strata/harness/sim/splitmix"
	"strata/network"
)

// syncTime is what a sync takes, as a timer does: messages may come before it is over, and crashes.
const syncTime = 5 * time.Millisecond

// Disk is network.Host's.
func (h *host) Disk() network.Disk { return disk.Device{On: h.disk, End: h.endSync} }

// disk is the node's disk; of a host whose node has crashed one that nobody sees.
func (h *host) disk() *disk.Disk {
	if !h.current() {
		return disk.New()
	}
	if h.n.disk == nil {
		h.n.disk = disk.New()
	}
	return h.n.disk
}

// endSync ends a sync later.
func (h *host) endSync(_ string, s *disk.Sync, done func(error)) {
	h.After(syncTime, func() { done(s.End(false)) })
}

// crashDisk leaves what was synced and nothing else: of all that a crash may leave, the least.
func (n *node) crashDisk() {
	if n.disk != nil {
		n.disk.Crash(func(uint64) uint64 { return 0 })
	}
}

// identity is a node's key, which depends on the seed and its address alone.
type identity struct{ private ed25519.PrivateKey }

// Identity is network.Host's.
func (h *host) Identity() network.Identity { return identityOf(h.n.w.e.opt.Seed, h.n.addr) }

// identityOf is the key of the node at an address.
func identityOf(number uint64, addr network.Addr) identity {
	var seed [ed25519.SeedSize]byte
	hash := fnv.New64a()
	hash.Write([]byte(addr))
	key := mix(number, hash.Sum64(), keyPurpose)
	for i := range len(seed) / 8 {
		binary.BigEndian.PutUint64(seed[8*i:], splitmix.Scramble(key+uint64(i+1)*splitmix.Golden))
	}
	return identity{ed25519.NewKeyFromSeed(seed[:])}
}

// keyPurpose keeps what keys are made of apart from what a life's random numbers are made of.
const keyPurpose = 1 << 63

// Key is network.Identity's.
func (id identity) Key() (k network.PublicKey) {
	copy(k[:], id.private[ed25519.SeedSize:])
	return k
}

// Sign is network.Identity's.
func (id identity) Sign(message []byte) (s network.Signature) {
	copy(s[:], ed25519.Sign(id.private, message))
	return s
}
