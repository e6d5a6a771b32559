package boundary

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/network"
	"strata/solutions"
)

// scripted is a link to a process that has written all its lines already. What it is sent is kept.
func scripted(t *testing.T, lines ...string) (*Link, *bytes.Buffer) {
	t.Helper()
	var sent bytes.Buffer
	text := strings.Join(append([]string{`{"strata":1}`}, lines...), "\n") + "\n"
	l, err := newLink(strings.NewReader(text), &sent)
	require.NoError(t, err)
	return l, &sent
}

// caught is what a call panics with; nil: it returns.
func caught(do func()) (value any) {
	defer func() { value = recover() }()
	do()
	return nil
}

func TestLink_FirstLine(t *testing.T) {
	for line, want := range map[string]string{
		"":                 "it has ended",
		"hello\n":          `its first line has to be {"strata":1}, not "hello`,
		`{"strata":2}`:     "ends in the middle of the message",
		"{\"strata\":2}\n": "it speaks version 2, and this program version 1",
		"{}\n":             "its first line",
	} {
		_, err := newLink(strings.NewReader(line), io.Discard)
		require.ErrorIs(t, err, ErrProtocol)
		require.ErrorContains(t, err, want)
	}
}

func TestLink_AnswersAndErrors(t *testing.T) {
	l, sent := scripted(t, `{"return":[3]}`, `{"return":null}`, `{"error":{"name":"network.ErrClosed","text":"gone"}}`, `{"error":{"name":"","text":"own"}}`)
	var list []int
	require.NoError(t, l.call(&list, callPeers, 0, 5, []byte(nil), "x"))
	require.Equal(t, []int{3}, list)
	require.NoError(t, l.call(&list, callPeers, 4))
	err := l.call(nil, callSend, 4)
	require.ErrorIs(t, err, network.ErrClosed)
	require.EqualError(t, err, "gone")
	require.EqualError(t, l.call(nil, callSend, 4), "own")
	require.Equal(t, `{"call":"peers","args":[5,"","x"]}`, strings.Split(sent.String(), "\n")[0])
	require.Zero(t, l.depth)
}

// NET-6: an error of the host comes back as the same error.
func TestLink_ErrorsComeBackAsTheyWent(t *testing.T) {
	l, _ := scripted(t)
	own := errors.New("the host's own")
	for _, err := range []error{own, network.ErrReset, errors.Join(network.ErrReset, own)} {
		require.Equal(t, err, l.errorOf(l.failureOf(err)))
	}
	require.Nil(t, l.failureOf(nil))
	require.Nil(t, l.errorOf(nil))
	require.EqualError(t, l.errorOf(&failure{Ref: 99, Text: "never handed over"}), "never handed over")
}

// While it waits for an answer the process may call, and so may who is called.
func TestLink_CallsNest(t *testing.T) {
	l, sent := scripted(t, `{"call":"run","on":1,"args":[2]}`, `{"return":5}`, `{"return":7}`)
	var inner, outer int
	n := l.export(function(func(a arguments) any {
		_ = l.call(&inner, callSend, 9)
		return a.ref(0) + inner
	}))
	require.Equal(t, 1, n)
	require.NoError(t, l.call(&outer, callBroadcast, 8))
	require.Equal(t, []int{5, 7}, []int{inner, outer})
	require.Equal(t, "{\"call\":\"broadcast\",\"on\":8}\n{\"call\":\"send\",\"on\":9}\n{\"return\":7}\n", sent.String())
}

// What makes no sense ends the link, and the error says what, where, and what was wanted.
func TestLink_Nonsense(t *testing.T) {
	for line, want := range map[string]string{
		"gibberish":                           `"gibberish" is no message`,
		"{}":                                  "neither a call nor an answer",
		`{"return":"x"}`:                      `returned "\"x\""`,
		`{"call":"run","on":9,"args":[]}`:     "run is called on object 9, which does not exist",
		`{"call":"fly","on":1,"args":[]}`:     `a function has no method "fly"`,
		`{"call":"run","on":1,"args":["7x"]}`: `argument 1 of run is "\"7x\"": want a decimal`,
		`{"call":"run","on":1,"args":[7]}`:    "argument 1 of run is",
		`{"call":"run","on":1}`:               "run has 0 arguments, and wants one more",
		`{"return":` + strings.Repeat("1", MostMessage+100) + "}": "a line is longer than 8 MiB",
	} {
		l, _ := scripted(t, line)
		l.export(function(func(a arguments) any { return a.number(0) }))
		var n int
		err, _ := caught(func() { _ = l.call(&n, callPeers, 1) }).(error)
		require.ErrorIs(t, err, ErrProtocol, line[:min(len(line), 60)])
		require.ErrorContains(t, err, want)
		require.Equal(t, err, caught(func() { _ = l.call(nil, callPeers, 1) }), "nothing is said any longer")
	}
	l, _ := scripted(t)
	err, _ := caught(func() { _ = l.call(nil, callPeers, 1) }).(error)
	require.ErrorContains(t, err, "it has ended, or does not answer")
}

