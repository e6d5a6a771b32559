// Package hints hands out the hints of a step one by one, and remembers how far each student is:
// in .strata/hints.json of the workshop.
package hints

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"strata/harness/course/steps"
	"strata/node/process/atomicfile"
)

// Tiers name the hints of a step, in the order in which they are handed out.
var Tiers = [3]string{"a nudge", "the idea", "pseudo-code"}

// Book knows which hints were handed out in one workshop.
type Book struct{ file string }

// Open opens the book of the workshop at root. Nothing is written before a hint is handed out.
func Open(root string) Book { return Book{file: filepath.Join(root, ".strata", "hints.json")} }

// ErrUnreadable reports a book that is not one: remove the file to begin again.
var ErrUnreadable = errors.New("cannot be read; remove it to start over")

// Withheld is what a student hears of a step whose course gives no hints.
func Withheld(s steps.Step) error {
	return fmt.Errorf("your course gives no hints: read %s, or ask", s.Chapter())
}

// read returns how many hints of each step were handed out.
func (b Book) read() (map[string]int, error) {
	given := make(map[string]int)
	text, err := os.ReadFile(b.file)
	if errors.Is(err, fs.ErrNotExist) {
		return given, nil
	}
	if err != nil {
		return nil, fmt.Errorf("hints: %w", err)
	}
	if json.Unmarshal(text, &given) != nil {
		return nil, fmt.Errorf("hints: %s %w", b.file, ErrUnreadable)
	}
	return given, nil
}

// write replaces the book at once: whoever reads it sees the old one or the new one.
func (b Book) write(given map[string]int) error {
	text, err := json.MarshalIndent(given, "", "  ")
	if err != nil {
		return fmt.Errorf("hints: %w", err)
	}
	dir := filepath.Dir(b.file)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("hints: %w", err)
	}
	if err := atomicfile.Replace(b.file, append(text, '\n')); err != nil {
		return fmt.Errorf("hints: %w", err)
	}
	return nil
}

// Next hands out the next hint of a step, and the last one again when there are no more. tier
// counts from 1.
func (b Book) Next(s steps.Step) (tier int, err error) {
	given, err := b.read()
	if err != nil {
		return 0, err
	}
	tier = min(max(given[s.ID], 0)+1, len(s.Hints))
	given[s.ID] = tier
	return tier, b.write(given)
}

// Again is the hint of a step that was handed out last; 0 if none was.
func (b Book) Again(s steps.Step) (tier int, err error) {
	given, err := b.read()
	return min(max(given[s.ID], 0), len(s.Hints)), err
}

// Given is how many hints of each step were handed out, by the step's id; nothing for a step of which none was.
func (b Book) Given() (map[string]int, error) { return b.read() }

// Reset forgets what was handed out of a step.
func (b Book) Reset(s steps.Step) error {
	given, err := b.read()
	if err != nil {
		return err
	}
	if _, any := given[s.ID]; !any {
		return nil
	}
	delete(given, s.ID)
	return b.write(given)
}

// Text is one hint to be read, below a line that says which.
func Text(s steps.Step, tier int) string {
	indented := "    " + strings.ReplaceAll(s.Hints[tier-1], "\n", "\n    ")
	return fmt.Sprintf("%s  %s: hint %d of %d, %s\n\n%s\n", s.ID, s.Title, tier, len(s.Hints), Tiers[tier-1], indented)
}
