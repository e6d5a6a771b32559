package network

import (
	"errors"
	"fmt"
	"strings"
)

// Config of the layer. Zero values mean the defaults.
type Config struct {
	Listen    Addr // where to listen; empty means nowhere
	MaxFrame  int  // bytes of the longest message sent or accepted; 0 means 1 MiB
	MaxQueued int  // bytes that may wait for one slow peer; 0 means 4 MiB
}

// Complete returns the config with its defaults filled in, or one error that lists every fault.
func (c Config) Complete() (Config, error) {
	if c.MaxFrame == 0 {
		c.MaxFrame = 1 << 20
	}
	if c.MaxQueued == 0 {
		c.MaxQueued = 4 << 20
	}
	var faults []error
	if c.Listen != "" {
		faults = append(faults, c.Listen.Validate())
	}
	if c.MaxFrame < 0 || c.MaxFrame > MaxFrameLimit {
		faults = append(faults, fmt.Errorf("network: MaxFrame is %d, want 1 to %d bytes", c.MaxFrame, MaxFrameLimit))
	}
	if c.MaxQueued < 0 {
		faults = append(faults, fmt.Errorf("network: MaxQueued is %d, want 1 byte or more", c.MaxQueued))
	}
	return c, errors.Join(faults...)
}

// Validate reports what keeps the address from being one that can be dialled: it wants
// `host:port`, a host of 1 to 253 bytes as names and IP addresses have them, and a port of 1 to 65535.
// The error wraps ErrBadAddr.
func (a Addr) Validate() error {
	if why := a.fault(); why != "" {
		return badAddr{ErrBadAddr, a, why}
	}
	return nil
}

// Valid says whether Validate has nothing against the address. It makes no error, for whoever reads many.
func (a Addr) Valid() bool { return a.fault() == "" }

// fault is what Validate has against the address; empty: nothing.
func (a Addr) fault() string {
	host, port, split := strings.Cut(string(a), ":")
	if inside, brackets := strings.CutPrefix(string(a), "["); brackets { // IPv6
		host, port, split = strings.Cut(inside, "]:")
	}
	if !split || strings.Contains(port, ":") {
		return "want host:port"
	}
	if len(host) == 0 || len(host) > 253 || !isHost(host) {
		return "the host is empty, too long or has a character that hosts do not have"
	}
	if !isPort(port) {
		return "the port is not a number from 1 to 65535"
	}
	return ""
}

// badAddr is ErrBadAddr with the address and what is wrong with it: peers send many such, and few of these errors are read.
type badAddr struct {
	error
	addr Addr
	why  string
}

// Error is the text, made when it is asked for.
func (e badAddr) Error() string { return fmt.Sprintf("%v %q: %s", e.error, string(e.addr), e.why) }

// Unwrap is ErrBadAddr.
func (e badAddr) Unwrap() error { return e.error }

// isPort says whether the text is a number from 1 to 65535, in digits alone and without zeros in front.
func isPort(text string) bool {
	if len(text) == 0 || len(text) > 5 || text[0] == '0' {
		return false
	}
	n := 0
	for _, c := range []byte(text) {
		if c < '0' || c > '9' {
			return false
		}
		n = n*10 + int(c-'0')
	}
	return n < 1<<16
}

// isHost says whether the text has only the characters of names and IP addresses: what is a host in no network is
// markup or a slip.
func isHost(text string) bool {
	for _, c := range []byte(text) {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '.', c == '-', c == '_', c == ':', c == '%': // the last two: IPv6, and its zones
		default:
			return false
		}
	}
	return true
}
