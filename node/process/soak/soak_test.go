package soak

import (
	"bufio"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"strata/chain"
	"strata/chain/chaintest"
	"strata/mempool"
	"strata/node/blocktree"
	"strata/node/process/boltstore"
	solution "strata/solutions/chain"
)

// What the child gets from its parent.
const (
	dirVariable  = "STRATA_SOAK_DIRECTORY"
	seedVariable = "STRATA_SOAK_SEED"
)

// roundsVariable is set by `make soak`.
const roundsVariable = "STRATA_SOAK"

var params = chain.Params{Difficulty: 1, BlockReward: 100, MaxTransactions: 10}

func TestMain(m *testing.M) {
	if dir := os.Getenv(dirVariable); dir != "" {
		seed, _ := strconv.ParseUint(os.Getenv(seedVariable), 10, 64)
		err := store(dir, rand.New(rand.NewPCG(seed, 0)), os.Stdout)
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1) // it ends by being killed, and by nothing else
	}
	os.Exit(m.Run())
}

type noPool struct{}

func (noPool) Add(mempool.Transaction) error { return nil }
func (noPool) Evict(...mempool.TxID)         {}

// open opens the store, as a node does when it starts.
func open(dir string) (*blocktree.Tree, *boltstore.Store, error) {
	s, err := boltstore.Open(dir)
	if err != nil {
		return nil, nil, err
	}
	cfg, err := blocktree.Config{KeepUndo: 50}.Complete()
	if err != nil {
		return nil, nil, err
	}
	tree, err := blocktree.Open(s, solution.New(chain.Config{Params: params, Verifier: mempool.ZIP215{}}), noPool{}, params, cfg)
	return tree, s, err
}

// store adds blocks forever: mostly one to the tip, at times a branch that replaces some blocks, in
// one commit or in several. It writes each tip once it is stored.
func store(dir string, random *rand.Rand, out io.Writer) error {
	tree, _, err := open(dir)
	if err != nil {
		return err
	}
	say := func(what string) { fmt.Fprintln(out, what, tree.State().Number(), tree.State().Hash()) }
	say("opened")
	tree.Watch(func(blocktree.Change) { say("stored") })
	for {
		number := tree.State().Number()
		back := uint64(0)
		if random.IntN(8) == 0 {
			back = min(number, random.Uint64N(6))
		}
		hash, _ := tree.HashAt(number - back)
		last, ok := tree.Block(hash)
		if !ok {
			return fmt.Errorf("block %d is not there", number-back)
		}
		parent := last.Block
		var branch []chain.Block
		for range back + 1 {
			parent = mine(parent, random)
			branch = append(branch, parent)
		}
		size := 1 + random.IntN(len(branch))
		for len(branch) > 0 {
			n := min(size, len(branch))
			if _, err := tree.AddAll(chaintest.Seal(branch[:n]...)); err != nil {
				return err
			}
			branch = branch[n:]
		}
	}
}

func mine(parent chain.Block, random *rand.Rand) chain.Block {
	b := chain.Block{Number: parent.Number + 1, Parent: parent.Hash()}
	b.Coinbase[0], b.Coinbase[1] = byte(random.Uint32()), byte(random.Uint32())
	for !params.MeetsDifficulty(b.Hash()) {
		b.Nonce++
	}
	return b
}

// summary is what the rounds came to.
type summary struct {
	rounds, early int // early: killed while it started
	tips          int // that were reported as stored
	ahead         int // rounds whose store had a commit that the child did not come to report
}

func TestKilledAtAnyInstant_FRK6(t *testing.T) {
	rounds := 5
	if text := os.Getenv(roundsVariable); text != "" {
		var err error
		rounds, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	dir := t.TempDir()
	random := rand.New(rand.NewPCG(uint64(rounds), 0))
	s := summary{}
	last := tip{0, chain.Genesis().Hash().String()}
	for s.rounds < rounds {
		opened, reported := round(t, dir, random, &s)
		if opened == (tip{}) {
			opened, reported = last, last
		}
		require.Equal(t, last, opened, "the child starts where the parent saw the last one end")
		last = inspect(t, dir, reported, s.rounds%20 == 0, &s)
		s.rounds++
	}
	fmt.Printf("soak: %d rounds, each a SIGKILL and a restart, %d of them while the store was opened: %d tips reported as stored, 0 lost; %d kills came between a commit and its report; block %d at the end\n",
		s.rounds, s.early, s.tips, s.ahead, last.number)
}

// tip is a line of the child.
type tip struct {
	number uint64
	hash   string
}

// round runs a child, kills it at a random instant, and returns what it reported first and last.
func round(t *testing.T, dir string, random *rand.Rand, s *summary) (opened, reported tip) {
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), dirVariable+"="+dir, fmt.Sprintf("%s=%d", seedVariable, random.Uint64()))
	child.Stderr = os.Stderr
	out, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	lines := bufio.NewScanner(out)
	after := random.IntN(30)
	if after == 0 {
		s.early++
		time.Sleep(time.Duration(random.IntN(10_000)) * time.Microsecond)
		require.NoError(t, child.Process.Kill())
	}
	for n := 0; lines.Scan(); n++ {
		var what string
		before := reported
		_, err := fmt.Sscan(lines.Text(), &what, &reported.number, &reported.hash)
		require.NoError(t, err, lines.Text())
		if n == 0 {
			require.Equal(t, "opened", what)
			opened = reported
			continue
		}
		require.Greater(t, reported.number, before.number)
		s.tips++
		if n > 0 && n == after {
			time.Sleep(time.Duration(random.IntN(4000)) * time.Microsecond) // to any instant of a commit
			require.NoError(t, child.Process.Kill())
		}
	}
	err = child.Wait()
	require.ErrorContains(t, err, "killed")
	return opened, reported
}

// inspect opens the store as the next node would.
func inspect(t *testing.T, dir string, reported tip, whole bool, s *summary) tip {
	tree, store, err := open(dir)
	require.NoError(t, err)
	defer func() { require.NoError(t, store.Close()) }()
	now := tip{tree.State().Number(), tree.State().Hash().String()}
	require.GreaterOrEqual(t, now.number, reported.number, "the tip is no older than the last that was reported")
	if now.number == reported.number {
		require.Equal(t, reported, now)
	} else {
		s.ahead++
	}
	if !whole {
		return now
	}
	state, executor := chain.NewState(), solution.New(chain.Config{Params: params, Verifier: mempool.ZIP215{}})
	for n := uint64(1); n <= now.number; n++ {
		hash, ok := tree.HashAt(n)
		require.True(t, ok)
		b, ok := tree.Block(hash)
		require.True(t, ok)
		fork := state.Fork()
		require.NoError(t, executor.Apply(fork, b))
		state.Absorb(fork)
	}
	require.True(t, state.Equal(tree.State()), "executing the chain again leads to the same accounts")
	return now
}
