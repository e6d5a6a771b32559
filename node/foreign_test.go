package node_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/network"
	"strata/node"
	"strata/node/guard"
	"strata/p2p"
)

// foreign is a node that somebody else has written: it knows docs/protocol.md, and nothing of ours but streams of
// bytes. What it does with a message a test says.
type foreign struct {
	w     *town
	addr  network.Addr // by which it wants to be known
	host  network.Host
	wires []*wire // in the order in which they were opened
	on    func(m said)
	names int // of gossip so far
}

// wire is one of its connections.
type wire struct {
	of      *foreign
	stream  network.Stream
	dialled bool
	bytes   []byte
	over    bool
}

// said is a message, and where it came.
type said struct {
	on      *wire
	kindOf  byte // 0 regular, 1 request, 2 response
	id      uint32
	kind    string
	payload string
}

// foreign adds one. It listens, accepts every hello, and says nothing else by itself.
func (w *town) foreign(addr network.Addr) *foreign {
	f := &foreign{w: w, addr: addr, on: func(said) {}}
	w.sim.Node(addr, func(h network.Host) {
		f.host = h
		_, err := h.Listen(addr, func(s network.Stream) { f.open(s, false) })
		require.NoError(w.t, err)
	})
	return f
}

func (f *foreign) open(s network.Stream, dialled bool) *wire {
	c := &wire{of: f, stream: s, dialled: dialled}
	f.wires = append(f.wires, c)
	s.Deliver(c)
	return c
}

// dials has it dial a node at a time, and say hello.
func (f *foreign) dials(at time.Duration, to network.Addr) {
	f.w.sim.At(at, f.addr, func() {
		f.host.Dial(to, func(s network.Stream, err error) {
			require.NoError(f.w.t, err)
			f.open(s, true).says(1, 1, "p2p:hello", string(f.addr))
		})
	})
}

// says writes length | type | id | kind | 0 | payload.
func (c *wire) says(kindOf byte, id uint32, kind, payload string) {
	b := binary.BigEndian.AppendUint32([]byte{kindOf}, id)
	b = append(append(append(b, kind...), 0), payload...)
	c.stream.Write(binary.BigEndian.AppendUint32(nil, uint32(len(b))), b)
}

// gossips sends gossip under a fresh id.
func (c *wire) gossips(kind, payload string) {
	c.of.names++
	c.says(0, 0, "gossip:"+kind, fmt.Sprintf("%-10s%06d", "foreign", c.of.names)+payload)
}

func (c *wire) Ended(error) { c.over = true }

func (c *wire) Receive(piece []byte) {
	c.bytes = append(c.bytes, piece...)
	for len(c.bytes) >= 4 && len(c.bytes) >= 4+int(binary.BigEndian.Uint32(c.bytes)) {
		size := 4 + int(binary.BigEndian.Uint32(c.bytes))
		frame := c.bytes[4:size]
		c.bytes = c.bytes[size:]
		kind, payload, found := strings.Cut(string(frame[5:]), "\x00")
		require.True(c.of.w.t, found)
		m := said{c, frame[0], binary.BigEndian.Uint32(frame[1:]), kind, payload}
		if m.kindOf == 1 && m.kind == "p2p:hello" {
			m.answers("\x01")
		}
		c.of.on(m)
	}
}

// answers answers a request.
func (m said) answers(payload string) { m.on.says(2, m.id, "", payload) }

// open lists the connections that are.
func (f *foreign) alive() (all []*wire) {
	for _, c := range f.wires {
		if !c.over {
			all = append(all, c)
		}
	}
	return all
}

// foreignBlocks are texts of blocks on genesis, each with the one before as its parent, and their hashes.
func foreignBlocks(n int) (texts []string, hashes [][32]byte) {
	zeros := strings.Repeat("0", 64)
	parent := sha256.Sum256([]byte("0:0:" + zeros + ":" + zeros))
	for number := 1; number <= n; number++ {
		text, hash := "", [32]byte{0xff}
		for nonce := 0; hash[0] >= 0x10; nonce++ { // one zero digit
			text = fmt.Sprintf("%d:%d:%x:%s", number, nonce, parent, strings.Repeat("ab", 32))
			hash = sha256.Sum256([]byte(text))
		}
		texts, hashes, parent = append(texts, text), append(hashes, hash), hash
	}
	return texts, hashes
}

