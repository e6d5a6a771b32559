package pipe

import (
	"bytes"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/lab"
	"strata/harness/sim"
	"strata/scenario"
)

// Each task and each message arrives as it was sent.
func TestPipe_RoundTrip(t *testing.T) {
	run := Run{Scenario: "gossip/once", Student: []string{"gossip"}, Seed: 1<<63 - 1}
	var text bytes.Buffer
	w, r := NewWriter(&text), NewReader(&text)
	hello := Hello{Nonce: "n", MemoryLimit: 5}
	require.NoError(t, w.Hello(hello))
	got, err := r.Hello()
	require.NoError(t, err)
	require.Equal(t, hello, got)
	for _, task := range []any{Grade{Run: run, Seeds: 3, Again: 1}, Trace{Run: run, Without: []string{"a"}},
		Shrink{Run: run}, Why{Run: run, Budget: time.Second},
		Differ{Run: run, Others: 2}, Explore{Run: run, Schedule: []int{}}, Begin{Run: run,
			Orders: &scenario.Budget{States: 3}}, Line{Run: run, Text: "help"}} {
		sent := Request{ID: 7, Timeout: time.Second, Task: task}
		require.NoError(t, w.Request(sent))
		got, err := r.Request()
		require.NoError(t, err)
		require.Equal(t, sent, got)
	}
	for _, body := range []any{Ready{}, Event{Kind: sim.TraceLog, Text: "\x00é"},
		Verdict{Result: lab.Result{Seed: 4, Failure: &lab.Failure{Ending: lab.Hung}}}, Shrunk{}, End{Seed: 3,
			Limit: Memory}} {
		sent := Message{Nonce: "n", ID: 7, Body: body}
		require.NoError(t, w.Message(sent))
		got, err := r.Message()
		require.NoError(t, err)
		require.Equal(t, sent, got)
	}
}

// What is no message is neither sent nor taken.
func TestPipe_Strangers(t *testing.T) {
	var text bytes.Buffer
	require.Error(t, NewWriter(&text).Message(Message{Body: struct{}{}}))
	require.Error(t, NewWriter(&text).Message(Message{Body: nil}))
	require.Error(t, NewWriter(&text).Message(Message{Body: &Ready{}}))
	for _, bad := range []string{"", "x", "{}", `{"Kind":"Ready"`, `{"Kind":"Nothing","Body":{}}`,
		`{"Kind":"Log","Body":"x"}`} {
		_, err := NewReader(bytes.NewBufferString(bad)).Message()
		require.Error(t, err, bad)
	}
}

// No two kinds of messages have one name.
func TestPipe_Kinds(t *testing.T) {
	for name, of := range kinds {
		require.Equal(t, name, of.Name())
		require.Equal(t, reflect.TypeOf(Ready{}).PkgPath(), of.PkgPath())
	}
	require.Len(t, kinds, 22)
}
