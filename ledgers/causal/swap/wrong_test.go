package swap_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// edit is a place of this package that is changed. old occurs once in its file.
type edit struct{ file, old, new string }

// wrong is this package with a mistake, and the test that has to fail by it.
type wrong struct {
	name  string // what it does
	by    string
	edits []edit
}

var wrongs = []wrong{
	{"locks before the secret is synced", "TestSwap_ACrashBehindEachWrite_CAU10", []edit{{
		"party.go", "\tshelf.Sync(func(err error) {\n",
		"\tdone(&Party{plan: &plan, a: a, b: b}, nil)\n\treturn\n\tshelf.Sync(func(err error) {\n",
	}}},
	{"keeps the terms and forgets the secret", "TestSwap_ACrashBehindEachWrite_CAU10", []edit{{
		"terms.go", "return append(b, p.Secret[:]...)", "return append(b, make([]byte, 32)...)",
	}}},
	{"locks for a lock that pays somebody else", "TestSwap_WrongLocks_CAU10", []edit{{
		"next.go", "one.Held == want &&",
		"one.From == want.From && one.Amount == want.Amount && one.Until == want.Until &&",
	}}},
	{"locks for a lock of less", "TestSwap_WrongLocks_CAU10", []edit{{
		"next.go", "one.Held == want &&", "one.From == want.From && one.To == want.To && one.Until == want.Until &&",
	}}},
	{"locks for a lock that ends sooner", "TestSwap_WrongLocks_CAU10", []edit{{
		"next.go", "one.Held == want &&", "one.From == want.From && one.To == want.To && one.Amount == want.Amount &&",
	}}},
	{"locks when the other lock may end before its own", "TestSwap_AThousandSeeds_CAU10", []edit{{
		"next.go", "own == nil && theirs.open() && t.apart(a.Height, b.Height) &&", "own == nil && theirs.open() &&",
	}}},
	{"shows the secret when it may be too late to be paid", "TestSwap_LateLocks_CAU10", []edit{{
		"next.go", "theirs.open() && t.inTime(b.Height):", "theirs.open():",
	}}},
	{"asks for its refund a block early", "TestSwap_AThousandSeeds_CAU10", []edit{{
		"next.go", "own.open() && a.Height+1 >= t.A.Until:", "own.open() && a.Height+2 >= t.A.Until:",
	}}},
	{"asks for no refund after a crash", "TestSwap_AThousandSeeds_CAU10", []edit{
		{"party.go", "\ta, b Ledger\n}", "\ta, b Ledger\n\tback bool\n}"},
		{"party.go", "return &Party{plan: plan, a: a, b: b}, nil", "return &Party{plan: plan, a: a, b: b, back: true}, nil"},
		{"party.go", "case step.Deed == nil:", "case step.Deed == nil || p.back && step.Deed.Kind == causal.Refund:"},
	}},
	{"locks again after a crash, before a block has its lock", "TestSwap_ACrashBehindEachWrite_CAU10", []edit{{
		"side.go", "\t\tif op.Action == causal.Do {\n\t\t\ts.sent[string(op.Value)] = true\n\t\t}\n", "\t\t_ = op\n",
	}}},
}

// Each mistake that somebody who writes such a swap may make is found, by the test that is meant for it.
func TestSwap_WrongOnes_CAU10(t *testing.T) {
	if testing.Short() {
		t.Skip("each is compiled")
	}
	for _, w := range wrongs {
		t.Run(w.name, func(t *testing.T) {
			t.Parallel()
			out := w.test(t)
			require.Contains(t, out, "--- FAIL: "+w.by+" ", "it passes, or does not compile")
		})
	}
}

// test is what its test prints. No file of the checkout is changed.
func (w *wrong) test(t *testing.T) string {
	texts := map[string]string{}
	for _, e := range w.edits {
		text, known := texts[e.file]
		if !known {
			b, err := os.ReadFile(e.file)
			require.NoError(t, err)
			text = string(b)
		}
		require.Equal(t, 1, strings.Count(text, e.old), "take the lines as they are in %s now:\n%s", e.file, e.old)
		texts[e.file] = strings.Replace(text, e.old, e.new, 1)
	}
	dir, replace := t.TempDir(), map[string]string{}
	for file, text := range texts {
		from, err := filepath.Abs(file)
		require.NoError(t, err)
		replace[from] = filepath.Join(dir, file)
		require.NoError(t, os.WriteFile(replace[from], []byte(text), 0o600))
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	require.NoError(t, err)
	file := filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(file, overlay, 0o600))
	out, err := exec.Command("go", "test", "-trimpath", "-vet=off", "-count=1", "-overlay", file, "-run", "^"+w.by+"$", ".").CombinedOutput()
	require.Error(t, err, "it passes:\n%s", out)
	return string(out)
}