// Both dial at once. The connection stays that the smaller address dialled, within 5 s, and serves; nobody is lost.
func TestForeign_CrossingDials_P2P6(t *testing.T) {
	for _, smaller := range []bool{true, false} {
		w := newTown(t)
		here, there := public(2), public(3)
		if smaller {
			there = public(1)
		}
		f := w.foreign(there)
		w.guarded(here, node.Config{P2P: p2p.Config{Bootstrap: []network.Addr{there}}})
		lost := 0
		w.sim.At(time.Millisecond, here, func() {
			w.nodes[here].OnPeer(func(_ network.Addr, arrived bool) {
				if !arrived {
					lost++
				}
			})
		})
		f.dials(time.Millisecond, here) // while the node's own dial is under way
		w.sim.Run(6 * time.Second)
		require.Len(t, f.wires, 2)
		require.Len(t, f.alive(), 1)
		require.Equal(t, smaller, f.alive()[0].dialled)
		texts, _ := foreignBlocks(1)
		w.sim.At(7*time.Second, there, func() { f.alive()[0].gossips("bc:new_block", texts[0]) })
		w.sim.Run(8 * time.Second)
		require.Equal(t, uint64(1), w.nodes[here].Status().Height)
		require.Equal(t, []network.Addr{there}, w.nodes[here].Peers())
		require.Zero(t, lost)
	}
}

// The node searches the foreign one for a block that it lacks, and answers its search for one that it has.
func TestForeign_SearchBothWays_FRK4(t *testing.T) {
	w := newTown(t)
	here, there := public(1), public(2)
	w.guarded(here, node.Config{})
	f := w.foreign(there)
	texts, hashes := foreignBlocks(2)
	answer := ""
	f.on = func(m said) {
		if m.kind == "gossip:search:block" {
			require.Equal(t, string(hashes[0][:]), m.payload[32:], "gossip id, search id, query")
			m.on.says(0, 0, "search_response:block", m.payload[16:32]+texts[0])
		}
		if m.kind == "search_response:block" {
			answer = m.payload
		}
	}
	f.dials(time.Second, here)
	w.sim.At(2*time.Second, there, func() { f.alive()[0].gossips("bc:new_block", texts[1]) })
	w.sim.Run(10 * time.Second)
	require.Equal(t, uint64(2), w.nodes[here].Status().Height)
	const name = "sixteen bytes as"
	w.sim.At(10*time.Second, there, func() { f.alive()[0].gossips("search:block", name+string(hashes[0][:])) })
	w.sim.Run(11 * time.Second)
	require.Equal(t, name+texts[0], answer)
}

// located answers sync:locate for a chain of these hashes above genesis, to whoever has nothing else of it.
func located(question string, hashes [][32]byte) string {
	step := int(binary.BigEndian.Uint16([]byte(question)))
	b := binary.BigEndian.AppendUint64(make([]byte, 8), uint64(len(hashes)))
	for at := min(step, len(hashes)); ; at = min(at+step, len(hashes)) {
		b = append(b, hashes[at-1][:]...)
		if at == len(hashes) {
			return string(b)
		}
	}
}

// blocksOf answers sync:blocks.
func blocksOf(question string, texts []string) string {
	first, count := binary.BigEndian.Uint64([]byte(question[40:])), binary.BigEndian.Uint16([]byte(question[48:]))
	var b []byte
	for _, text := range texts[first-1 : first-1+uint64(count)] {
		b = append(binary.BigEndian.AppendUint32(b, uint32(len(text))), text...)
	}
	return string(b)
}

