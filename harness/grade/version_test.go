package grade_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/grade"
	"strata/harness/grade/process"
)

// A command that is older than the workshop it grades with has other scenarios than the child that it builds there. It
// says so, with the remedy, and gives no grade.
func TestGrade_OfAnotherVersion(t *testing.T) {
	const suite = "gossip/gossiptest/suite.go"
	text, err := os.ReadFile(filepath.Join(root, suite))
	require.NoError(t, err)
	const named = `Name: "gossip/`
	require.Contains(t, string(text), named)
	newer := filepath.Join(t.TempDir(), "suite.go")
	require.NoError(t, os.WriteFile(newer, []byte(strings.Replace(string(text), named, named+"newer-", 1)), 0o600))
	opt := grade.Options{Root: root, Dir: filepath.Join(root, "solutions"), Steps: []string{"gossip.1"}, Seeds: 1,
		Provided: map[string]string{suite: newer}}
	at, err := filepath.Abs(root)
	require.NoError(t, err)
	_, err = grade.Grade(context.Background(), opt)
	require.ErrorIs(t, err, process.ErrVersion)
	require.NotContains(t, err.Error(), "\n")
	require.Contains(t, err.Error(), "rebuild it in "+at+": make build")
}
