package command

import (
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"strata/harness/class"
	"strata/harness/class/similar"
	"strata/harness/course/skeleton"
	"strata/harness/course/steps"
	"strata/harness/grade/handin"
	"strata/harness/trace"
)

func newClassSimilar(w World) *cobra.Command {
	var least float64
	var html string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "similar DIR",
		Short: "List pairs of hand-ins with much in common",
		Long: `Compares the hand-ins that strata class grade has copied to DIR, passage by passage. Names, comments,
numbers and layout do not count, and neither does what the skeleton, the solutions or a quarter of the class
have. A pair is something to look at and no verdict. --html writes the pairs with both sides marked.

The exit status is 0, whether there are such pairs or not.`,
		Example: `  strata class similar results
  strata class similar results --least 0.5 --html similar.html`,
		Args:              oneArg("the directory of the results"),
		ValidArgsFunction: directories,
		RunE: func(cmd *cobra.Command, args []string) error {
			if !(least >= 0 && least <= 1) {
				return fmt.Errorf("--least is %v: want a share from 0 to 1, such as 0.3", least)
			}
			return w.classSimilar(cmd, args[0], least, html, asJSON)
		},
	}
	cmd.Flags().Float64Var(&least, "least", 0.3,
		"the least `SHARE` of the smaller one's own passages that both have, from 0 to 1")
	cmd.Flags().StringVar(&html, "html", "", "write the pairs with both sides marked to this `FILE`")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the pairs as JSON")
	must(cmd.MarkFlagFilename("html"))
	return cmd
}

func (w World) classSimilar(cmd *cobra.Command, dir string, least float64, html string, asJSON bool) error {
	folder, err := class.Open(dir)
	if err != nil {
		return err
	}
	at, err := w.classPlace(cmd)
	if err != nil {
		return err
	}
	base, err := givenSources(at.root)
	if err != nil {
		return err
	}
	works, err := worksOf(folder)
	if err != nil {
		return err
	}
	pairs := similar.Compare(works, base, least)
	if html != "" {
		if err := w.classTableFile(html, func(out io.Writer) error { return similar.Page(out, works, pairs) }); err != nil {
			return err
		}
	}
	if asJSON {
		enc := json.NewEncoder(w.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(pairs)
	}
	w.showPairs(pairs, len(works))
	return nil
}

// showPairs lists the pairs with the lines on both sides.
func (w World) showPairs(pairs []similar.Pair, works int) {
	for _, p := range pairs {
		same := ""
		if p.Same {
			same = ", and all files of the layers are the same"
		}
		fmt.Fprintf(w.Out, "%3.0f %%  %s and %s: %s%s\n", 100*p.Share, handin.Shown(p.A), handin.Shown(p.B),
			trace.CountOf(len(p.Passages), "passage"), same)
		for _, one := range p.Passages[:min(len(p.Passages), 5)] {
			fmt.Fprintf(w.Out, "       %s:%d-%d  %s:%d-%d\n", handin.Shown(one.A.File), one.A.First, one.A.End,
				handin.Shown(one.B.File), one.B.First, one.B.End)
		}
		if more := len(p.Passages) - 5; more > 0 {
			fmt.Fprintf(w.Out, "       and %d more\n", more)
		}
	}
	fmt.Fprintf(w.Out, "%s of %d hand-ins\n", trace.CountOf(len(pairs), "pair"), works)
}

// givenSources are what every student has been given, or could have read.
func givenSources(root string) ([]similar.Source, error) {
	var all []similar.Source
	for _, style := range []skeleton.Style{style(false), style(true)} {
		files, err := skeleton.Generate(root, style)
		if err != nil {
			return nil, err
		}
		for name, text := range files {
			if strings.HasSuffix(name, ".go") {
				all = append(all, similar.Source{Name: name, Text: text})
			}
		}
	}
	for _, layer := range steps.Layers {
		own, err := sourcesIn(filepath.Join(root, "solutions", layer))
		if err != nil {
			return nil, err
		}
		all = append(all, own...)
	}
	return all, nil
}

// worksOf reads the copies of a class.
func worksOf(folder *class.Folder) ([]similar.Work, error) {
	var works []similar.Work
	for _, h := range folder.List.Handins {
		if h.Dir == "" {
			continue
		}
		own, err := sourcesIn(filepath.Join(class.Handins(folder.Dir), h.Key))
		if err != nil {
			return nil, err
		}
		works = append(works, similar.Work{Name: h.Name, Digest: h.Digest, Sources: own})
	}
	return works, nil
}

// sourcesIn reads the Go below a directory that are in a layer, without tests, by name.
func sourcesIn(dir string) (all []similar.Source, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go") {
			return err
		}
		if !slices.Contains(steps.Written, filepath.Base(filepath.Dir(path))) {
			return nil
		}
		text, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path) // it lies below
		all = append(all, similar.Source{Name: filepath.ToSlash(name), Text: text})
		return err
	})
	return all, err
}
