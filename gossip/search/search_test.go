package search_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/gossip"
	"strata/gossip/search"
	"strata/harness/sim"
	"strata/messaging"
	"strata/network"
	"strata/p2p"
	"strata/solutions"
)

// town is a simulated network of searching nodes in a line, or with a link back to its start in a
// ring.
type town struct {
	t        *testing.T
	net      *sim.Net
	searches []*search.Search
	peers    []p2p.P2P
	gossips  []gossip.Gossip
	asked    []int // how often each node's own handler was asked
	fruit    map[int]string
}

// line builds count nodes; those in fruit have an answer to every query of kind "fruit".
func line(t *testing.T, count int, ring bool, cfg search.Config, fruit map[int]string) *town {
	net, err := sim.New(sim.Config{Seed: 7, MinLatency: 10 * time.Millisecond, MaxLatency: 10 * time.Millisecond})
	require.NoError(t, err)
	w := &town{t: t, net: net, fruit: fruit, asked: make([]int, count)}
	w.searches, w.peers, w.gossips = make([]*search.Search, count), make([]p2p.P2P, count), make([]gossip.Gossip, count)
	cfg, err = cfg.Complete()
	require.NoError(t, err)
	for i := range count {
		p2pCfg := p2p.Config{Self: addr(i), Interval: 24 * time.Hour}
		if i > 0 {
			p2pCfg.Bootstrap = append(p2pCfg.Bootstrap, addr(i-1))
		}
		if ring && i == count-1 {
			p2pCfg.Bootstrap = append(p2pCfg.Bootstrap, addr(0))
		}
		net.Node(addr(i), func(h network.Host) { w.boot(h, i, p2pCfg, cfg) })
	}
	net.Run(time.Second)
	return w
}

func addr(i int) network.Addr { return network.Addr(fmt.Sprintf("node%d:1", i)) }

func complete[C interface{ Complete() (C, error) }](t *testing.T, cfg C) C {
	cfg, err := cfg.Complete()
	require.NoError(t, err)
	return cfg
}

func (w *town) boot(h network.Host, i int, p2pCfg p2p.Config, cfg search.Config) {
	stack := solutions.Stack()
	net := stack.NewNetwork(h, complete(w.t, network.Config{Listen: addr(i)}))
	msg := stack.NewMessaging(h, net, complete(w.t, messaging.Config{}))
	w.peers[i] = stack.NewP2P(h, net, msg, complete(w.t, p2pCfg))
	w.gossips[i] = stack.NewGossip(h, w.peers[i], complete(w.t, gossip.Config{}))
	w.searches[i] = search.New(h, w.peers[i], w.gossips[i], cfg)
	require.NoError(w.t, w.searches[i].Handle("fruit", func(query []byte) ([]byte, bool) {
		w.asked[i]++
		answer, has := w.fruit[i]
		return fmt.Appendf(nil, "%s %s", answer, query), has
	}))
	require.NoError(w.t, w.searches[i].Handle("nothing", nil))
	require.NoError(w.t, w.gossips[i].Start(nil))
}

// at does something on a node now and lets time pass.
func (w *town) at(i int, pass time.Duration, f func()) {
	w.net.At(w.net.Now(), addr(i), f)
	w.net.Run(w.net.Now() + pass)
}

// results collects what the asker hears; it is content after want answers.
type results struct {
	want    int
	answers []string
	errs    []error
}

func (r *results) take(answer []byte, err error) bool {
	if err != nil {
		r.errs = append(r.errs, err)
		return true
	}
	r.answers = append(r.answers, string(answer))
	return len(r.answers) == r.want
}

func TestQuery_AnswerComesBackTheWay(t *testing.T) {
	w := line(t, 6, false, search.Config{}, map[int]string{3: "red", 5: "green"})
	r := &results{want: 1}
	w.at(0, 30*time.Second, func() { w.searches[0].Query("fruit", []byte("apple"), r.take) })
	require.Equal(t, []string{"red apple"}, r.answers)
	require.Empty(t, r.errs, "no timeout after success")
	require.Equal(t, []int{1, 1, 1, 1, 0, 0}, w.asked, "who has an answer does not pass the question on")
}

func TestQuery_AsManyAnswersAsCome(t *testing.T) {
	w := line(t, 7, true, search.Config{}, map[int]string{3: "red", 4: "green"})
	r := &results{want: 3}
	w.at(0, 30*time.Second, func() { w.searches[0].Query("fruit", []byte("apple"), r.take) })
	require.ElementsMatch(t, []string{"red apple", "green apple"}, r.answers)
	require.Len(t, r.errs, 1)
	require.ErrorIs(t, r.errs[0], messaging.ErrTimeout, "it was never content")
}

