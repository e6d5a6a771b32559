package leader

import (
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/sim/disk"
	"strata/ledgers/leader"
)

// An acknowledgement of what is committed is of no interest, unless a certificate may come of it: that of the tip, and
// of each height that divides by 8. Nobody is sent one that is of none (LED-6, LED-7).
func TestLateAcknowledgement_LED6(t *testing.T) {
	n := longLog(t, 20, 1)
	d := disk.New()
	n.certs = leader.Certs{}
	require.NoError(t, n.certs.Open(disk.Device{On: func() *disk.Disk { return d }}))
	require.NoError(t, n.certs.Add(8, &leader.Certificate{Acks: make([]leader.Ack, 3)}))
	n.commit = 18
	for height, known := range map[uint64]bool{7: true, 8: true, 9: true, 16: false, 17: true, 18: true, 19: false, 20: false} {
		require.Equal(t, known, n.knowsAck(&leader.Ack{Height: height}), "block %d", height)
	}
	n.commit = 20
	require.True(t, n.knowsAck(&leader.Ack{Height: 19}))
	require.False(t, n.knowsAck(&leader.Ack{Height: 20}), "the tip's")

	stands := &leader.Standing{Height: 20, Commit: 18, Acked: []uint64{12}}
	for height, lacking := range map[uint64]bool{12: false, 16: false, 18: false, 19: true, 20: true} {
		require.Equal(t, lacking, lacks(stands, &leader.Ack{Height: height}), "block %d", height)
	}
	stands.Commit = 20
	require.True(t, lacks(stands, &leader.Ack{Height: 20}), "the tip's")
}
