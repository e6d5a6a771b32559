package guard

import (
	"errors"
	"fmt"
	"math"
	"net/netip"
	"time"

	"strata/network"
)

// Config of a guard. Zero values mean the defaults.
type Config struct {
	Self network.Addr // the node's own address, as in p2p.Config

	Bytes    int           // a second from one address; 0 means 16 MiB
	Messages int           // a second from one address; 0 means 1,000
	Burst    time.Duration // an address that was quiet for so long may send all of that at once; 0 means 4 s

	MaxHeld     int           // bytes of one connection that wait for their turn; 0 means 4 MiB
	MaxMemory   int           // bytes of all connections that wait, in either direction; 0 means 32 MiB
	MaxFrame    int           // bytes of a message, as in network.Config; 0 means 1 MiB
	FrameWithin time.Duration // a frame must end, and a first one come, in this time; 0 means 1 min

	MaxIncoming      int // connections from outside; 0 means 128
	MaxPeers         int // peers, whoever dialled; 0 means no bound
	MaxPerIP         int // of these, of one address; 0 means 4
	MaxPerGroup      int // of these, of one range: IPv4 /16, IPv6 /32; 0 means 8
	MaxDialsPerGroup int // connections that we dialled into one range; 0 means 4
	Accepts          int // new connections a minute from one address; 0 means 60

	BanScore   int            // points that mean a ban; 0 means 100
	Decay      time.Duration  // in which one point is forgotten; 0 means 6 s
	BanFor     time.Duration  // how long a ban lasts; 0 means 1 h
	MaxSources int            // addresses remembered; 0 means 4,096
	Exempt     []netip.Prefix // no bans, no caps but MaxIncoming; nil means the machine itself

	// Members are nodes that are known beforehand by address and key, where streams prove keys. They are no strangers:
	// whoever proves such a key is never refused, banned or slowed, and nobody else goes by that address.
	Members map[network.Addr]network.PublicKey
}

// Bounds that keep the buckets' arithmetic within 64 bits.
const (
	maxRate  = 1 << 30
	maxBurst = 8 * time.Second
)

// Loopback is the addresses of the machine itself.
var Loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	var faults []error
	whole := func(name string, n *int, value, most int) {
		if *n == 0 {
			*n = value
		}
		if *n < 1 || *n > most {
			faults = append(faults, fmt.Errorf("guard: %s is %d, want 1 to %d", name, *n, most))
		}
	}
	span := func(name string, d *time.Duration, value, most time.Duration) {
		if *d == 0 {
			*d = value
		}
		if *d < time.Millisecond || *d > most {
			faults = append(faults, fmt.Errorf("guard: %s is %v, want 1ms to %v", name, *d, most))
		}
	}
	const year = 365 * 24 * time.Hour
	whole("Bytes", &c.Bytes, 16<<20, maxRate)
	whole("Messages", &c.Messages, 1000, maxRate)
	span("Burst", &c.Burst, 4*time.Second, maxBurst)
	whole("MaxHeld", &c.MaxHeld, 4<<20, maxRate)
	whole("MaxMemory", &c.MaxMemory, 32<<20, min(1<<40, math.MaxInt))
	whole("MaxFrame", &c.MaxFrame, 1<<20, 1<<31-1)
	span("FrameWithin", &c.FrameWithin, time.Minute, year)
	whole("MaxIncoming", &c.MaxIncoming, 128, 1<<20)
	whole("MaxPerIP", &c.MaxPerIP, 4, 1<<20)
	whole("MaxPerGroup", &c.MaxPerGroup, 8, 1<<20)
	whole("MaxDialsPerGroup", &c.MaxDialsPerGroup, 4, 1<<20)
	whole("Accepts", &c.Accepts, 60, 1<<20)
	whole("BanScore", &c.BanScore, 100, 1<<20)
	span("Decay", &c.Decay, 6*time.Second, year)
	span("BanFor", &c.BanFor, time.Hour, year)
	whole("MaxSources", &c.MaxSources, 4096, 1<<20)
	if c.MaxPeers < 0 {
		faults = append(faults, fmt.Errorf("guard: MaxPeers is %d, want 0 or more", c.MaxPeers))
	}
	if c.Exempt == nil {
		c.Exempt = Loopback
	}
	for i, p := range c.Exempt {
		if !p.IsValid() {
			faults = append(faults, fmt.Errorf("guard: Exempt[%d] is no range of addresses", i))
		}
	}
	return c, errors.Join(faults...)
}
