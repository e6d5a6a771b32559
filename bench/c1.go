package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"strata/chain"
	"strata/mempool"
	"strata/node/offloop/pow"
)

// never is a difficulty that no hash meets: a search that does not end.
var never = chain.Params{Difficulty: chain.MaxDifficulty}

// firstNonce has the width that most nonces have.
const firstNonce = uint64(1e19)

// c1 is mining on one core: hashes of a block whose nonce changes. The baseline has no lanes.
// The standard library uses a processor's own instructions for SHA-256 where there are any; the
// second baseline is the same code told not to, for processors without them.
func c1() []figure {
	var list []figure
	for _, path := range pow.Paths() {
		if path == pow.Plain {
			continue
		}
		for _, txs := range []int{0, 10} {
			b := testBlock(txs)
			ours := side{path.String(), func() (float64, error) { return lanesRate(b, path), nil }}
			title := fmt.Sprintf("%s, blocks of %d transactions", path, txs)
			with, without := c1Targets(path, txs)
			list = append(list, figure{
				id: "C1", title: title, unit: "hashes/s", ours: ours,
				base:   side{"crypto/sha256", func() (float64, error) { return inPlace(b), nil }},
				target: with,
			}, figure{
				id: "C1", title: title, unit: "hashes/s", ours: ours,
				base: side{"crypto/sha256 without SHA instructions", func() (float64, error) {
					return withoutInstructions(txs)
				}},
				target: without,
			})
		}
	}
	for _, path := range pow.Paths() {
		list = append(list, figure{
			id: "C1", title: fmt.Sprintf("%s, a full block's search is given up", path), unit: "ms",
			ours: side{"ours", func() (float64, error) { return abandon(path), nil }}, target: atMost(100),
		})
	}
	return list
}

// c1Targets are those of a processor with instructions for SHA-256 and of one without. AVX2 has none of the
// first: it is what runs where a processor has neither AVX-512 nor these.
func c1Targets(path pow.Path, txs int) (with, without target) {
	switch {
	case path == pow.AVX2:
		return target{}, atLeast(4)
	case txs == 0:
		return atLeast(4.5), atLeast(10)
	}
	return atLeast(3.2), atLeast(12)
}

// testBlock has transactions of the usual length.
func testBlock(txs int) chain.Block {
	b := chain.Block{Number: 100_000, Nonce: firstNonce, Transactions: make([]mempool.Transaction, txs)}
	for i := range b.Transactions {
		b.Transactions[i].Nonce, b.Transactions[i].Amount = 1234, 1_000_000
	}
	return b
}

// lanesRate is that of the miner's own code.
func lanesRate(b chain.Block, path pow.Path) float64 {
	s := pow.New(b, never, path)
	return hashRate(func(from uint64, tries int) { s.Solve(from, tries) })
}

// hashRate runs batches for a while, one after the other.
func hashRate(batch func(from uint64, tries int)) float64 {
	const tries = 10_000
	nonce, start := firstNonce, time.Now()
	for time.Since(start) < period {
		batch(nonce, tries)
		nonce += tries
	}
	return float64(nonce-firstNonce) / time.Since(start).Seconds()
}

// inPlace is the loop that one writes without lanes: the decimal nonce is counted up in the text, and
// the standard library hashes the whole.
func inPlace(b chain.Block) float64 {
	text := b.Text()
	end := bytes.IndexByte(text, ':') + 1 + len(strconv.FormatUint(firstNonce, 10))
	return hashRate(func(_ uint64, tries int) {
		for range tries {
			i := end - 1
			for ; text[i] == '9'; i-- {
				text[i] = '0'
			}
			text[i]++
			if never.MeetsDifficulty(sha256.Sum256(text)) {
				return
			}
		}
	})
}

// plainOnly makes this program measure inPlace, for a block of so many transactions, print the rate
// and end.
const plainOnly = "STRATA_BENCH_C1"

// withoutInstructions measures inPlace in a process of its own: the standard library decides at its
// start which instructions to use.
func withoutInstructions(txs int) (float64, error) {
	exe, err := os.Executable()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), "GODEBUG=cpu.sha=off", plainOnly+"="+strconv.Itoa(txs))
	out, err := cmd.Output()
	if err != nil {
		return 0, err
	}
	return strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
}

// servePlainOnly does what plainOnly asks for, and says whether it did.
func servePlainOnly() bool {
	txs, err := strconv.Atoi(os.Getenv(plainOnly))
	if err != nil {
		return false
	}
	fmt.Println(inPlace(testBlock(txs)))
	return true
}

// abandon is the milliseconds from Stop to the end of a search that would take hours.
func abandon(path pow.Path) float64 {
	s := pow.New(testBlock(10), never, path)
	started, ended := make(chan bool), make(chan time.Time)
	go func() {
		close(started)
		s.Solve(firstNonce, 1<<50)
		ended <- time.Now()
	}()
	<-started
	time.Sleep(20 * time.Millisecond) // in the middle of it
	stopped := time.Now()
	s.Stop()
	return float64((<-ended).Sub(stopped).Microseconds()) / 1000
}