func TestQuery_OwnHandlerFirst(t *testing.T) {
	w := line(t, 3, false, search.Config{}, map[int]string{0: "own", 2: "red"})
	content, curious := &results{want: 1}, &results{want: 2}
	w.at(0, time.Second, func() {
		w.searches[0].Query("fruit", []byte("apple"), content.take)
		require.Equal(t, []string{"own apple"}, content.answers, "before Query returns")
	})
	require.Equal(t, []int{1, 0, 0}, w.asked, "nobody else is asked")
	w.at(0, time.Second, func() { w.searches[0].Query("fruit", []byte("pear"), curious.take) })
	require.Equal(t, []string{"own pear", "red pear"}, curious.answers)
}

func TestQuery_Timeout(t *testing.T) {
	w := line(t, 3, false, search.Config{Timeout: 5 * time.Second}, nil)
	r := &results{want: 1}
	w.at(0, 4*time.Second, func() { w.searches[0].Query("nothing", nil, r.take) })
	require.Empty(t, r.errs)
	w.net.Run(w.net.Now() + time.Minute)
	require.Len(t, r.errs, 1)
	require.ErrorIs(t, r.errs[0], messaging.ErrTimeout)
	require.Equal(t, 2, w.net.Usage(addr(0)).Timers, "p2p's and gossip's own")
}

func TestQuery_EndsAtStop(t *testing.T) {
	w := line(t, 2, false, search.Config{}, nil)
	r, late := &results{want: 1}, &results{want: 1}
	w.at(0, time.Second, func() { w.searches[0].Query("nothing", nil, r.take) })
	w.at(0, time.Minute, func() {
		w.searches[0].Stop()
		w.searches[0].Stop()
		w.searches[0].Query("fruit", nil, late.take)
	})
	for _, r := range []*results{r, late} {
		require.Len(t, r.errs, 1)
		require.ErrorIs(t, r.errs[0], network.ErrClosed)
	}
}

func TestQuery_CannotBeSent(t *testing.T) {
	w := line(t, 2, false, search.Config{}, nil)
	unknown, big := &results{want: 1}, &results{want: 1}
	w.at(0, time.Minute, func() {
		w.searches[0].Query("vegetable", nil, unknown.take)
		w.searches[0].Query("fruit", make([]byte, 2<<20), big.take)
	})
	require.Len(t, unknown.errs, 1)
	require.ErrorIs(t, unknown.errs[0], search.ErrUnknownKind)
	require.Len(t, big.errs, 1)
	require.ErrorIs(t, big.errs[0], network.ErrFrameTooBig)
}

func TestHandle_RefusesWhatCannotBe(t *testing.T) {
	w := line(t, 1, false, search.Config{}, nil)
	require.ErrorIs(t, w.searches[0].Handle("fruit", nil), messaging.ErrDuplicateKind)
	require.ErrorIs(t, w.searches[0].Handle(messaging.Kind(make([]byte, 250)), nil), messaging.ErrBadKind)
}

// Answers that are malformed, or that nobody waits for, are dropped.
func TestAnswer_NobodyAskedFor(t *testing.T) {
	w := line(t, 3, false, search.Config{}, nil)
	for _, payload := range [][]byte{nil, make([]byte, 15), make([]byte, 16), make([]byte, 40)} {
		w.at(0, time.Second, func() {
			require.NoError(t, w.peers[0].Send(addr(1), "search_response:fruit", payload))
		})
	}
}

// The way back is kept for RouteFor: a late answer still arrives before it ends, and not after. Node
// 2 is no searcher here: it takes the search id from the gossip and answers by hand.
func TestRoutes_LastForAWhile(t *testing.T) {
	w := line(t, 3, false, search.Config{Timeout: time.Hour}, nil)
	var id []byte
	require.NoError(t, w.gossips[2].Handle("search:by-hand", func(_ network.Addr, payload []byte) bool {
		id = payload[:16]
		return true
	}))
	for _, s := range w.searches[:2] {
		require.NoError(t, s.Handle("by-hand", nil))
	}
	r := &results{want: 100}
	w.at(0, time.Second, func() { w.searches[0].Query("by-hand", []byte("?"), r.take) })
	answer := func(text string) {
		w.at(2, time.Second, func() {
			require.NoError(t, w.peers[2].Send(addr(1), "search_response:by-hand", append(append([]byte(nil), id...), text...)))
		})
	}
	answer("soon")
	w.net.Run(w.net.Now() + 25*time.Second)
	answer("late")
	w.net.Run(w.net.Now() + 5*time.Second)
	answer("too late")
	require.Equal(t, []string{"soon", "late"}, r.answers)
}
