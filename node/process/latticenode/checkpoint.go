package latticenode

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"strata/ledgers/lattice"
)

// checkpointTitle is the first line of a checkpoint's text.
const checkpointTitle = "lattice-checkpoint 1"

// Checkpoint is the text that says where a node stands now: the chain, how many blocks are cemented, and the weights of
// the representatives, the heaviest first. A node that starts late takes its weights from there (LAT-10). Nobody has
// signed it: take it from whom you trust, or compare it with what others say. Errors: the loop has ended.
func (r *Running) Checkpoint() (text string, err error) {
	err = r.do(func() {
		b := r.ledger.Book()
		var lines strings.Builder
		fmt.Fprintf(&lines, "%s\nchain %s\nblocks %d\n", checkpointTitle, r.Chain, b.Digest().Position)
		for _, of := range b.Representatives() {
			if weight := b.Weight(of); !weight.Zero() {
				fmt.Fprintf(&lines, "%s %s\n", lattice.Address(of), weight)
			}
		}
		text = lines.String()
	})
	return text, err
}

// maxCheckpoint bounds a checkpoint's text, in bytes.
const maxCheckpoint = 16 << 20

// ReadCheckpoint reads a checkpoint of this directory's network. The error names the file and the line.
func (d Directory) ReadCheckpoint(file string) (lattice.Checkpoint, error) {
	info, err := os.Stat(file)
	if err != nil {
		return lattice.Checkpoint{}, err
	}
	if info.Size() > maxCheckpoint {
		return lattice.Checkpoint{}, fmt.Errorf("%s is no checkpoint: over %d bytes", file, maxCheckpoint)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return lattice.Checkpoint{}, err
	}
	c, err := d.parseCheckpoint(string(text))
	if err != nil {
		return lattice.Checkpoint{}, fmt.Errorf("%s is no checkpoint of this network: %w", file, err)
	}
	return c, nil
}

func (d Directory) parseCheckpoint(text string) (c lattice.Checkpoint, err error) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	chain := "chain " + d.Genesis.Chain().String()
	switch {
	case lines[0] != checkpointTitle:
		return c, fmt.Errorf("line 1 is %.80q, want %q", lines[0], checkpointTitle)
	case len(lines) < 4:
		return c, errors.New("want a line `chain ID`, a line `blocks N`, and one `ADDRESS RAW` or more")
	case lines[1] != chain:
		return c, fmt.Errorf("line 2 is %.80q, want %q", lines[1], chain)
	}
	if c.Blocks, err = strconv.ParseUint(strings.TrimPrefix(lines[2], "blocks "), 10, 64); err != nil || c.Blocks == 0 {
		return c, fmt.Errorf("line 3 is %.80q, want `blocks N`, above 0", lines[2])
	}
	c.Weights = map[lattice.Account]lattice.Amount{}
	sum, supply := lattice.Amount{}, d.Genesis.Supply()
	for i, line := range lines[3:] {
		address, raw, _ := strings.Cut(line, " ")
		of, errOf := lattice.ParseAddress(address)
		weight, errWeight := lattice.ParseRaw(raw)
		if err := errors.Join(errOf, errWeight); err != nil {
			return c, fmt.Errorf("line %d: %w", i+4, err)
		}
		if _, twice := c.Weights[of]; twice {
			return c, fmt.Errorf("line %d: %s comes twice", i+4, address)
		}
		c.Weights[of] = weight
		var fits bool
		if sum, fits = sum.Add(weight); !fits || sum.Cmp(supply) > 0 {
			return c, fmt.Errorf("line %d: the weights are more than the supply, %s", i+4, supply)
		}
	}
	return c, nil
}
