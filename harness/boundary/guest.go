package boundary

import (
	"fmt"
	"runtime"
	"strings"
	"time"

	"strata/chain"
	"strata/gossip"
	"strata/ledgers/electives"
	"strata/mempool"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
)

// respond serves a call from outside.
func (l *Link) respond(m message) (answer message) {
	crash := l.outside(func() {
		if m.kind != isCall {
			l.fail(fmt.Errorf("%w: an answer without a call", ErrProtocol))
		}
		answer = l.answer(m)
	})
	if crash != nil {
		return message{kind: isCrash, crash: crash}
	}
	return answer
}

// outside has serve answer a call from outside. It returns what a panic of the layers tells, which is an answer as well.
func (l *Link) outside(serve func()) (crash *Crash) {
	depth, in, stack := l.depth, len(l.in), len(l.stack)
	ended := false
	defer func() {
		if !ended {
			l.depth, l.in, l.stack = depth, l.in[:in], l.stack[:stack]
			crash = crashOf(recover())
		}
	}()
	if depth == 0 {
		l.turn++
	}
	serve()
	ended = true
	return nil
}

// mostTrace is how many places of a panic are told.
const mostTrace = 16

// crashOf tells of a panic that is being recovered: where in the layers it came from.
func crashOf(value any) *Crash {
	if step, missing := value.(network.NotWritten); missing {
		return &Crash{Text: step.Error(), Step: string(step)}
	}
	c := &Crash{Text: fmt.Sprint(value)}
	if own, is := value.(*Crash); is { // of an inner call
		return own
	}
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for more := true; more && len(c.Trace) < mostTrace; {
		var f runtime.Frame
		f, more = frames.Next()
		for _, dir := range []string{"exercises/", "solutions/"} {
			if at := strings.LastIndex("/"+f.File, "/"+dir); at >= 0 && strings.HasPrefix(f.Function, "strata/"+dir) {
				c.Trace = append(c.Trace, fmt.Sprintf("%s:%d in %s", f.File[at:], f.Line, f.Function))
			}
		}
	}
	return c
}

// factory makes the layers of a process in Go.
type factory struct {
	layers electives.Stack
	hosts  map[int]*farHost // by number
}

func (f *factory) serve(l *Link, method method, a arguments) (any, error) {
	switch method {
	case callReset:
		f.hosts = nil
		l.clear()
		return nil, nil
	case callNewNetwork:
		s := a.settings(2)
		return l.export(networkBelow{f.layers.NewNetwork(f.host(a), network.Config{
			Listen: network.Addr(s.text("listen")), MaxFrame: s.number("max_frame"), MaxQueued: s.number("max_queued"),
		})}), nil
	case callNewMessaging:
		s := a.settings(3)
		return l.export(messagingBelow{f.layers.NewMessaging(f.host(a), a.network(2), messaging.Config{
			Timeout: s.duration("timeout"), MaxID: uint32(s.number("max_id")),
		})}), nil
	case callNewP2p:
		return l.export(p2pBelow{f.newP2P(a)}), nil
	case callNewGossip:
		s := a.settings(3)
		return l.export(gossipBelow{f.layers.NewGossip(f.host(a), a.p2p(2), gossip.Config{
			SeenFor: s.duration("seen_for"), Sweep: s.duration("sweep"), MaxSeen: s.number("max_seen"),
		})}), nil
	case callNewMempool:
		s := a.settings(4)
		return l.export(mempoolBelow{f.layers.NewMempool(f.host(a), a.gossip(2), mempool.Config{
			KeepFor: s.duration("keep_for"), MaxTxs: s.number("max_txs"), MaxPerSender: s.number("max_per_sender"),
			Verifier: farVerifier{l, a.ref(3)},
		})}), nil
	case callNewChain:
		s := a.settings(1)
		return l.export(executorBelow{f.layers.NewExecutor(chain.Config{Verifier: farVerifier{l, a.ref(0)},
			Params: chain.Params{Difficulty: s.number("difficulty"), BlockReward: uint64(s.duration("block_reward")),
				MaxTransactions: s.number("max_transactions")},
		})}), nil
	case callNewLog:
		return l.export(logBelow{f.layers.NewLog(farDisk{far{l, a.ref(0)}}, a.text(1))}), nil
	case callNewLeader:
		return l.export(leaderBelow{f.newLeader(a)}), nil
	case callNewValidators:
		return l.export(validatorsBelow{f.newValidators(a)}), nil
	case callNewJudge:
		return l.export(judgeBelow{f.layers.NewJudge()}), nil
	case callNewDocument:
		return l.export(documentBelow{f.layers.NewDocument()}), nil
	case callNewCausal:
		return l.export(causalBelow{f.newCausal(a)}), nil
	case callNewBank:
		return l.export(bankBelow{f.layers.NewBank()}), nil
	}
	return unknown(l, "factory", method)
}

func (f *factory) newP2P(a arguments) p2p.P2P {
	s := a.settings(4)
	return f.layers.NewP2P(f.host(a), a.network(2), a.messaging(3), p2p.Config{
		Self: network.Addr(s.text("self")), Bootstrap: s.addrs("bootstrap"), MaxPeers: s.number("max_peers"),
		Interval: s.duration("interval"), HelloWithin: s.duration("hello_within"), MaxListed: s.number("max_listed"),
		MaxDials: s.number("max_dials"), BackoffMin: s.duration("backoff_min"), BackoffMax: s.duration("backoff_max"),
	})
}

// host is the one that the first argument names: the same for all layers of a node.
func (f *factory) host(a arguments) network.Host {
	ref := a.ref(0)
	if f.hosts[ref] == nil {
		if f.hosts == nil {
			f.hosts = make(map[int]*farHost)
		}
		f.hosts[ref] = &farHost{link: a.link, ref: ref}
	}
	return f.hosts[ref]
}

// given are the settings of a layer: names and values, one after the other.
type given struct {
	arguments
	pairs []raw
	n     int
}

func (a arguments) settings(n int) given {
	if n >= len(a.values) {
		a.read(n, nil)
	}
	pairs, err := a.link.codec.pairs(a.values[n])
	if err != nil {
		a.wrong(n, err.Error())
	}
	return given{a, pairs, n}
}

// one is the setting of that name, as an argument.
func (g given) one(name string) arguments {
	for i := 0; i < len(g.pairs); i += 2 {
		if string(g.pairs[i]) == name {
			return arguments{g.link, g.method, g.pairs[i+1 : i+2]}
		}
	}
	g.wrong(g.n, "it has no "+name)
	return g.arguments
}

func (g given) text(name string) string { return g.one(name).text(0) }

func (g given) number(name string) int { return read[int](g.one(name), 0) }

func (g given) addrs(name string) []network.Addr { return read[[]network.Addr](g.one(name), 0) }

func (g given) duration(name string) time.Duration { return g.one(name).duration(0) }

func (g given) decimal(name string) uint64 { return g.one(name).number(0) }

func (g given) flag(name string) bool { return read[bool](g.one(name), 0) }
