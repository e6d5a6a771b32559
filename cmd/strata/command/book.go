package command

import (
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"strata/harness/course/book"
)

func newBook(w World) *cobra.Command {
	var out string
	cmd := &cobra.Command{
		Use:   "book",
		Short: "Make the book: a static site of chapters, reference pages and code",
		Long: `Makes a static site of the workshop's pages, their figures, and the code that they point to. It needs no
server, not even to search: open index.html in a browser. A link that leads nowhere or a missing figure is
an error, and then nothing is written.`,
		Example: "  strata book --out book",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, err := w.place(cmd)
			if err != nil {
				return err
			}
			pages, err := book.Build(at.root, out)
			if err != nil {
				return verbatim(err.Error())
			}
			fmt.Fprintf(w.Out, "%d pages: open %s\n", pages, filepath.Join(out, "index.html"))
			return nil
		},
	}
	cmd.Flags().StringVar(&out, "out", "book", "the `DIR` to write")
	return cmd
}
