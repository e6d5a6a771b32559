package boundary

import (
	"encoding/binary"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"
)

// brief is a message as rooms have it.
func brief(m message) []byte {
	switch m.kind {
	case isCall:
		return appendCall(nil, methodOf(m.call), m.on, m.args)
	case isError:
		return appendCBOR([]byte{briefError}, m.failure)
	case isCrash:
		return appendCrash([]byte{briefCrash}, m.crash)
	}
	return appendReturn(nil, m.value)
}

// What is written is read, and its values are CBOR that others can read too.
func TestBrief_RoundTrip(t *testing.T) {
	for _, m := range said {
		b := brief(m)
		var item any
		if m.kind == isCall {
			method, on, args, err := parseCall(nil, b)
			require.NoError(t, err)
			require.NotEqual(t, unnamed, method)
			require.Equal(t, m.call, method.String())
			require.Equal(t, m.on, on)
			require.Len(t, args, len(m.args))
			for _, a := range args {
				require.NoError(t, cbor.Unmarshal(a, &item))
			}
			require.Equal(t, m.args, kept(m.args), "who keeps arguments has the same")
			continue
		}
		if len(b) > 0 {
			require.NoError(t, cbor.Unmarshal(b[1:], &item))
		}
		got, err := parseAnswer(b)
		require.NoError(t, err)
		require.Equal(t, m.kind, got.kind)
		require.Equal(t, m.failure, got.failure)
		require.Equal(t, m.crash, got.crash)
		if m.value != nil {
			var n int
			require.NoError(t, readCBOR(got.ret, &n))
			require.Equal(t, m.value, n)
		}
	}
}

// What is no call or no answer is refused.
func TestBrief_Nonsense(t *testing.T) {
	for _, text := range []string{"", "\x01\x01\x01\x00\x00\x00", "\x00", "\x00\x01\x01\x00\x00", "\x00\x01\x01\x00\x00\x00\x01",
		"\x00\x01\x01\x00\x00\x00\x02\x00\x00\x00\x01", "\x00\x01\x01\x00\x00\x00\xff\xff\xff\xff\x01"} {
		_, _, _, err := parseCall(nil, []byte(text))
		require.Error(t, err, "%x", text)
	}
	for _, text := range []string{"\x00\x63run\x01", "\x01", "\x01\x81", "\x01\x01\x01", "\x02\x05", "\x03\x05", "\x04\x01", "\xff\x01"} {
		_, err := parseAnswer([]byte(text))
		require.Error(t, err, "%x", text)
	}
}

func FuzzBrief(f *testing.F) {
	for _, m := range said {
		f.Add(brief(m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if method, on, args, err := parseCall(nil, b); err == nil {
			again := appendCall(nil, method, on, nil)
			for _, a := range args {
				again = append(binary.LittleEndian.AppendUint32(again, uint32(len(a))), a...)
			}
			_, _, same, err := parseCall(nil, again)
			require.NoError(t, err)
			require.Equal(t, args, same)
		}
		if m, err := parseAnswer(b); err == nil {
			require.NotEqual(t, isCall, m.kind)
		}
	})
}
