package validators_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/sim/disk"
	"strata/ledgers"
	"strata/ledgers/ledgertest"
	contract "strata/ledgers/validators"
	"strata/network"
	"strata/solutions/validators"
)

// machine is where a validator that is alone in its set runs: it decides whatever it signs. Its calls come in order.
type machine struct {
	network.Host
	t      *testing.T
	cfg    contract.Config
	disk   *disk.Disk
	now    time.Duration
	calls  []func()
	timers []func()
	peers  *ledgertest.Peers
	ledger contract.Validators
	said   map[string][]byte // by height, round and kind, over all lives
}

func newMachine(t *testing.T, h *history) *machine {
	m := &machine{t: t, disk: disk.New(), said: map[string][]byte{}}
	m.cfg = contract.Config{Genesis: h.genesis, EmptyInterval: 1}.Defaults()
	ledgers.Found(m.Disk(), h.genesis.Chain(), m.Identity().Key(), func(err error) { require.NoError(t, err) })
	m.run(1000)
	return m
}

func (m *machine) Now() time.Time             { return time.Unix(0, 0).Add(m.now) }
func (m *machine) Log() *slog.Logger          { return slog.New(slog.DiscardHandler) }
func (m *machine) Identity() network.Identity { return signerOf(0) }

// After has what is due at once happen soon, and all the rest when nothing else happens.
func (m *machine) After(d time.Duration, f func()) network.TimerID {
	if d <= 1 {
		m.calls = append(m.calls, f)
	} else {
		m.timers = append(m.timers, f)
	}
	return 1
}

// Disk ends each sync as one call more.
func (m *machine) Disk() network.Disk {
	now := m.disk
	return disk.Device{On: func() *disk.Disk { return now }, End: func(_ string, s *disk.Sync, done func(error)) {
		m.calls = append(m.calls, func() { done(s.End(false)) })
	}}
}

// run makes so many calls, or all.
func (m *machine) run(most int) {
	for ; most > 0 && len(m.calls) > 0; most-- {
		next := m.calls[0]
		m.calls = m.calls[1:]
		next()
	}
}

// start begins a life of the validator.
func (m *machine) start() error {
	m.calls, m.timers = nil, nil
	m.peers = ledgertest.NewPeers(func() time.Duration { return m.now }, ledgertest.Passer)
	g := ledgertest.NewGossip(func() time.Duration { return m.now }, m.heard)
	m.ledger = validators.New(m, g, m.peers, m.cfg)
	return m.ledger.Start(nobody{})
}

// heard fails if the validator contradicts what it has said in any life.
func (m *machine) heard(said ledgertest.Message) {
	w, err := contract.DecodeWord(said.Payload)
	if said.Kind == contract.Proposal.Wire() {
		var p *contract.Proposed
		if p, err = contract.DecodeProposed(said.Payload); err == nil {
			w = p.Word
		}
	}
	if err != nil {
		return
	}
	at, text := fmt.Sprint(w.Height, w.Round, w.Kind), w.Encode()
	if old := m.said[at]; old != nil {
		require.Equal(m.t, old, text, "height %d, round %d: two words", w.Height, w.Round)
	}
	m.said[at] = text
}

// nobody hears what becomes of operations.
type nobody struct{}

func (nobody) Final(ledgers.OpID, ledgers.Digest) {}
func (nobody) Undone(ledgers.OpID)                {}
func (nobody) Refused(ledgers.OpID, error)        {}
func (nobody) Blamed(network.Addr, error)         {}

// alone is a chain whose only validator is the machine's.
func alone(t *testing.T) *history {
	h := newHistory(t, 0)
	h.genesis.Founders = h.genesis.Founders[:1]
	h.rules = contract.RulesOf(&h.genesis, validators.NewJudge())
	h.tips = []*contract.Tip{h.genesis.Tip()}
	return h
}

// content is all of a file.
func (m *machine) content(name string) []byte {
	text, err := m.disk.Read(name, 0, 1<<20)
	require.NoError(m.t, err)
	return text
}

// becomes makes a file another one; nil takes it away.
func (m *machine) becomes(name string, text []byte) {
	require.NoError(m.t, m.disk.Remove(name))
	if text != nil {
		require.NoError(m.t, m.disk.Append(name, text))
	}
	m.disk.BeginNames().End(false)
	m.disk.Begin(name).End(false)
}

