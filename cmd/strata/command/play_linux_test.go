package command

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// On a terminal the playground greets, answers each line, says what is wrong with it and goes on, and leaves
// the terminal as it was.
func TestPlay_OnATerminal(t *testing.T) {
	s := newSession(t)
	types, sees := terminal(t)
	before, err := unix.IoctlGetTermios(int(sees.Fd()), unix.TCGETS)
	require.NoError(t, err)
	var errs bytes.Buffer
	w := s.world(&errs, &errs)
	w.In, w.Out = sees, sees
	status := make(chan int, 1)
	go func() { status <- Main(t.Context(), w, []string{"play", "leader", "--nodes", "1"}) }()
	require.NoError(t, types.SetReadDeadline(time.Now().Add(patience)))
	var shown strings.Builder
	until := func(text string) {
		t.Helper()
		for buf := make([]byte, 256); !strings.Contains(shown.String(), text); {
			n, err := types.Read(buf)
			require.NoError(t, err, "%s", shown.String())
			shown.Write(buf[:n])
		}
		shown.Reset()
	}
	says := func(line string) {
		_, err := types.WriteString(line)
		require.NoError(t, err)
	}
	until("`help` lists the commands")
	says("shape=round\r")
	until("final at height 1")
	says("what?\r")
	until("is nothing to say here")
	says("get s\t\r") // completed
	until("round (height 1)")
	says("\x1b[A\r") // once more
	until("round (height 1)")
	says("exit\r")
	require.Zero(t, <-status, errs.String())
	after, err := unix.IoctlGetTermios(int(sees.Fd()), unix.TCGETS)
	require.NoError(t, err)
	require.Equal(t, before, after)
}
