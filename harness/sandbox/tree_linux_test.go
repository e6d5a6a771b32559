package sandbox

import (
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Both ways of finding what this process has started find the same.
func TestBelow(t *testing.T) {
	cmd := exec.Command("sh", "-c", "sleep 60 & read line; kill $!")
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	defer func() {
		in.Close()
		_ = cmd.Wait()
	}()
	pids := func(all []process) (pids []int) {
		for _, p := range all {
			pids = append(pids, p.pid)
		}
		slices.Sort(pids)
		return pids
	}
	require.Eventually(t, func() bool { return len(below(os.Getpid())) >= 2 }, 2*time.Minute, 5*time.Millisecond)
	require.Contains(t, pids(below(os.Getpid())), cmd.Process.Pid)
	require.Equal(t, pids(searched(os.Getpid())), pids(below(os.Getpid())))
}
