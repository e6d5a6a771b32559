//go:build wasip1

// Command bad is a layer 6 that does what layers must not do: what the amount of a transaction says.
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"strata/chain"
	"strata/harness/boundary"
	"strata/ledgers"
	"strata/ledgers/electives"
	"strata/mempool"
	"strata/network"
)

func init() {
	boundary.Offer(electives.Stack{Stack: chain.Stack{NewExecutor: func(chain.Config) chain.Executor { return &executor{} }}})
}

func main() {}

// executor remembers how often it was called: in one run.
type executor struct {
	chain.Executor
	kept [][]byte
}

var calls int // of all executors

func (e *executor) Execute(_ *chain.State, tx mempool.Transaction) error {
	calls++
	switch tx.Amount {
	case 1:
		var none *executor
		none.kept[0] = nil
	case 2:
		for {
			e.kept = append(e.kept, make([]byte, 1<<20))
		}
	case 3:
		return e.deep(0)
	case 4:
		_, files := os.ReadFile("/etc/passwd")
		_, dirs := os.ReadDir("/")
		return fmt.Errorf("%v, %v, %v, %v, %q", files, dirs, time.Now().Unix(), os.Args, os.Environ())
	case 5:
		for range 1 << 10 {
			fmt.Println(strings.Repeat("x", 1<<20))
		}
	case 6:
		os.Exit(7)
	case 7:
		<-make(chan int)
	case 8:
		panic(network.NotWritten("chain.1"))
	case 9:
		return fmt.Errorf("%d calls", calls)
	case 10:
		return errors.New(strings.Repeat("long ", 1<<18))
	case 11:
		e.kept = append(e.kept, make([]byte, 80<<20))
	case 12:
		return fmt.Errorf("%v", order())
	case 13:
		return pure()
	}
	return nil
}

func (e *executor) deep(n int) error {
	var room [1024]byte
	room[n%1024] = byte(n)
	return fmt.Errorf("%w %d", e.deep(n+1), room[0])
}

// pure compares what the host computes with what this program does. It returns what it has compared.
func pure() error {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public, same, right := network.PublicKey(key.Public().(ed25519.PublicKey)), 0, 0
	for n := range 200 {
		text := []byte(strings.Repeat("strata", n))
		if network.Sum256(text) == sha256.Sum256(text) {
			same++
		}
		signature := network.Signature(ed25519.Sign(key, text))
		signature[n%64] ^= byte(n % 2)
		if ledgers.Verify(public, text, signature) == (n%2 == 0) {
			right++
		}
	}
	return fmt.Errorf("%d hashes, %d verdicts", same, right)
}

// order is that of a map.
func order() (keys []int) {
	m := make(map[int]bool)
	for i := range 20 {
		m[i] = true
	}
	for k := range m {
		keys = append(keys, k)
	}
	return keys
}
