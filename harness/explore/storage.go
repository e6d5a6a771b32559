package explore

import (
	"time"

	"strata/harness/sim"
	"strata/harness/sim/disk"
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

// Identity is network.Host's.
func (h *host) Identity() network.Identity { return sim.Identity(h.n.w.e.opt.Seed, h.n.addr) }
