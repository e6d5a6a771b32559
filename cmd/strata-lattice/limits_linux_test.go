package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
	"strata/node/process/tcphost"
)

// The machine that a small node has: 64 MiB, and a quarter of a core.
const (
	smallMemory = 64 << 20
	smallPeriod = 100_000 // microseconds
	smallQuota  = smallPeriod / 4
)

// small makes a control group of that size, of version 1 or 2, and returns the files that processes are put in by.
func small(t *testing.T) (procs []string, err error) {
	const root = "/sys/fs/cgroup"
	name := "strata-lattice-" + strconv.Itoa(os.Getpid())
	set := func(dir string, files map[string]string) {
		path := filepath.Join(root, dir, name)
		if err == nil {
			err = os.Mkdir(path, 0o755)
		}
		if err != nil {
			return
		}
		t.Cleanup(func() { _ = os.Remove(path) })
		for file, text := range files {
			err = errors.Join(err, os.WriteFile(filepath.Join(path, file), []byte(text), 0o644))
		}
		procs = append(procs, filepath.Join(path, "cgroup.procs"))
	}
	if _, one := os.Stat(filepath.Join(root, "cgroup.controllers")); one == nil {
		set("", map[string]string{"memory.max": strconv.Itoa(smallMemory), "cpu.max": strconv.Itoa(smallQuota) + " " + strconv.Itoa(smallPeriod)})
		return procs, err
	}
	set("memory", map[string]string{"memory.limit_in_bytes": strconv.Itoa(smallMemory)})
	set("cpu", map[string]string{"cpu.cfs_period_us": strconv.Itoa(smallPeriod), "cpu.cfs_quota_us": strconv.Itoa(smallQuota)})
	return procs, err
}

// A node in 64 MiB and with a quarter of a core cements what forty accounts hand in as fast as it lets them, serves its
// pages, and is not ended for want of memory.
func TestLattice_LowLimits_N39_NeedsRoot(t *testing.T) {
	needs.Limits(t)
	procs, err := small(t)
	needs.Rights(t, "make a control group", err)
	addrs, err := tcphost.LoopbackAddrs(1)
	require.NoError(t, err)
	s := &session{t: t, dir: t.TempDir(), words: map[string]string{}}
	s.run("strata-lattice wallet new")
	holders := strings.ReplaceAll("\n"+strings.TrimSpace(s.run("strata-lattice wallet addresses --count 40")), "\n", " --holder ")
	s.run("strata-lattice init --nodes 1 --out net --send-work f000000000000000 --receive-work f000000000000000" + holders)
	node := s.start("strata-lattice node --data net/0 --listen " + string(addrs[0]) + " --api 127.0.0.1:0")
	for _, file := range procs {
		require.NoError(t, os.WriteFile(file, []byte(strconv.Itoa(node.Process.Pid)), 0o644))
	}
	said := s.run("strata-lattice wallet load --data net/0 --for 5s")
	t.Log(said)
	require.Regexp(t, `^40 accounts: [1-9]\d+ blocks cemented in`, said)
	require.Contains(t, s.run("strata-lattice ask --data net/0 status"), `"loose": "0"`)
	require.NoError(t, node.Process.Signal(os.Interrupt))
	require.NoError(t, node.Wait(), "it ends by itself")
}
