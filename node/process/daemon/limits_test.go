package daemon

import (
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/node/guard"
)

func TestTheDefaultLimitsAreTheGuards(t *testing.T) {
	c, err := Defaults().Limits()
	require.NoError(t, err)
	got, err := c.Complete()
	require.NoError(t, err)
	want, err := guard.Config{}.Complete()
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestLimitsThatCannotBe(t *testing.T) {
	l := Defaults()
	l.LimitBytes, l.LimitPerAddress, l.BanFor.Duration, l.Exempt = 0, 0, 0, "10.0.0.0/8, nonsense, 10.0.0.300"
	_, err := l.Limits()
	for _, want := range []string{
		"limit-bytes is 0: want 1000 to 1073741824", "limit-per-address is 0", "ban-for is 0s", `exempt: "nonsense" is no address`, `"10.0.0.300"`,
	} {
		require.ErrorContains(t, err, want)
	}
	l = Defaults()
	l.BanFor.Duration = time.Nanosecond
	_, err = l.Limits()
	require.ErrorContains(t, err, "BanFor is 1ns")
}

func TestWhomLimitsExempt(t *testing.T) {
	l := Defaults()
	l.Exempt = "192.0.2.7, 10.1.2.3/8,2001:db8::/32"
	c, err := l.Limits()
	require.NoError(t, err)
	require.Equal(t, []netip.Prefix{
		netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8::/32"),
	}, c.Exempt)
	l.Exempt = ""
	c, err = l.Limits()
	require.NoError(t, err)
	require.NotNil(t, c.Exempt, "nobody, not the machine itself")
	l.Guard = false
	c, err = l.Limits()
	require.NoError(t, err)
	require.Nil(t, c)
}
