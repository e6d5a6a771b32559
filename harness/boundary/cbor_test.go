package boundary

import (
	"encoding/hex"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"strata/network"
)

// said is a message of each kind, with all that calls have.
var said = []message{
	{kind: isCall, call: "send", on: 7, args: []any{3, []byte("hello"), "news", nil, true, false, []string{"a", ""},
		[]network.Addr{"10.0.0.1:1"}, network.ConnID(1 << 40), uint32(70000), int64(-5), 1.5, []byte(nil),
		map[string]any{"b": 1, "a": "x"}, &failure{"network.ErrClosed", "gone", 3}}},
	{kind: isReturn},
	{kind: isReturn, value: 256},
	{kind: isError, failure: &failure{Name: "network.ErrClosed", Text: "gone"}},
	{kind: isCrash, crash: &Crash{Text: "KeyError: 3", Trace: []string{"p2p.py:41 in _answered"}, Step: "p2p.1"}},
}

// Whoever has a library for CBOR can read what is written here, and it is in the form that RFC 8949 calls deterministic but for
// the keys of messages, which stand in the order of the page.
func TestCBOR_IsReadByOthers(t *testing.T) {
	for _, m := range said {
		b := inCBOR{}.append(nil, m)
		require.NoError(t, cbor.Wellformed(b))
		var got map[string]any
		require.NoError(t, cbor.Unmarshal(b, &got))
		if m.kind == isCall {
			require.Equal(t, "send", got["call"])
			require.Equal(t, []byte("hello"), got["args"].([]any)[1])
			require.Equal(t, []any{uint64(1 << 40), uint64(70000), int64(-5), 1.5, []byte{}}, got["args"].([]any)[8:13])
		}
	}
}

// What others write is read here.
func TestCBOR_ReadsOthers(t *testing.T) {
	b, err := cbor.Marshal(map[string]any{"call": "log", "on": 1, "args": []any{-4, "text", map[string]any{"n": 1, "f": 0.5, "s": "x", "b": true, "i": -7}}})
	require.NoError(t, err)
	m, err := inCBOR{}.parse(b)
	require.NoError(t, err)
	a := arguments{&Link{codec: inCBOR{}}, methodOf(m.call), m.got}
	var level int
	var attrs map[string]any
	a.read(0, &level)
	a.read(2, &attrs)
	require.Equal(t, -4, level)
	require.Equal(t, map[string]any{"n": uint64(1), "f": 0.5, "s": "x", "b": true, "i": int64(-7)}, attrs)
}

// The golden bytes of the page.
func TestCBOR_Page(t *testing.T) {
	page, err := os.ReadFile("../../docs/boundary.md")
	require.NoError(t, err)
	for _, m := range []message{
		{kind: isCall, call: "send", on: 7, args: []any{3, []byte("hello")}}, {kind: isReturn},
		{kind: isError, failure: &failure{Name: "network.ErrClosed", Text: "gone"}},
	} {
		require.Contains(t, strings.Join(strings.Fields(string(page)), ""), hex.EncodeToString(network.AppendFrame(nil, inCBOR{}.append(nil, m))))
	}
}

// Bytes that are no message are refused, and none of them takes memory for what it announces.
func TestCBOR_Nonsense(t *testing.T) {
	for _, text := range []string{"", "\xa1", "\xbf\xff", "\xa1\x64call\x7f", "\xbb\xff\xff\xff\xff\xff\xff\xff\xff", "\x00", "\xa0", "\xc1\x00",
		"\xa1\x66return\xf6\x00", "\xa1\x66return\x9b\x00\x00\x00\x01\x00\x00\x00\x00", "\xa1\x64call\x05", "\xa1\x05\x05", "\xa1\x64args\xf6",
		"\xa1\x66return\xf8\x00", "\xa1\x66return\xf8\xff",
		"\xa1\x66return" + strings.Repeat("\x81", 100) + "\x00", "\xa1\x65error\xa1\x64text\x05"} {
		_, err := inCBOR{}.parse([]byte(text))
		require.Error(t, err, "%x", text)
	}
}

// A process that chose CBOR and does not keep to it is told so.
func TestCBOR_BadFrames(t *testing.T) {
	for text, want := range map[string]string{
		"":                     "it has ended",
		"\x00\x00":             "in the middle of the message",
		"\x00\x00\x00\x05\xa1": "in the middle of the message",
		"\xff\xff\xff\xff":     "a message of 4294967295 bytes",
		"\x00\x00\x00\x00":     "CBOR is cut short",
		"\x00\x00\x00\x01\x05": "CBOR is cut short",
	} {
		l, err := newLink(strings.NewReader("{\"strata\":1,\"form\":\"cbor\"}\n"+text), io.Discard)
		require.NoError(t, err)
		err, _ = caught(func() { _ = l.call(nil, callPeers, 1) }).(error)
		require.ErrorIs(t, err, ErrProtocol)
		require.ErrorContains(t, err, want)
	}
	_, err := newLink(strings.NewReader("{\"strata\":1,\"form\":\"xml\"}\n"), io.Discard)
	require.ErrorContains(t, err, `has the form "xml": want "cbor"`)
}

func FuzzCBOR(f *testing.F) {
	for _, m := range said {
		f.Add(inCBOR{}.append(nil, m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := inCBOR{}.parse(b)
		if err != nil {
			return
		}
		require.NoError(t, cbor.Wellformed(b))
		for _, value := range append(m.got, m.ret) {
			if value == nil {
				continue
			}
			for _, into := range []any{new(string), new([]byte), new(*[]byte), new(uint64), new(int), new(bool), new([]string), new([]network.Addr),
				new(*failure), new(map[string]any)} {
				_ = readCBOR(value, into) // it may be anything else
			}
		}
	})
}
