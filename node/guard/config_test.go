package guard

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestConfigComplete(t *testing.T) {
	c, err := Config{}.Complete()
	require.NoError(t, err)
	require.Equal(t, 1000, c.Messages)
	require.Equal(t, time.Hour, c.BanFor)
	require.Equal(t, Loopback, c.Exempt)

	_, err = Config{Bytes: -1, Burst: time.Hour, MaxPerIP: -3, Exempt: []netip.Prefix{{}}}.Complete()
	for _, want := range []string{"Bytes is -1, want 1 to 1073741824", "Burst is 1h0m0s, want 1ms to 8s", "MaxPerIP is -3", "Exempt[0] is no range"} {
		require.ErrorContains(t, err, want, "every fault at once")
	}
	c, err = Config{Exempt: []netip.Prefix{}}.Complete()
	require.NoError(t, err)
	require.Empty(t, c.Exempt, "an empty list exempts nobody")
}

func TestWhatAnAddressCountsAs(t *testing.T) {
	cfg, err := Config{}.Complete()
	require.NoError(t, err)
	g := &Guard{cfg: cfg}
	for _, c := range []struct {
		far         string
		name, group string
		exempt      bool
	}{
		{"203.0.113.7:4000", "203.0.113.7", "203.0.0.0/16", false},
		{"[::ffff:203.0.113.7]:1", "203.0.113.7", "203.0.0.0/16", false},
		{"[2001:db8:1:2:3::4]:1", "2001:db8:1:2::/64", "2001:db8::/32", false},
		{"[fe80::1%eth0]:1", "fe80::/64", "", false},
		{"10.1.2.3:1", "10.1.2.3", "", false},
		{"127.0.0.9:1", "127.0.0.9", "", true},
		{"[::1]:1", "::/64", "", true},
		{"node.example:1", "node.example", "", false},
		{"nonsense", "nonsense", "", false},
	} {
		name, group, exempt := g.place(netAddr(c.far))
		require.Equal(t, c.name, name, c.far)
		require.Equal(t, c.group, group, c.far)
		require.Equal(t, c.exempt, exempt, c.far)
	}
}
