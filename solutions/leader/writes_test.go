package leader

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/sim/disk"
	"strata/ledgers"
	"strata/ledgers/leader"
)

// However much waits for a sync, a record is one that recovery reads, and nothing changes its place.
func TestWrites_SeveralRecordsIfOneIsTooLong_LDR9(t *testing.T) {
	d := disk.New()
	device := disk.Device{On: func() *disk.Disk { return d }, End: func(_ string, s *disk.Sync, done func(error)) { done(s.End(false)) }}
	n := &node{log: NewLog(device, leader.FileLog)}
	n.writes.named, n.writes.busy = true, true
	var told []int
	sizes := []int{ledgers.MaxBlock, ledgers.MaxBlock - 10, 1, ledgers.MaxBlock, ledgers.MaxBlock, leader.MaxRecord, 5, leader.MaxRecord - 5, 0}
	for i, size := range sizes {
		n.write(leader.RecordBlock, make([]byte, size), func() { told = append(told, i) })
	}
	n.writes.busy = false
	n.writes.flush(n)
	require.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8}, told)

	var got []int
	require.NoError(t, NewLog(device, leader.FileLog).Recover(func(kind leader.RecordKind, body []byte) {
		if kind != leader.RecordBatch {
			got = append(got, len(body))
			return
		}
		for len(body) > 0 {
			one := ledgers.NewDecoder(body)
			one.Uint8()
			got = append(got, len(one.Bytes(leader.MaxRecord)))
			body = one.Rest()
		}
	}))
	require.Equal(t, sizes, got)
}

// longLogFile is a log that says it is long, and keeps the kinds of its records.
type longLogFile struct {
	leader.Log
	size  int64
	kinds []leader.RecordKind
}

func (l *longLogFile) Size() int64 { return l.size }

func (l *longLogFile) Append(kind leader.RecordKind, _ []byte, _ func(error)) {
	l.kinds = append(l.kinds, kind)
}

// A log that carries many bytes is cut before many blocks have been executed, so that a start reads no more.
func TestKeeper_CutsALongLog_LDR9(t *testing.T) {
	for _, c := range []struct {
		size  int64
		saves bool
	}{{maxLog - 1, false}, {maxLog, true}} {
		n := longLog(t, 2, 10)
		file := &longLogFile{size: c.size}
		n.log, n.cfg.Snapshot = file, 1000
		n.state.Height, n.state.Hash = 2, n.hashes[1]
		n.keep.tick(n)
		require.Equal(t, c.saves, n.keep.saving)
		require.Equal(t, c.saves, len(file.kinds) == 1 && file.kinds[0] == leader.RecordCommit)

		n = longLog(t, 2, 10)
		n.log, n.cfg.Snapshot = file, 1000
		n.state.Height, n.state.Hash, n.keep.saved = 2, n.hashes[1], 2
		n.keep.tick(n)
		require.False(t, n.keep.saving, "nothing has been executed since the last snapshot")
	}
}
