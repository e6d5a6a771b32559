package sim

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// touchable counts how often it was touched before each piece, and in all.
type touchable struct {
	*end
	times  int
	before []int
}

func (t *touchable) Touch() uint32 {
	t.times++
	return 0
}

func (t *touchable) Receive(piece []byte) {
	t.before = append(t.before, t.times)
	t.end.Receive(piece)
}

func TestReceiversAreTouchedBeforeTheirPieces(t *testing.T) {
	for _, engine := range []Engine{TotalOrder, Windows} {
		cfg := steady()
		cfg.Engine = engine
		r := newRig(t, cfg, 2)
		from, to := r.connect()
		receiver := &touchable{end: to}
		to.stream.Deliver(receiver)
		r.at(2*time.Second, 0, func() { from.stream.Write(nil, []byte("x")) })
		r.n.Run(3 * time.Second)
		require.Equal(t, []int{1}, receiver.before)

		r.at(4*time.Second, 1, func() { TouchLinks(r.hosts[1]) })
		r.at(4*time.Second, 0, func() { TouchLinks(nil) }) // no host of this simulator
		r.n.Run(5 * time.Second)
		require.Equal(t, 2, receiver.times)
		require.Equal(t, "x", string(to.heard))
	}
}
