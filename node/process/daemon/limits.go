package daemon

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"

	"strata/node/guard"
	"strata/node/process/settings"
)

// defaultLimits sets what strangers may do to what package guard says.
func (s *Settings) defaultLimits() {
	c, err := guard.Config{}.Complete()
	if err != nil {
		panic(fmt.Sprintf("daemon: the guard's defaults are faulty: %v", err))
	}
	exempt := make([]string, len(c.Exempt))
	for i, p := range c.Exempt {
		exempt[i] = p.String()
	}
	s.Guard = true
	s.LimitBytes, s.LimitMessages = settings.Count(c.Bytes), settings.Count(c.Messages)
	s.LimitPerAddress, s.LimitPerRange = settings.Count(c.MaxPerIP), settings.Count(c.MaxPerGroup)
	s.BanFor.Duration = c.BanFor
	s.Exempt = settings.Text(strings.Join(exempt, ","))
}

// limits are the keys of [node] that say what strangers may do.
func (s *Settings) limits() []settings.Flag {
	return []settings.Flag{
		{Name: "guard", Usage: "limit strangers, ban those that break the rules, and remember good peers and bans over restarts", Value: &s.Guard},
		{Name: "limit-bytes", Usage: "bytes a second from one address; more than that waits", Value: &s.LimitBytes},
		{Name: "limit-messages", Usage: "messages a second from one address; more than that waits", Value: &s.LimitMessages},
		{Name: "limit-incoming", Usage: "connections from outside; 0 means 32 more than twice max-peers", Value: &s.LimitIncoming},
		{Name: "limit-per-address", Usage: "connections from one address", Value: &s.LimitPerAddress},
		{Name: "limit-per-range", Usage: "connections from one range of public addresses (IPv4 /16, IPv6 /32)", Value: &s.LimitPerRange},
		{Name: "ban-for", Usage: "how long to ban an address that keeps breaking the rules", Value: &s.BanFor},
		{Name: "exempt", Usage: "addresses and ranges that are never banned or limited in connections, separated by commas", Value: &s.Exempt},
	}
}

// Limits is the guard that the settings ask for; nil for none. Errors: all that is wrong with them.
func (s Settings) Limits() (*guard.Config, error) {
	exempt, err := ranges(string(s.Exempt))
	faults := errors.Join(
		settings.InRange("limit-bytes", int(s.LimitBytes), 1000, 1<<30),
		settings.InRange("limit-messages", int(s.LimitMessages), 1, 1<<30),
		settings.InRange("limit-incoming", int(s.LimitIncoming), 0, 1<<20),
		settings.InRange("limit-per-address", int(s.LimitPerAddress), 1, 1<<20),
		settings.InRange("limit-per-range", int(s.LimitPerRange), 1, 1<<20),
		err,
	)
	c := guard.Config{
		Bytes:       int(s.LimitBytes),
		Messages:    int(s.LimitMessages),
		MaxIncoming: int(s.LimitIncoming),
		MaxPerIP:    int(s.LimitPerAddress),
		MaxPerGroup: int(s.LimitPerRange),
		BanFor:      s.BanFor.Duration,
		Exempt:      exempt,
	}
	if s.BanFor.Duration == 0 {
		faults = errors.Join(faults, errors.New("ban-for is 0s: want more, or `guard = false` for no bans at all"))
	} else if _, err := c.Complete(); err != nil && faults == nil {
		faults = err
	}
	if faults != nil || !bool(s.Guard) {
		return nil, faults
	}
	return &c, nil
}

// ranges reads addresses and ranges with commas between. An empty list is not nil: it exempts nobody.
func ranges(text string) ([]netip.Prefix, error) {
	list := []netip.Prefix{}
	var faults []error
	for field := range strings.SplitSeq(text, ",") {
		field = strings.TrimSpace(field)
		if field == "" {
			continue
		}
		p, err := netip.ParsePrefix(field)
		if ip, single := netip.ParseAddr(field); single == nil {
			p, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("exempt: %q is no address and no range: want one such as 192.168.0.7 or 192.168.0.0/16", field))
			continue
		}
		list = append(list, p.Masked())
	}
	return list, errors.Join(faults...)
}
