package glass

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/harness/boundary"
	"strata/mempool"
	"strata/network"
)

// trusting takes every signature for right.
type trusting struct{}

func (trusting) Verify(mempool.Transaction) error             { return nil }
func (trusting) VerifyBatch(txs []mempool.Transaction) []bool { return make([]bool, len(txs)) }

// executes has a fresh node execute a transaction of each amount. It returns the last error, or what the call panicked with.
func executes(t *testing.T, e *Engine, amounts ...uint64) (thrown any, err error) {
	t.Helper()
	defer e.Reset()
	defer func() { thrown = recover() }()
	params, errParams := chain.Params{Difficulty: 1}.Complete()
	require.NoError(t, errParams)
	x := boundary.Stack(e).NewExecutor(chain.Config{Params: params, Verifier: trusting{}})
	for _, amount := range amounts {
		err = x.Execute(chain.NewState(), mempool.Transaction{Amount: amount})
	}
	return nil, err
}

func bad(t *testing.T, name string, printed io.Writer, copies bool) *Engine {
	t.Helper()
	module, err := build(name)
	require.NoError(t, err)
	e, err := New(module, Options{Printed: printed, Cache: cache(), Copies: copies})
	require.NoError(t, err)
	t.Cleanup(e.Close)
	return e
}

// Whatever the code of a node does, the run that it is in fails with the reason, and the next has a room as new.
func TestEngine_BadLayers(t *testing.T) {
	for _, copies := range []bool{false, true} {
		badLayers(t, copies)
	}
}

func badLayers(t *testing.T, copies bool) {
	var printed bytes.Buffer
	e := bad(t, "bad", &printed, copies)
	for amount, want := range map[uint64]string{
		1: "nil pointer dereference", 2: "out of memory", 3: "stack", 6: "with status 7", 7: "deadlock", 8: "step chain.1 is not written yet",
	} {
		printed.Reset()
		thrown, _ := executes(t, e, amount)
		err, _ := thrown.(error)
		require.ErrorContains(t, err, want, "amount %d, printed %s", amount, printed.String())
		thrown, err = executes(t, e, 9)
		require.Nil(t, thrown)
		require.EqualError(t, err, "1 calls", "a room remembers nothing of a run before it")
	}
	thrown, _ := executes(t, e, 8)
	require.Equal(t, network.NotWritten("chain.1"), thrown)
}

// A node has no file, no clock, no arguments and no environment.
func TestEngine_HasNoWorld(t *testing.T) {
	thrown, err := executes(t, bad(t, "bad", nil, false), 4)
	require.Nil(t, thrown)
	require.ErrorContains(t, err, ", 0, [], []")
	require.NotContains(t, err.Error(), "<nil>")
}

// C7: what one node keeps in a variable of a package, no other has, though both run the same code in one run.
func TestEngine_NodesShareNothing_C7(t *testing.T) {
	e := bad(t, "bad", nil, false)
	defer e.Reset()
	s := boundary.Stack(e)
	for range 2 {
		x := s.NewExecutor(chain.Config{Params: chain.Params{Difficulty: 1, MaxTransactions: 5}, Verifier: trusting{}})
		require.EqualError(t, x.Execute(chain.NewState(), mempool.Transaction{Amount: 9}), "1 calls")
		require.EqualError(t, x.Execute(chain.NewState(), mempool.Transaction{Amount: 9}), "2 calls")
	}
}

// A node's executor is made right after its layers, and is in the same room. Any other has a room of its own.
func TestEngine_ExecutorOfNode_C7(t *testing.T) {
	e := bad(t, "bad", nil, false)
	defer e.Reset()
	one, two := &someHost{}, &someHost{}
	first := e.Link(one)
	require.Same(t, first, e.Link(one))
	require.Same(t, first, e.Link(nil))
	require.NotSame(t, first, e.Link(nil))
	second := e.Link(two)
	require.NotSame(t, first, second)
	require.Same(t, second, e.Link(nil))
}

// someHost is asked nothing.
type someHost struct {
	network.Host
	_ int // two have two addresses
}

// A node that nobody knows any longer gives its room to another, within a run.
func TestEngine_RoomsOfNodesThatAreGone(t *testing.T) {
	e := bad(t, "bad", nil, false)
	defer e.Reset()
	for range 4 * fewRooms {
		x := boundary.Stack(e).NewExecutor(chain.Config{Params: chain.Params{Difficulty: 1, MaxTransactions: 5}, Verifier: trusting{}})
		require.EqualError(t, x.Execute(chain.NewState(), mempool.Transaction{Amount: 9}), "1 calls")
	}
	require.Less(t, len(e.used)+len(e.free), 3*fewRooms)
}

