package network

import "strata/network"

// host writes 4 GiB in place of each payload, on the streams that we dial.
type host struct{ network.Host }

func (h host) Dial(to network.Addr, done func(network.Stream, error)) {
	h.Host.Dial(to, func(s network.Stream, err error) {
		if err == nil {
			s = &stream{s}
		}
		done(s, err)
	})
}

type stream struct{ network.Stream }

func (s *stream) Write(head, body []byte) { s.Stream.Write(head, make([]byte, 4<<30)) }

func New(h network.Host, cfg network.Config) network.Network { return ours(host{h}, cfg) }
