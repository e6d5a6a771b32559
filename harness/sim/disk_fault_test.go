package sim

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/network"
	"strata/scenario"
)

// Each fault of a disk strikes the nodes that it names, for as long as it lasts, and counts what it changed.
func TestDiskFaults_StrikeAndCount(t *testing.T) {
	fault := func(kind scenario.FaultKind, at time.Duration) scenario.Fault {
		f := scenario.Fault{Kind: kind, At: at, For: time.Second, A: []network.Addr{addrOf(0)}}
		switch kind {
		case scenario.DiskSlow:
			f.By = 500 * time.Millisecond
		case scenario.DiskRot:
			f.For = 0
		}
		return f
	}
	type answer struct {
		append, sync error
		took         time.Duration
	}
	kinds := []scenario.FaultKind{scenario.DiskSlow, scenario.DiskFull, scenario.DiskLie, scenario.DiskFail}
	var faults []scenario.Fault
	for i, kind := range kinds {
		faults = append(faults, fault(kind, time.Duration(2*i+1)*time.Second))
	}
	r := newRig(t, Config{Seed: 1}, 2, faults...)
	answers := map[time.Duration][2]answer{}
	for second := range 9 {
		at := time.Duration(second)*time.Second + 100*time.Millisecond
		for node := range 2 {
			r.at(at, node, func() {
				d := r.hosts[node].Disk()
				a := answer{append: d.Append("log", []byte("x"))}
				d.Sync("log", func(err error) {
					a.sync, a.took = err, r.n.Now()-at
					all := answers[at]
					all[node] = a
					answers[at] = all
				})
			})
		}
	}
	r.n.Run(10 * time.Second)
	require.Len(t, answers, 9)
	for at, both := range answers {
		second := int(at / time.Second)
		a, untouched := both[0], both[1]
		require.NoError(t, errors.Join(untouched.append, untouched.sync))
		require.LessOrEqual(t, untouched.took, 2*maxSync)
		require.Equal(t, second == 3, errors.Is(a.append, network.ErrDiskFull), "second %d: %v", second, a.append)
		require.Equal(t, second >= 7, errors.Is(a.sync, network.ErrDiskFailed), "second %d: %v", second, a.sync)
		require.Equal(t, second == 1, a.took > 400*time.Millisecond, "second %d: %v", second, a.took)
	}
	fired := r.n.Stats().Fired
	for _, kind := range kinds {
		require.Positive(t, fired[kind], kind)
	}
}

// A crash after a lie takes what the disk said was safe; rot changes what was.
func TestDiskFaults_LieAndRot(t *testing.T) {
	a := []network.Addr{addrOf(0)}
	r := newRig(t, Config{Seed: 3}, 1,
		scenario.Fault{Kind: scenario.DiskRot, At: time.Second, A: a},
		scenario.Fault{Kind: scenario.DiskLie, At: 2 * time.Second, For: time.Second, A: a},
		scenario.Fault{Kind: scenario.Crash, At: 4 * time.Second, For: time.Second, A: a})
	write := func(text string) func() {
		return func() {
			d := r.hosts[0].Disk()
			require.NoError(t, d.Append("log", []byte(text)))
			d.Sync("log", func(err error) { require.NoError(t, err) })
			d.SyncNames(func(err error) { require.NoError(t, err) })
		}
	}
	content := func() string {
		b, err := r.hosts[0].Disk().Read("log", 0, 100)
		require.NoError(t, err)
		return string(b)
	}
	r.at(0, 0, write("safe"))
	r.at(1100*time.Millisecond, 0, func() { require.NotEqual(t, "safe", content()) })
	r.at(2100*time.Millisecond, 0, write(" said to be safe"))
	r.at(3*time.Second, 0, func() { require.Len(t, content(), 20) })
	r.n.Run(6 * time.Second)
	require.Less(t, len(content()), 20)
	require.GreaterOrEqual(t, len(content()), 4)
	require.Equal(t, uint64(1), r.n.Stats().Fired[scenario.DiskRot])
}
