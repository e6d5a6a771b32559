package command

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/harness/proof/needs"
)

// The tests of this file speak to a node from outside, without any package of ours: first a client
// in Python, then bytes built here by hand from docs/protocol.md.

// easy is the difficulty at which the clients mine.
const easy = "2"

// python runs the foreign client and returns what it printed.
func python(t *testing.T, args ...string) string {
	t.Helper()
	interpreter := needs.Program(t, "apt-get install python3; TestInterop_RawBytes does the same in Go", "python3")
	cmd := exec.CommandContext(t.Context(), interpreter, append([]string{"-B", "testdata/interop/client.py"}, args...)...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Logf("%s", out)
	return string(out)
}

func TestInterop_PythonExchangesBlocksAndTransactions_NeedsPython(t *testing.T) {
	addr := freeAddr(t)
	node, _ := startNodeAt(t, addr, "--difficulty", easy)
	out := python(t, "exchange", addr, easy)
	_, hash, found := strings.Cut(strings.TrimSpace(out), "tip 2 ")
	require.True(t, found)
	node.waitTip("the client's block", func(tip tip) bool { return tip.Number == 2 && tip.Hash == hash })
}

func TestInterop_PythonFollowsAMiner_NeedsPython(t *testing.T) {
	addr := freeAddr(t)
	startNodeAt(t, addr, "--difficulty", quick, "--mine", "--coinbase", strings.Repeat("ab", 32))
	python(t, "listen", addr, quick)
}

// rawPeer is a connection to a node on which bytes are written by hand.
type rawPeer struct {
	t    *testing.T
	conn net.Conn
	name string // where we say that we listen
}

func dialRaw(t *testing.T, addr string) *rawPeer {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(patience)))
	return &rawPeer{t: t, conn: conn, name: freeAddr(t)}
}

// send writes length | type | id | kind | 0 | payload.
func (p *rawPeer) send(kindOf byte, id uint32, kind, payload string) {
	p.t.Helper()
	b := binary.BigEndian.AppendUint32(nil, uint32(1+4+len(kind)+1+len(payload)))
	b = binary.BigEndian.AppendUint32(append(b, kindOf), id)
	b = append(append(append(b, kind...), 0), payload...)
	_, err := p.conn.Write(b)
	require.NoError(p.t, err)
}

// receive reads messages until one is of that type and kind, and returns its payload.
func (p *rawPeer) receive(kindOf byte, kind string) string {
	p.t.Helper()
	for {
		var size [4]byte
		_, err := io.ReadFull(p.conn, size[:])
		require.NoError(p.t, err, "waiting for %q", kind)
		message := make([]byte, binary.BigEndian.Uint32(size[:]))
		_, err = io.ReadFull(p.conn, message)
		require.NoError(p.t, err)
		require.Greater(p.t, len(message), 5)
		got, payload, found := strings.Cut(string(message[5:]), "\x00")
		require.True(p.t, found)
		if message[0] == kindOf && got == kind {
			return payload
		}
	}
}

// hello becomes a peer, and returns the peers in the answer.
func (p *rawPeer) hello() string {
	p.t.Helper()
	p.send(1, 1, "p2p:hello", p.name)
	answer := p.receive(2, "")
	require.Equal(p.t, byte(1), answer[0], "accepted")
	return answer[1:]
}

// gossip sends a gossip message under a fresh id.
func (p *rawPeer) gossip(kind, payload string) {
	p.t.Helper()
	p.send(0, 0, "gossip:"+kind, randomID()+payload)
}

func (p *rawPeer) receiveGossip(kind string) string { return p.receive(0, "gossip:"+kind)[16:] }

// search asks for a block and returns its text.
func (p *rawPeer) search(hash [32]byte) string {
	p.t.Helper()
	id := randomID()
	p.gossip("search:block", id+string(hash[:]))
	answer := p.receive(0, "search_response:block")
	require.Equal(p.t, id, answer[:16])
	return answer[16:]
}

func randomID() string {
	var id [16]byte
	rand.Read(id[:])
	return string(id[:])
}

// mineRaw counts nonces until the hash of the text starts with two zero digits.
func mineRaw(number int, parent [32]byte, coinbase ed25519.PublicKey, txs ...string) (text string, hash [32]byte) {
	for nonce := 0; ; nonce++ {
		text = fmt.Sprintf("%d:%d:%x:%x", number, nonce, parent, []byte(coinbase))
		for _, tx := range txs {
			text += ":" + tx
		}
		if hash = sha256.Sum256([]byte(text)); hash[0] == 0 {
			return text, hash
		}
	}
}

func TestInterop_RawBytes(t *testing.T) {
	addr := freeAddr(t)
	node, _ := startNodeAt(t, addr, "--difficulty", easy)
	first, second, stranger := dialRaw(t, addr), dialRaw(t, addr), dialRaw(t, addr)
	require.Empty(t, first.hello())
	require.Equal(t, first.name, second.hello())
	stranger.send(1, 7, "p2p:get_peers", "")
	peers := strings.Split(stranger.receive(2, ""), ",")
	slices.Sort(peers)
	want := []string{first.name, second.name}
	slices.Sort(want)
	require.Equal(t, want, peers)

	public, private, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	zeros := strings.Repeat("0", 64)
	genesis := sha256.Sum256([]byte("0:0:" + zeros + ":" + zeros))
	one, hashOne := mineRaw(1, genesis, public)
	first.gossip("bc:new_block", one)
	require.Equal(t, one, second.receiveGossip("bc:new_block"))
	require.Equal(t, one, first.search(hashOne))

	spend := fmt.Sprintf("%x,%s,0,2500", []byte(public), strings.Repeat("ab", 32))
	spend += "," + hex.EncodeToString(ed25519.Sign(private, []byte(spend)))
	first.gossip("bc:new_tx", strings.Replace(spend, ",2500,", ",2501,", 1)) // not what was signed
	first.gossip("bc:new_tx", spend)
	require.Equal(t, spend, second.receiveGossip("bc:new_tx"))

	two, hashTwo := mineRaw(2, hashOne, public, spend)
	second.gossip("bc:new_block", two)
	require.Equal(t, two, first.receiveGossip("bc:new_block"))
	require.Equal(t, two, second.search(hashTwo))
	node.waitTip("our block", func(tip tip) bool { return tip.Number == 2 && tip.Hash == hex.EncodeToString(hashTwo[:]) })
}

func TestInterop_RawBytesFollowAMiner(t *testing.T) {
	addr := freeAddr(t)
	startNodeAt(t, addr, "--difficulty", quick, "--mine", "--coinbase", strings.Repeat("ab", 32))
	p := dialRaw(t, addr)
	p.hello()
	text := p.receiveGossip("bc:new_block")
	hash := sha256.Sum256([]byte(text))
	require.True(t, hash[0] == 0 && hash[1] == 0, "the proof of work holds: %x", hash)
	fields := strings.Split(text, ":")
	require.Equal(t, strings.Repeat("ab", 32), fields[3])
}

// The client keeps to the protocol as it is written: it must not import anything of ours.
func TestInterop_PythonUsesTheStandardLibraryAlone(t *testing.T) {
	for _, file := range []string{"client.py", "ed25519.py"} {
		text, err := os.ReadFile("testdata/interop/" + file)
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			if name, ok := strings.CutPrefix(line, "import "); ok {
				require.Contains(t, []string{"hashlib", "os", "socket", "struct", "sys", "time", "ed25519"}, strings.TrimSpace(name))
			}
		}
	}
}
