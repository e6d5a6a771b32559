package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
)

func TestConfig_Defaults(t *testing.T) {
	cfg, err := network.Config{}.Complete()
	require.NoError(t, err)
	require.Equal(t, network.Config{MaxFrame: 1 << 20, MaxQueued: 4 << 20}, cfg)

	own := network.Config{Listen: "localhost:1", MaxFrame: 1, MaxQueued: 2}
	cfg, err = own.Complete()
	require.NoError(t, err)
	require.Equal(t, own, cfg)
}

func TestConfig_ReportsEveryFault(t *testing.T) {
	_, err := network.Config{Listen: "nowhere", MaxFrame: -1, MaxQueued: -1}.Complete()
	require.ErrorIs(t, err, network.ErrBadAddr)
	require.ErrorContains(t, err, "MaxFrame")
	require.ErrorContains(t, err, "MaxQueued")
}

func TestAddr_Validate(t *testing.T) {
	for addr, valid := range map[network.Addr]bool{
		"127.0.0.1:11120":      true,
		"[::1]:1":              true,
		"node-1.example:65535": true,
		"":                     false,
		"host":                 false,
		":80":                  false,
		"host:":                false,
		"host:0":               false,
		"host:65536":           false,
		"host:080":             false,
		"host:100000":          false,
		"host:65535":           true,
		"host:+80":             false,
		"host:http":            false,
		"::1:80":               false,
		"a b:80":               false,
		"a,b:80":               false,
		"hôst:80":              false,
		`"><script>:1`:         false, // H14
		"host/path:80":         false,
		"[fe80::1%eth0]:80":    true,
		network.Addr(strings.Repeat("h", 253)) + ":80": true,
		network.Addr(strings.Repeat("h", 254)) + ":80": false,
	} {
		if err := addr.Validate(); valid {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, network.ErrBadAddr, "%q", addr)
		}
		require.Equal(t, valid, addr.Valid(), "%q", addr)
	}
}

func FuzzAddr(f *testing.F) {
	f.Add("127.0.0.1:80")
	f.Add("[fe80::1%eth0]:80")
	f.Fuzz(func(t *testing.T, text string) {
		if network.Addr(text).Validate() == nil {
			require.NotContains(t, text, ",", "a peer list could not hold it")
		}
	})
}
