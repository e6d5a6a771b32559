package command

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// terminal opens a terminal of the system's: what is written to the one end is typed at the other.
func terminal(t *testing.T) (types, sees *os.File) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	require.NoError(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	require.NoError(t, err)
	slave, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { slave.Close() })
	return master, slave
}

// H12: a password that is typed ahead of the second prompt, or of the work between the two, is not shown.
func TestPassword_TypedAheadIsNotShown_H12(t *testing.T) {
	s := walletSession(t)
	types, sees := terminal(t)
	var out, errs bytes.Buffer
	w := s.world(&out, &errs)
	w.In = sees
	w.Err = prompts(func(text string) {
		if strings.HasPrefix(text, newPassword) {
			_, err := types.WriteString("correct horse\ncorrect horse\n")
			require.NoError(t, err)
		}
	})
	status := Main(t.Context(), w, []string{"wallet", "new"})
	require.Zero(t, status)
	require.Regexp(t, `^[0-9a-f]{64}\n$`, out.String())
	_, err := sees.WriteString("the end\n")
	require.NoError(t, err)
	require.NoError(t, types.SetReadDeadline(time.Now().Add(patience)))
	var shown strings.Builder
	for buf := make([]byte, 256); !strings.Contains(shown.String(), "the end"); {
		n, err := types.Read(buf)
		require.NoError(t, err)
		shown.Write(buf[:n])
	}
	require.NotContains(t, shown.String(), "horse")
	before, err := unix.IoctlGetTermios(int(sees.Fd()), unix.TCGETS)
	require.NoError(t, err)
	require.NotZero(t, before.Lflag&unix.ECHO, "the terminal is as it was")
}

// prompts is called with everything that is written.
type prompts func(text string)

func (p prompts) Write(text []byte) (int, error) {
	p(string(text))
	return len(text), nil
}