// An error where the contract knows none is an exception that nobody caught.
func TestLink_ErrorsOutOfPlace(t *testing.T) {
	l, _ := scripted(t, `{"error":{"name":"p2p.ErrNotPeer","text":"not a peer"}}`, `{"return":1}`)
	crash, _ := caught(func() { l.do(callRun, 3) }).(*Crash)
	require.ErrorContains(t, crash, "run raises an error that nobody catches: not a peer")
	require.NoError(t, l.call(nil, callPeers, 1), "nobody over there waits")
}

// A crash keeps the link if nobody over there waits for an answer of ours.
func TestLink_Crash(t *testing.T) {
	l, _ := scripted(t, `{"crash":{"text":"KeyError: 3","trace":["p2p.py:41 in _answered","p2p.py:7 in start"]}}`, `{"return":1}`,
		`{"crash":{"text":"step gossip.2 is not written yet","step":"gossip.2"}}`,
		`{"call":"run","on":1,"args":[]}`, `{"crash":{"text":"own crash"}}`)
	crash, _ := caught(func() { _ = l.call(nil, callPeers, 1) }).(*Crash)
	require.Equal(t, "KeyError: 3\n  p2p.py:41 in _answered\n  p2p.py:7 in start", crash.Error())
	require.Equal(t, "p2p.py:41", crash.Where())
	require.NoError(t, l.call(nil, callPeers, 1))
	require.Equal(t, network.NotWritten("gossip.2"), caught(func() { _ = l.call(nil, callPeers, 1) }))
	l.export(function(func(arguments) any { return l.call(nil, callSend, 2) }))
	require.ErrorContains(t, caught(func() { _ = l.call(nil, callBroadcast, 1) }).(error), "own crash")
	require.Error(t, l.failed)
}

// Layers that call each other without end are stopped.
func TestLink_TooDeep(t *testing.T) {
	lines := make([]string, 2*mostDepth)
	for i := range lines {
		lines[i] = `{"call":"run","on":1,"args":[]}`
	}
	l, _ := scripted(t, lines...)
	l.export(function(func(arguments) any { return l.call(nil, callPeers, 1) }))
	require.ErrorContains(t, caught(func() { _ = l.call(nil, callPeers, 1) }).(error), "calls nest more than 400 deep")
}

// self is this test's executable as a process that behaves as the word says.
func self(t *testing.T, behave string) *Process {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	patience := time.Minute // for what answers, however busy the machine is
	if behave == "silent" || behave == "mute" {
		patience = 100 * time.Millisecond
	}
	p := NewProcess(Command{Args: []string{exe}, Environ: append(os.Environ(), "BOUNDARY_TEST="+behave), Timeout: patience})
	t.Cleanup(p.Close)
	return p
}

// TestMain behaves if it is asked to.
func TestMain(m *testing.M) {
	behave := os.Getenv("BOUNDARY_TEST")
	if behave == "" {
		os.Exit(m.Run())
	}
	if form, is := strings.CutPrefix(behave, "solutions"); is {
		if Serve(solutions.Electives(), os.Stdin, os.Stdout, form) != nil {
			os.Exit(1)
		}
		return
	}
	if fault, is := strings.CutPrefix(behave, "kit:"); is {
		faulty(fault)
		return
	}
	if behave != "mute" {
		os.Stdout.WriteString("{\"strata\":1}\n")
	}
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() && behave != "exit" {
		switch {
		case behave == "silent" || behave == "mute":
		case behave == "flood":
			for {
				os.Stdout.WriteString(strings.Repeat("x", 1<<20))
			}
		case strings.Contains(lines.Text(), `"peers"`) || strings.Contains(lines.Text(), `"transactions"`):
			os.Stdout.WriteString("{\"return\":[]}\n")
		case strings.Contains(lines.Text(), `"build"`):
			os.Stdout.WriteString("{\"return\":\"" + string(chain.Genesis().Text()) + "\"}\n")
		case behave == "once" && !strings.Contains(lines.Text(), "reset"):
			os.Stdout.WriteString("garbage\n")
		default:
			os.Stdout.WriteString("{\"return\":1}\n")
		}
	}
}

// Whatever a process does, the run that it is in fails with the reason, and the next one has a process again.
func TestProcess_Bad(t *testing.T) {
	for behave, want := range map[string]string{
		"exit": "has ended, or does not answer", "flood": "a line is longer than 8 MiB", "once": "is no message",
	} {
		p := self(t, behave)
		for range 2 {
			err, _ := caught(func() { _ = p.Link(nil).call(nil, callNewChain, layers) }).(error)
			require.ErrorContains(t, err, want)
			p.Reset()
			require.Nil(t, p.running)
		}
	}
	require.ErrorIs(t, self(t, "mute").Start(), ErrProtocol)
	require.NotNil(t, caught(func() { _ = self(t, "silent").Link(nil).call(nil, callNewChain, layers) }))
	require.ErrorIs(t, NewProcess(Command{Args: []string{"/no/such/program"}}).Start(), ErrStart)
	p := self(t, "well")
	first := p.Link(nil)
	require.NoError(t, first.call(nil, callNewChain, layers))
	p.Reset()
	require.Same(t, first, p.Link(nil), "a process that behaves goes on")
}