// The node catches up with the foreign one, and the foreign one with it.
func TestForeign_SyncBothWays_SYN1_SYN2(t *testing.T) {
	w := newTown(t)
	here, there := public(1), public(2)
	w.guarded(here, node.Config{})
	f := w.foreign(there)
	texts, hashes := foreignBlocks(300)
	var answers []string
	searches := 0
	f.on = func(m said) {
		switch {
		case m.kind == "sync:locate":
			m.answers(located(m.payload, hashes))
		case m.kind == "sync:blocks":
			m.answers(blocksOf(m.payload, texts))
		case m.kind == "gossip:search:block":
			searches++
		case m.kindOf == 2 && m.id >= 100:
			answers = append(answers, m.payload)
		}
	}
	f.dials(time.Second, here)
	w.sim.At(2*time.Second, there, func() { f.alive()[0].gossips("bc:new_block", texts[299]) })
	w.sim.Run(20 * time.Second)
	require.Equal(t, uint64(300), w.nodes[here].Status().Height)
	require.Equal(t, hashes[299], [32]byte(w.nodes[here].Status().Tip))
	require.LessOrEqual(t, searches, 1, "it was asked for many at once")

	genesis, _ := hex.DecodeString(strings.Split(texts[0], ":")[2])
	place := string(make([]byte, 8)) + string(genesis)
	anchor := string(binary.BigEndian.AppendUint64(nil, 256)) + string(hashes[255][:])
	w.sim.At(20*time.Second, there, func() {
		f.alive()[0].says(1, 100, "sync:locate", "\x00\x80"+place)
		f.alive()[0].says(1, 101, "sync:blocks", anchor+"\x00\x00\x00\x00\x00\x00\x00\x81\x00\x80")
	})
	w.sim.Run(21 * time.Second)
	require.Equal(t, []string{located("\x00\x80", hashes), blocksOf(strings.Repeat(" ", 40)+"\x00\x00\x00\x00\x00\x00\x00\x81\x00\x80", texts)}, answers)
}

// One that answers nothing to sync, nor who it is, is searched for each block, and not blamed.
func TestForeign_AnswersNothingToSync_SYN8(t *testing.T) {
	w := newTown(t)
	here, there := public(1), public(2)
	w.guarded(here, node.Config{})
	f := w.foreign(there)
	texts, hashes := foreignBlocks(20)
	asked := 0
	f.on = func(m said) {
		switch at := -1; m.kind {
		case "sync:locate":
			asked++
		case "gossip:search:block":
			at = slices.Index(hashes, [32]byte([]byte(m.payload[32:])))
			require.GreaterOrEqual(t, at, 0)
			m.on.says(0, 0, "search_response:block", m.payload[16:32]+texts[at])
		}
	}
	f.dials(time.Second, here)
	w.sim.At(2*time.Second, there, func() { f.alive()[0].gossips("bc:new_block", texts[19]) })
	w.sim.Run(2 * time.Minute)
	require.Positive(t, asked)
	require.Equal(t, uint64(20), w.nodes[here].Status().Height)
	require.Empty(t, w.nodes[here].Guard().Bans())
	require.Len(t, f.alive(), 1, "it is a peer all the while")
}

// H15: one that takes its connections by the remote address, as if there were one for each, dials twice at its start.
// When the older is closed (P2P-6) it believes to have lost its only peer, and dials again, and never stops. It is not banned
// for it, and hears of every block.
func TestForeign_ComparesConnectionsByRemoteAddress_H15(t *testing.T) {
	w := newTown(t)
	here, there := public(1), public(2)
	w.guarded(here, node.Config{})
	f := w.foreign(there)
	heard := map[string]bool{}
	f.on = func(m said) {
		if m.kind == "gossip:bc:new_block" {
			heard[m.payload[16:]] = true
		}
	}
	f.dials(time.Second, here)
	f.dials(time.Second, here)
	const minutes = 10
	known, gone := 2, 0
	for at := 2 * time.Second; at < minutes*time.Minute; at += time.Second { // its round of maintenance
		w.sim.Run(at)
		over := len(f.wires) - len(f.alive())
		if over > gone && len(f.wires) == known {
			f.dials(at, here)
			gone, known = over, known+1
		}
	}
	texts, _ := foreignBlocks(3)
	for i, text := range texts {
		w.sim.At(minutes*time.Minute+time.Duration(i)*10*time.Second, here, func() {
			b, err := chain.ParseBlock([]byte(text))
			require.NoError(t, err)
			require.NoError(t, w.nodes[here].AddBlock(b))
		})
	}
	w.sim.Run(minutes*time.Minute + time.Minute)
	for _, text := range texts {
		require.True(t, heard[text])
	}
	require.Greater(t, len(f.wires), 100, "it does so again and again")
	require.Empty(t, w.nodes[here].Guard().Bans())
	require.Equal(t, []network.Addr{there}, w.nodes[here].Peers())
}

