package gossip_test

import (
	"encoding/hex"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/messaging"
)

var someID = gossip.MessageID{0x10, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 0xff}

func TestEncode_Golden_GSP1(t *testing.T) {
	wire := gossip.Encode(someID, []byte("hi"))
	require.Equal(t, "100102030405060708090a0b0c0d0eff"+"6869", hex.EncodeToString(wire))
	require.Equal(t, "100102030405060708090a0b0c0d0eff", someID.String())

	m := messaging.Encode(messaging.TypeRegular, 0, gossip.KindPrefix+"news", wire)
	require.Equal(t, "00"+"00000000"+hex.EncodeToString([]byte("gossip:news"))+"00"+hex.EncodeToString(wire), hex.EncodeToString(m))
}

func TestDecode_GSP5(t *testing.T) {
	for size := range gossip.IDSize {
		_, _, ok := gossip.Decode(make([]byte, size))
		require.False(t, ok, "%d bytes", size)
	}
	id, payload, ok := gossip.Decode(someID[:])
	require.True(t, ok)
	require.Equal(t, someID, id)
	require.Empty(t, payload)
}

func TestNewID_GSP1(t *testing.T) {
	a := gossip.NewID(rand.New(rand.NewPCG(1, 2)))
	require.Equal(t, a, gossip.NewID(rand.New(rand.NewPCG(1, 2))), "by the given source alone")
	r := rand.New(rand.NewPCG(3, 4))
	seen := map[gossip.MessageID]bool{}
	for range 1000 {
		seen[gossip.NewID(r)] = true
	}
	require.Len(t, seen, 1000)
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add(gossip.Encode(someID, []byte("payload")))
	f.Fuzz(func(t *testing.T, wire []byte) {
		id, payload, ok := gossip.Decode(wire)
		require.Equal(t, len(wire) >= gossip.IDSize, ok)
		if ok {
			require.Equal(t, wire, gossip.Encode(id, payload))
		}
	})
}

func TestConfig_Defaults(t *testing.T) {
	got, err := gossip.Config{}.Complete()
	require.NoError(t, err)
	require.Equal(t, gossip.Config{SeenFor: 5 * time.Minute, Sweep: time.Minute, MaxSeen: 65536}, got)
	_, err = gossip.Config{MaxSeen: -1}.Complete()
	require.ErrorContains(t, err, "MaxSeen -1")
}
