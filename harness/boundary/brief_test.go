package boundary

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"
	"github.com/stretchr/testify/require"

	"strata/network"
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

// What is written is read. Errors and crashes are CBOR that others can read too.
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
			for i, a := range args {
				require.Equal(t, len(a), valueSize(a))
				require.Equal(t, []byte(a), appendValue(nil, m.args[i]))
			}
			require.Equal(t, m.args, kept(m.args), "who keeps arguments has the same")
			continue
		}
		if m.kind != isReturn {
			require.NoError(t, cbor.Unmarshal(b[1:], &item))
		}
		got, err := parseAnswer(b)
		require.NoError(t, err)
		require.Equal(t, m.kind, got.kind)
		require.Equal(t, m.failure, got.failure)
		require.Equal(t, m.crash, got.crash)
		if m.value != nil {
			var n int
			require.NoError(t, inBrief{}.read(got.ret, &n))
			require.Equal(t, m.value, n)
		}
	}
}

// What is no call or no answer is refused.
func TestBrief_Nonsense(t *testing.T) {
	for _, text := range []string{"", "\x01\x01\x01\x00\x00\x00", "\x00", "\x00\x01\x01\x00\x00"} {
		_, _, _, err := parseCall(nil, []byte(text))
		require.Error(t, err, "%x", text)
	}
	for _, value := range noValues {
		_, _, _, err := parseCall(nil, []byte("\x00\x01\x01\x00\x00\x00"+value))
		require.ErrorIs(t, err, errValue, "%x", value)
		_, _, _, err = parseCall(nil, []byte("\x00\x01\x01\x00\x00\x00\x00\x02"+value))
		require.ErrorIs(t, err, errValue, "%x", value)
		_, err = parseAnswer([]byte("\x01" + value))
		require.ErrorIs(t, err, errValue, "%x", value)
	}
	for _, text := range []string{"\x00\x63run\x01", "\x01", "\x01\x00\x00", "\x01\x03\x01\x00\x00\x00\x00\x00\x00\x00\x00", "\x02\x05", "\x03\x05",
		"\x02\xa1\x64text\x61x\x00", "\x04\x01", "\xff\x01"} {
		_, err := parseAnswer([]byte(text))
		require.Error(t, err, "%x", text)
	}
}

// noValues are no values: of no form, or longer than what is there.
var noValues = []string{"\x08", "\xff", "\x03", "\x03\x01\x02\x03\x04\x05\x06\x07", "\x04", "\x04\x01\x00\x00", "\x04\x01\x00\x00\x00",
	"\x05\xff\xff\xff\xff\x01", "\x06\xff\xff\xff\x7f", "\x07\x02\x00\x00\x00\x01"}

// Each value is read as what it is, and is refused, with the reason, as anything else.
func TestBrief_Values(t *testing.T) {
	var text string
	var addr network.Addr
	var some []byte
	var maybe *[]byte
	var id uint64
	var n int
	var is bool
	var peers []network.Addr
	l := &Link{codec: inBrief{}, compact: true}
	for _, c := range []struct {
		value any
		into  any
		want  any
	}{
		{"news", &text, "news"}, {network.Addr("10.0.0.1:1"), &addr, network.Addr("10.0.0.1:1")}, {[]byte{1}, &some, []byte{1}},
		{network.ConnID(1 << 60), &id, uint64(1 << 60)}, {-7, &n, -7}, {true, &is, true}, {false, &is, false},
		{[]network.Addr{"a"}, &peers, []network.Addr{"a"}},
	} {
		require.NoError(t, l.codec.read(appendValue(nil, c.value), c.into))
		require.Equal(t, c.want, reflect.ValueOf(c.into).Elem().Interface())
		require.Error(t, l.codec.read(appendValue(nil, 1.5), c.into))
		require.Error(t, l.codec.read(appendValue(nil, settings{{"n", 3}}), c.into))
	}
	require.NoError(t, l.codec.read(appendValue(nil, []byte{}), &maybe))
	require.Equal(t, &[]byte{}, maybe)
	require.NoError(t, l.codec.read(appendValue(nil, nil), &maybe))
	require.Nil(t, maybe)
	require.Error(t, l.codec.read(appendValue(nil, nil), &n))
}

// Settings are found by their names; what is none, or lacks one, ends the link with the reason.
func TestBrief_Settings(t *testing.T) {
	l := &Link{codec: inBrief{}, compact: true}
	sent := func(v any) arguments { return arguments{l, callNewP2p, []raw{appendValue(nil, v)}} }
	got := sent(settings{{"self", network.Addr("a")}, {"bootstrap", []network.Addr{"b"}}, {"max_peers", 7}, {"interval", decimal(time.Second)}}).settings(0)
	require.Equal(t, time.Second, got.duration("interval"))
	require.Equal(t, 7, got.number("max_peers"))
	require.Equal(t, []network.Addr{"b"}, got.addrs("bootstrap"))
	require.Equal(t, "a", got.text("self"))
	for want, do := range map[string]func(){
		"it has no max_dials": func() { got.number("max_dials") },
		"want a number":       func() { got.number("self") },
		"want settings":       func() { sent(3).settings(0) },
	} {
		err, _ := caught(do).(error)
		require.ErrorIs(t, err, ErrProtocol)
		require.ErrorContains(t, err, want)
	}
	for _, odd := range []string{"\x00", "\x05\x01\x00\x00\x00a", "\x00\x00", "\x05\x01\x00\x00\x00a\x09"} {
		b := append(appendSize(nil, briefList, len(odd)), odd...)
		_, err := l.codec.pairs(b)
		require.Error(t, err, "%x", odd)
	}
}

// A short text that came before is the same again, and texts in one place of those that are kept do not mix.
func TestLink_Texts(t *testing.T) {
	l := &Link{}
	for range 2 {
		for i := range 4 * keptTexts {
			text := fmt.Sprintf("10.0.0.%d:4000", i)
			require.Equal(t, text, l.text([]byte(text)))
		}
		require.Empty(t, l.text(nil))
		require.Equal(t, strings.Repeat("x", 100), l.text(bytes.Repeat([]byte("x"), 100)))
	}
	came := []byte("10.0.0.1:4000")
	require.Equal(t, "10.0.0.1:4000", l.text(came))
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = l.text(came) }))
}

func FuzzBrief(f *testing.F) {
	for _, m := range said {
		f.Add(brief(m))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if method, on, args, err := parseCall(nil, b); err == nil {
			again := appendCall(nil, method, on, nil)
			for _, a := range args {
				again = append(again, a...)
				reads(a)
			}
			_, _, same, err := parseCall(nil, again)
			require.NoError(t, err)
			require.Equal(t, args, same)
		}
		if m, err := parseAnswer(b); err == nil {
			require.NotEqual(t, isCall, m.kind)
			if m.kind == isReturn {
				reads(m.ret)
			}
		}
	})
}

// reads reads a value in every way there is.
func reads(r raw) {
	for _, into := range []any{new(string), new([]byte), new(*[]byte), new(uint64), new(int), new(bool), new([]string), new([]network.Addr),
		new(*failure), new(map[string]any), new(network.Addr)} {
		_ = inBrief{}.read(r, into) // it may be anything else
	}
	_, _ = inBrief{}.pairs(r)
	_ = inBrief{}.show(r)
}
