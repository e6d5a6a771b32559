package networktest

import (
	"log/slog"
	"math/rand/v2"
	"time"

	"strata/network"
	"strata/scenario"
)

// Fed is what layer 1 made of one stream.
type Fed struct {
	Messages []string // that it delivered
	Over     bool     // it has ended the connection,
	Reason   error    // for this reason
}

// Feed has a layer cut one stream, which a peer has opened, by itself: no network, no time. It is for tests of
// framing, such as `strata replay --test` writes. It panics with a config that cannot be completed.
func Feed(newNetwork network.New, cfg network.Config, pieces ...[]byte) Fed {
	m := NewMouth(newNetwork, cfg)
	for _, piece := range pieces {
		m.Feed(piece)
	}
	return m.Fed
}

// Mouth is a layer with one stream that is fed piece by piece.
type Mouth struct {
	Fed
	to    network.Receiver
	later []func() // that the layer has asked for, right after the call under way
}

// NewMouth makes the layer and opens the stream.
func NewMouth(newNetwork network.New, cfg network.Config) *Mouth {
	m := &Mouth{}
	if cfg.Listen == "" {
		cfg.Listen = scenario.Addr(0)
	}
	var accept func(network.Stream)
	host := mouthHost{m: m, accept: &accept}
	if err := newNetwork(host, scenario.Complete(cfg)).Start(m); err == nil && accept != nil {
		accept(mouthStream{m})
	}
	m.rest()
	return m
}

// Feed hands the layer a piece, unless it has ended the connection.
func (m *Mouth) Feed(piece []byte) {
	if m.Over || m.to == nil {
		return
	}
	m.to.Receive(piece)
	m.rest()
}

// mostLater is how many callbacks are run after one call.
const mostLater = 1000

// rest runs what the layer has put off.
func (m *Mouth) rest() {
	for n := 0; len(m.later) > 0 && n < mostLater; n++ {
		next := m.later[0]
		m.later = m.later[1:]
		next()
	}
}

// Connected is network.Handler's, as are the following.
func (m *Mouth) Connected(network.ConnID, network.Side) {}

func (m *Mouth) Received(_ network.ConnID, payload []byte) {
	m.Messages = append(m.Messages, string(payload))
}

func (m *Mouth) Disconnected(_ network.ConnID, _ network.Side, reason error) {
	m.Over, m.Reason = true, reason
}

// Reasons are those errors of this layer that an error is, or carries.
func Reasons(err error) []error {
	return scenario.Carried(err, network.ErrClosed, network.ErrFrameTooBig, network.ErrSlowPeer, network.ErrTruncated)
}

// mouthHost is a host on which one peer dials.
type mouthHost struct {
	network.Host // nil: what framing has no use for panics
	m            *Mouth
	accept       *func(network.Stream)
}

// Listen is network.Host's, as are the following.
func (h mouthHost) Listen(_ network.Addr, accept func(network.Stream)) (network.Listener, error) {
	*h.accept = accept
	return closable{}, nil
}

func (h mouthHost) Now() time.Time { return time.Unix(0, 0) }

func (h mouthHost) After(d time.Duration, f func()) network.TimerID {
	if d <= 0 {
		h.m.later = append(h.m.later, f)
	}
	return 1
}

func (h mouthHost) Cancel(network.TimerID) {}

func (h mouthHost) Rand() *rand.Rand { return rand.New(rand.NewPCG(1, 1)) }

func (h mouthHost) Log() *slog.Logger { return slog.New(slog.DiscardHandler) }

type closable struct{}

// Close is network.Listener's.
func (closable) Close() {}

// mouthStream is the one stream.
type mouthStream struct{ m *Mouth }

// Deliver is network.Stream's, as are the following.
func (s mouthStream) Deliver(to network.Receiver) { s.m.to = to }

func (s mouthStream) Write(_, _ []byte) {}

func (s mouthStream) Queued() int { return 0 }

func (s mouthStream) Remote() network.Addr { return scenario.Addr(1) }

func (s mouthStream) Key() (k network.PublicKey, ok bool) { return k, false }

func (s mouthStream) Close() {}
