package messaging_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/messaging"
	"strata/network"
)

// golden is the example of docs/protocol.md, framed.
const golden = "0000001e" + "01" + "00000001" + "7032703a68656c6c6f" + "00" + "3132372e302e302e313a3131313230"

func TestGoldenBytes_MSG1(t *testing.T) {
	b := messaging.Encode(messaging.TypeRequest, 1, "p2p:hello", []byte("127.0.0.1:11120"))
	require.Equal(t, golden, hex.EncodeToString(network.AppendFrame(nil, b)))
	m, err := messaging.Decode(b)
	require.NoError(t, err)
	require.Equal(t, messaging.Message{Type: messaging.TypeRequest, ID: 1, Kind: []byte("p2p:hello"), Payload: []byte("127.0.0.1:11120")}, m)
}

func TestWire_MSG1(t *testing.T) {
	long := strings.Repeat("k", messaging.MaxKind)
	for _, c := range []struct {
		name    string
		kind    messaging.Type
		id      uint32
		text    messaging.Kind
		payload string
		wire    string
	}{
		{"regular", messaging.TypeRegular, 0, "a", "b", "\x00\x00\x00\x00\x00a\x00b"},
		{"request", messaging.TypeRequest, 0x01020304, "gossip:ß", "", "\x01\x01\x02\x03\x04gossip:ß\x00"},
		{"response", messaging.TypeResponse, 1<<32 - 1, "", "NUL \x00 inside", "\x02\xff\xff\xff\xff\x00NUL \x00 inside"},
		{"empty response", messaging.TypeResponse, 7, "", "", "\x02\x00\x00\x00\x07\x00"},
		{"longest kind", messaging.TypeRequest, 1, messaging.Kind(long), "p", "\x01\x00\x00\x00\x01" + long + "\x00p"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := messaging.Encode(c.kind, c.id, c.text, []byte(c.payload))
			require.Equal(t, c.wire, string(b))
			require.Equal(t, len(b), cap(b))
			m, err := messaging.Decode(b)
			require.NoError(t, err)
			require.Equal(t, c.kind, m.Type)
			require.Equal(t, c.id, m.ID)
			require.Equal(t, string(c.text), string(m.Kind))
			require.Equal(t, c.payload, string(m.Payload))
		})
	}
}

func TestDecode_Malformed_MSG10(t *testing.T) {
	for name, b := range map[string]string{
		"empty":                "",
		"type alone":           "\x00",
		"short id":             "\x00\x00\x00\x00",
		"nothing after the id": "\x00\x00\x00\x00\x00",
		"no NUL":               "\x01\x00\x00\x00\x01kind",
		"unknown type":         "\x03\x00\x00\x00\x01kind\x00",
		"empty kind":           "\x01\x00\x00\x00\x01\x00payload",
		"long kind":            "\x01\x00\x00\x00\x01" + strings.Repeat("k", 256) + "\x00",
		"kind is not UTF-8":    "\x00\x00\x00\x00\x00\xc3\x00",
	} {
		m, err := messaging.Decode([]byte(b))
		require.ErrorIs(t, err, messaging.ErrMalformed, name)
		require.Zero(t, m, name)
	}
}

func TestDecode_KindOfAResponseIsNotLookedAt_MSG2(t *testing.T) {
	m, err := messaging.Decode([]byte("\x02\x00\x00\x00\x01\xff" + strings.Repeat("k", 300) + "\x00reply"))
	require.NoError(t, err)
	require.Equal(t, "reply", string(m.Payload))
}

func TestDecode_CopiesNothing(t *testing.T) {
	b := messaging.Encode(messaging.TypeRequest, 1, "p2p:hello", make([]byte, 1000))
	handlers := map[messaging.Kind]int{"p2p:hello": 1}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		m, err := messaging.Decode(b)
		if err != nil || handlers[messaging.Kind(m.Kind)] != 1 {
			t.Error("not found")
		}
	}))
}

func TestKind_Validate_MSG2(t *testing.T) {
	for kind, valid := range map[messaging.Kind]bool{
		"a":                                      true,
		"p2p:hello":                              true,
		"ß\n ":                                   true,
		"":                                       false,
		"a\x00":                                  false,
		"\xff":                                   false,
		messaging.Kind(strings.Repeat("k", 255)): true,
		messaging.Kind(strings.Repeat("k", 256)): false,
	} {
		if err := kind.Validate(); valid {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, messaging.ErrBadKind, "%q", string(kind))
		}
	}
}

// FuzzDecode: what decodes is encoded to the same bytes, and all but responses has a valid kind.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x01\x00\x00\x00\x01p2p:hello\x00127.0.0.1:11120"))
	f.Add([]byte("\x02\x00\x00\x00\x01\x00"))
	f.Add([]byte("\x00\x00\x00"))
	f.Add([]byte("\x03\x00\x00\x00\x01a\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := messaging.Decode(b)
		if err != nil {
			require.ErrorIs(t, err, messaging.ErrMalformed)
			return
		}
		require.Equal(t, string(b), string(messaging.Encode(m.Type, m.ID, messaging.Kind(m.Kind), m.Payload)))
		if m.Type != messaging.TypeResponse {
			require.NoError(t, messaging.Kind(m.Kind).Validate())
		}
	})
}
