package network_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/network"
)

func TestFrame_NET1(t *testing.T) {
	for _, c := range []struct {
		name, payload, frame string
	}{
		{"empty", "", "\x00\x00\x00\x00"},
		{"short", "hello", "\x00\x00\x00\x05hello"},
		{"two bytes of length", strings.Repeat("x", 0x0102), "\x00\x00\x01\x02" + strings.Repeat("x", 0x0102)},
		{"golden bytes of messaging", "\x01\x00\x00\x00\x01p2p:hello\x00127.0.0.1:11120",
			"\x00\x00\x00\x1e\x01\x00\x00\x00\x01p2p:hello\x00127.0.0.1:11120"},
	} {
		t.Run(c.name, func(t *testing.T) {
			frame := network.AppendFrame([]byte("before"), []byte(c.payload))
			require.Equal(t, "before"+c.frame, string(frame))
			header := network.Header(len(c.payload))
			require.Equal(t, c.frame, string(header)+c.payload)
			require.Equal(t, len(c.payload), int(network.PayloadSize(header)))
		})
	}
}

func TestPayloadSize_IsAClaim(t *testing.T) {
	require.Equal(t, uint32(1<<32-1), network.PayloadSize([]byte("\xff\xff\xff\xff and more")))
}

func FuzzFrame(f *testing.F) {
	f.Add([]byte(nil))
	f.Add([]byte("hello"))
	f.Add([]byte("\x00\x00\x00\x05hello"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		frame := network.AppendFrame(nil, payload)
		require.Len(t, frame, network.HeaderSize+len(payload))
		require.Equal(t, len(payload), int(network.PayloadSize(frame)))
		require.Equal(t, string(payload), string(frame[network.HeaderSize:]))
	})
}
