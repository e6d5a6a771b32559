package book_test

import (
	"flag"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"strata/harness/course/book"
)

var rewrite = flag.Bool("rewrite", false, "write the figure of the reorganisation again")

const (
	reorganisation = "../../../solutions/chain/testdata/scripts/reorganisation"
	figure         = "../../../docs/img/reorganisation.svg"
)

// The figure in the chapter is drawn from the script, which solutions/chain holds to a real run.
// `go test ./harness/course/book -run Reorganisation -rewrite` draws it again.
func TestTree_Reorganisation(t *testing.T) {
	script, err := os.ReadFile(reorganisation)
	require.NoError(t, err)
	tree, err := book.Tree(string(script))
	require.NoError(t, err)
	rows := tree.Table()
	require.Equal(t, [][]string{{"block", "parent", "height", "lost"}, {"04e3", "", "0", "false"},
		{"0b70", "04e3", "1", "false"}, {"0936", "0b70", "2", "true"}, {"0c5e", "0b70", "2", "false"},
		{"09d1", "0c5e", "3", "false"}, {"0e76", "09d1", "4", "false"}}, rows)
	require.Equal(t, []string{"found by a, 1 payment", "tip of a, b at 4s", "a undoes it at 7.07s", "b undoes it at 7.07s"},
		tree.Blocks[2].Notes)
	require.Equal(t, []string{"found by c", "tip of c at 4s", "tip of a, b, c at 20s"}, tree.Blocks[4].Notes)
	require.True(t, tree.Blocks[5].Wins)
	require.Len(t, tree.Moved, 1)
	require.Equal(t, "alice pays bob 10:", tree.Moved[0].Notes[0])
	require.Equal(t, "0e76", tree.Moved[0].To)
	if *rewrite {
		require.NoError(t, os.WriteFile(figure, tree.Draw(true), 0o644))
	}
	drawn, err := os.ReadFile(figure)
	require.NoError(t, err)
	require.Equal(t, string(drawn), string(tree.Draw(true)), "draw it again with -rewrite")
}

func TestTree_OfNoChains(t *testing.T) {
	_, err := book.Tree("node a\n----\n")
	require.EqualError(t, err, "book: no block is found in this script")
	_, err = book.Tree("run until=1s\n----\n    1s  a  applies block 1 0b70\n")
	require.EqualError(t, err, "book: this script does not say what block 0b70 is on")
}