// mortalHost tells when its node is gone.
type mortalHost struct {
	someHost
	gone bool
}

func (h *mortalHost) Gone() *bool { return &h.gone }

// wrapping is a host around another.
type wrapping struct{ network.Host }

func (w *wrapping) Unwrap() network.Host { return w.Host }

// A node whose host says that it is gone gives its room to another at once, as new, and takes no call. Other nodes keep theirs.
func TestEngine_RoomsOfNodesThatTell(t *testing.T) {
	e := bad(t, "bad", nil, false)
	defer e.Reset()
	one, two := &mortalHost{}, &mortalHost{}
	first, second := e.Link(one), e.Link(two)
	require.Same(t, second, e.Link(&wrapping{two}))
	one.gone = true
	third := e.Link(&mortalHost{})
	require.True(t, first.Ended())
	require.False(t, second.Ended())
	require.False(t, third.Ended())
	require.Len(t, e.used, 2)
	require.Empty(t, e.free)
}

// What a node prints is bounded, and so is a room that is used again.
func TestEngine_Bounds(t *testing.T) {
	var printed bytes.Buffer
	e := bad(t, "bad", &printed, false)
	thrown, _ := executes(t, e, 5)
	require.Nil(t, thrown)
	require.Equal(t, mostPrinted, printed.Len())
	require.Len(t, e.free, 1)
	thrown, _ = executes(t, e, 11)
	require.Nil(t, thrown)
	require.Empty(t, e.free, "a room that has grown is replaced")
	thrown, err := executes(t, e, 10)
	require.Nil(t, thrown)
	require.EqualError(t, err, strings.Repeat("long ", 1<<18))
}

// The same calls have the same outcome in every engine, the order of a map too.
func TestEngine_Repeats(t *testing.T) {
	one, two := bad(t, "bad", nil, false), bad(t, "bad", nil, true)
	_, first := executes(t, one, 12)
	for range 3 {
		_, again := executes(t, one, 12)
		require.Equal(t, first, again)
		_, other := executes(t, two, 12)
		require.Equal(t, first, other)
	}
}

// What the host computes for a room, at any time, is what the room's own code would.
func TestEngine_Pure(t *testing.T) {
	_, err := executes(t, bad(t, "bad", nil, false), 13)
	require.EqualError(t, err, "200 hashes, 200 verdicts")
}

// The order of a map is that of the number which the engine is given: another one for most numbers, always the same for one.
func TestEngine_OrderOfMaps(t *testing.T) {
	e, orders := bad(t, "bad", nil, false), make(map[string]bool)
	for n := range uint64(6) {
		e.Order(n)
		_, first := executes(t, e, 12)
		_, again := executes(t, e, 12)
		require.Equal(t, first, again)
		orders[first.Error()] = true
	}
	require.Greater(t, len(orders), 3)
}

// A module that does not keep to the protocol ends its run with the reason, and nothing else.
func TestEngine_BadModules(t *testing.T) {
	e := bad(t, "raw", nil, false)
	for amount, want := range map[uint64]string{
		1: "neither a call nor an answer", 2: "it has to lie in the memory", 3: "a call where an answer was due", 4: "has no method \"255\"",
		5: "on object 65535, which does not exist", 6: "it has to lie in the memory", 7: "outside of its memory", 8: "a value is cut short", 9: "behind it",
		10: "object 1 is no boundary.host", 11: "is no boundary.host", 12: "object 1 is no boundary.stream",
		13: "want the number and the hash of a block", 14: "a value is cut short", 15: "a value is cut short", 16: "a value is cut short",
		17: "sha256 wants bytes outside", 18: "sha256 wants bytes outside", 19: "verify wants bytes outside",
	} {
		thrown, _ := executes(t, e, amount)
		err, _ := thrown.(error)
		require.ErrorIs(t, err, boundary.ErrProtocol, "%d: %v", amount, thrown)
		require.ErrorContains(t, err, want, "%d", amount)
		thrown, _ = executes(t, e, 20)
		require.Nil(t, thrown)
	}
}

// What is no module of layers is said, and nothing runs.
func TestNew_NoModule(t *testing.T) {
	empty := "\x00asm\x01\x00\x00\x00"
	for _, module := range []string{"", "text", empty, empty + "\x07\xff", empty + "\x07\x02\x01", empty + "\x06\x00"} {
		_, err := New([]byte(module), Options{})
		require.ErrorIs(t, err, ErrModule)
	}
}
