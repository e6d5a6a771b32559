package daemon

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// An address that stands for all of a machine's is one to listen at, and none to be dialled: the protocol calls it
// malformed, so that a node with it would have no peers, and nobody would know why.
func TestSettings_AddressesThatNobodyCanDial(t *testing.T) {
	s := Defaults()
	require.NoError(t, s.Listen.Set("0.0.0.0:11120"))
	require.NoError(t, s.Advertise.Set("[::]:11120"))
	require.NoError(t, s.Bootstrap.Set("node.example.org:1,0.0.0.0:2"))
	_, err := s.Config()
	require.EqualError(t, err, "advertise [::]:11120 is every address of this machine: want one that others dial\n"+
		"bootstrap 0.0.0.0:2 is every address of a machine: want the one of a node")
	require.NoError(t, s.Advertise.Set("node.example.org:11120"))
	s.Bootstrap = s.Bootstrap[:1]
	_, err = s.Config()
	require.NoError(t, err)
}