// exchange is one message of the golden exchange in docs/protocol.md.
type exchange struct {
	ours bool // the author's: "->"
	text string
}

// golden reads the exchange of the page. A line that begins with neither arrow goes on with the one before.
func golden(t *testing.T) (all []exchange) {
	page, err := os.ReadFile("../docs/protocol.md")
	require.NoError(t, err)
	_, text, found := strings.Cut(string(page), "```text\n-> ")
	require.True(t, found)
	text, _, _ = strings.Cut("-> "+text, "```")
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(line, "-> "), strings.HasPrefix(line, "<- "):
			all = append(all, exchange{line[0] == '-', line[3:]})
		default:
			all[len(all)-1].text += line
		}
	}
	return all
}

// frame is the bytes of a message as the page has it: hex digits, and texts in quotes.
func (x exchange) frame(t *testing.T) (b []byte) {
	for i, part := range strings.Split(x.text, `"`) {
		if i%2 == 1 {
			b = append(b, part...)
			continue
		}
		raw, err := hex.DecodeString(strings.Join(strings.Fields(part), ""))
		require.NoError(t, err, part)
		b = append(b, raw...)
	}
	return b
}

// What docs/protocol.md shows to authors of other nodes happens so, byte for byte, whatever else the node says.
func TestForeign_TheGoldenExchange(t *testing.T) {
	w := newTown(t)
	here := public(1)
	w.guarded(here, node.Config{})
	f := w.foreign("203.0.113.5:11120")
	var raw []byte
	f.on = func(m said) {
		b := binary.BigEndian.AppendUint32([]byte{m.kindOf}, m.id)
		b = append(append(append(b, m.kind...), 0), m.payload...)
		raw = append(binary.BigEndian.AppendUint32(raw, uint32(len(b))), b...)
	}
	w.sim.At(time.Second, f.addr, func() {
		f.host.Dial(here, func(s network.Stream, err error) {
			require.NoError(t, err)
			f.open(s, true)
		})
	})
	w.sim.Run(2 * time.Second)
	exchanges := golden(t)
	require.GreaterOrEqual(t, len(exchanges), 10)
	for i, x := range exchanges {
		frame := x.frame(t)
		at := 2*time.Second + time.Duration(i)*2*time.Second
		if x.ours {
			raw = nil
			w.sim.At(at, f.addr, func() { f.wires[0].stream.Write(frame[:4], frame[4:]) })
		}
		w.sim.Run(at + 2*time.Second)
		if !x.ours {
			require.Contains(t, string(raw), string(frame), "message %d: %s\nheard: %q", i, x.text, raw)
		}
	}
}

// The limits that docs/protocol.md tells authors of are those that there are.
func TestForeign_TheLimitsOfThePage(t *testing.T) {
	page, err := os.ReadFile("../docs/protocol.md")
	require.NoError(t, err)
	c, err := guard.Config{}.Complete()
	require.NoError(t, err)
	for _, part := range []string{
		fmt.Sprintf("one in %.0f s, and %d points", c.Decay.Seconds(), c.BanScore),
		fmt.Sprintf("ban the IP address for %v", c.BanFor),
		fmt.Sprintf("| messages from one address | %d a second, and %v of that at once | they wait; 25 points when more than %d MiB wait |", c.Messages, c.Burst, c.MaxHeld>>20),
		fmt.Sprintf("| bytes from one address | %d MiB a second |", c.Bytes>>20),
		fmt.Sprintf("| new connections from one address | %d a minute |", c.Accepts),
		fmt.Sprintf("| connections from one address | %d |", c.MaxPerIP),
		fmt.Sprintf("| connections from one range (IPv4 /16, IPv6 /32) | %d |", c.MaxPerGroup),
		fmt.Sprintf("| a first message, and the rest of one that has begun | within %v |", c.FrameWithin),
	} {
		require.True(t, strings.Contains(strings.Join(strings.Fields(string(page)), " "), part), part)
	}
}