// A validator that has lost one of its files, or has a broken block among the decided ones, does not start: it would
// sign again what it has signed. A torn end is cut, and headers are made again (VAL-6).
func TestArchive_LostOrDamaged_VAL6(t *testing.T) {
	middle := func(text []byte) []byte {
		text = bytes.Clone(text)
		text[len(text)/2] ^= 1
		text[len(text)/2+1] ^= 1
		return text
	}
	none := func([]byte) []byte { return nil }
	empty := func([]byte) []byte { return []byte{} }
	type changes map[string]func([]byte) []byte
	for name, c := range map[string]struct {
		change changes
		names  string // in the error; empty: it starts
	}{
		"nothing":                         {nil, ""},
		"decided is gone":                 {changes{"decided": none}, "decided is gone"},
		"decided and headers are gone":    {changes{"decided": none, "headers": none}, "decided is gone"},
		"both are gone":                   {changes{"decided": none, "signed": none}, "decided is gone"},
		"signed is gone":                  {changes{"signed": none}, "signed is gone"},
		"signed is gone, nothing decided": {changes{"signed": none, "decided": empty}, "signed is gone"},
		"signed and headers are gone":     {changes{"signed": none, "headers": none}, "signed is gone"},
		"two bytes are wrong":             {changes{"decided": middle}, "decided at byte"},
		"headers are gone":                {changes{"headers": none}, ""},
		"the end is torn":                 {changes{"decided": func(text []byte) []byte { return append(text, text[:300]...) }}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, alone(t))
			require.NoError(t, m.start())
			for m.ledger.Tip().Height < 6 || len(m.content("signed")) > 0 {
				m.run(1)
			}
			left := map[string][]byte{}
			for file, change := range c.change {
				left[file] = change(m.content(file))
				m.becomes(file, left[file])
			}
			height := m.ledger.Tip().Height
			m.calls, m.now = nil, time.Hour // so that a fresh block is another one
			err := m.start()
			if c.names == "" {
				require.NoError(t, err)
				m.run(100)
				require.Greater(t, m.ledger.Tip().Height, height)
				return
			}
			require.ErrorIs(t, err, ledgers.ErrDamaged)
			require.ErrorContains(t, err, c.names)
			for file, text := range left {
				require.Equal(t, text != nil, slices.Contains(m.disk.Names(), file), "nothing is changed")
				require.True(t, text == nil || bytes.Equal(text, m.content(file)), "nothing is changed")
			}
		})
	}
}

// A crash at any moment, the first start among them, is no loss: the validator starts again, contradicts nothing that it has
// said, and goes on (VAL-6).
func TestArchive_ACrashIsNoLoss_VAL6(t *testing.T) {
	for seed := range uint64(200) {
		m, rng := newMachine(t, alone(t)), rand.New(rand.NewPCG(seed, 6))
		for life := range 6 {
			require.NoError(t, m.start(), "seed %d", seed)
			m.run(rng.IntN(1 + 5*life))
			m.disk.Crash(rng.Uint64N)
			m.now += time.Minute // so that a fresh block is another one
		}
		require.NoError(t, m.start(), "seed %d", seed)
		height := m.ledger.Tip().Height
		m.run(100)
		require.Greater(t, m.ledger.Tip().Height, height, "seed %d: it is silent", seed)
	}
}

// A crash while several blocks of one answer are kept is no damage (VAL-6).
func TestArchive_ACrashWithinARange_VAL6(t *testing.T) {
	h := newHistory(t, 8)
	for seed := range uint64(400) {
		m, rng := newMachine(t, h), rand.New(rand.NewPCG(seed, 8))
		require.NoError(t, m.start())
		m.run(100)
		last := h.tips[len(h.tips)-1]
		m.peers.Deliver(contract.KindState, (&contract.Standing{Height: last.Height, Hash: last.Hash}).Encode())
		q := m.peers.Take(contract.KindRange)
		require.NotNil(t, q)
		answer := []byte{0, byte(len(h.blocks))}
		for _, b := range h.blocks {
			answer = ledgers.AppendBytes(answer, b.Encode())
		}
		q.Done(answer, nil)
		m.run(rng.IntN(10))
		m.disk.Crash(rng.Uint64N)
		require.NoError(t, m.start(), "seed %d", seed)
	}
}
