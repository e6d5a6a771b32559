package tcphost

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"time"

	"strata/network"
)

const (
	dialTimeout   = 10 * time.Second // then a dial fails, the look-up of a name included
	lookUpTimeout = 5 * time.Second  // then the look-up of a name has failed
	mostAddresses = 8                // of one name that are tried
)

// Resolver finds the addresses of a name, and ends with its context. A *net.Resolver is one.
type Resolver interface {
	LookupNetIP(ctx context.Context, network, host string) ([]netip.Addr, error)
}

// Dial opens a stream on a goroutine of its own. A name is looked up each time that it is dialled: whoever has it may
// move. What the answer may be is bounded, see lookUp.
func (h *host) Dial(to network.Addr, done func(network.Stream, error)) {
	if err := to.Validate(); err != nil {
		h.After(0, func() { done(nil, err) })
		return
	}
	h.dials++
	h.loop.start(func() {
		s, err := h.reach(to)
		if err != nil {
			h.post(func() { h.dials--; done(nil, fmt.Errorf("tcphost: %w", asHostError(err))) }, func() {})
			return
		}
		h.post(func() { h.dials--; h.streams[s] = struct{}{}; done(s, nil) }, func() { s.conn.Close() })
	})
}

// reach connects to the first of the address's hosts that answers. Each has its share of the time that is left. Errors:
// the last one's; those of lookUp and secured.
func (h *host) reach(to network.Addr) (*stream, error) {
	ctx, cancel := context.WithTimeout(h.ctx, dialTimeout)
	defer cancel()
	name, port, err := net.SplitHostPort(string(to))
	if err != nil {
		return nil, err
	}
	hosts, err := h.lookUp(ctx, name)
	for i, host := range hosts {
		var conn net.Conn
		deadline, _ := ctx.Deadline()
		dialer := net.Dialer{Timeout: time.Until(deadline) / time.Duration(len(hosts)-i), KeepAlive: keepAlive}
		if conn, err = dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, port)); err == nil {
			return h.secured(conn.(*net.TCPConn), tls.Client)
		}
	}
	return nil, err
}

// lookUp lists the addresses that a name has now, at most mostAddresses of them. What nobody can have is left out: the
// system would take an unspecified address for this machine. Private ones stay, as they do when they are dialled by
// number. Errors: the resolver's, which names the name; that it answers nothing that can be dialled.
func (h *host) lookUp(ctx context.Context, name string) ([]string, error) {
	if _, err := netip.ParseAddr(name); err == nil {
		return []string{name}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, lookUpTimeout)
	defer cancel()
	answer, err := h.loop.cfg.Resolver.LookupNetIP(ctx, "ip", name)
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, fmt.Errorf("lookup %s: no answer within %v", name, lookUpTimeout)
	}
	if err != nil {
		return nil, err
	}
	var hosts []string
	for _, ip := range answer {
		ip = ip.Unmap()
		if !ip.IsValid() || ip.IsUnspecified() || ip.IsMulticast() || ip == broadcast || slices.Contains(hosts, ip.String()) {
			continue
		}
		if hosts = append(hosts, ip.String()); len(hosts) == mostAddresses {
			break
		}
	}
	if len(hosts) == 0 {
		return nil, fmt.Errorf("lookup %s: none of the %d addresses in the answer can be dialled", name, len(answer))
	}
	return hosts, nil
}

var broadcast = netip.AddrFrom4([4]byte{255, 255, 255, 255})
