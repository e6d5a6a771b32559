package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// g6 is a class of which each second hand-in equals an earlier one, packed in another way. It is killed in the middle, and
// goes on. The baseline is the processor time of the different ones, each graded by strata grade in place and alone, over two
// processors: what no class can do that does the same and leaves neither processor without work.
func g6() []figure {
	size := 200
	if *shortNetworks {
		size = 20
	}
	// A quarter of the class has to do behind glass, where each takes five times as long.
	return slices.Concat((&classOf200{size: size}).figures("in place", 1), (&classOf200{size: max(8, size/4), sealed: true}).figures("sealed", 4))
}

// figures are those of one class: its time, and its processor time, which other programs change less.
func (c *classOf200) figures(how string, most float64) []figure {
	title := fmt.Sprintf("a class of %d, half of them equal ones, 10 seeds, %s, killed once", c.size, how)
	return []figure{
		{id: "G6", title: title, unit: "s", target: atMost(most), once: true,
			ours: side{"the class", c.graded}, base: side{"the different ones alone, over two", c.alone}},
		{id: "G6", title: title + ": its processor time, over two", unit: "s", once: true,
			ours: side{"the class", func() (float64, error) { return c.spent.Seconds() / 2, nil }},
			base: side{"the different ones alone, over two", func() (float64, error) { return c.base, nil }}},
	}
}

// classOf200 is the class on disk.
type classOf200 struct {
	size   int
	sealed bool
	dir    string

	base  float64       // what alone has measured, in seconds
	spent time.Duration // processor time of what graded has started
}

// wrong is a mistake of every fourth student.
var wrong = [2]string{"if !h(from, payload) {", "if h(from, payload) || true {"}

// layers are what student n hands in: our solutions, some with a mistake, with a file of the student's own.
func layers(n int) (map[string][]byte, error) {
	files := map[string][]byte{"gossip/who.go": fmt.Appendf(nil, "// Number %d.\n\npackage gossip\n", n)}
	solutions := os.DirFS(filepath.Join(root, "solutions"))
	err := fs.WalkDir(solutions, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != ".go" || !strings.Contains(name, "/") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		files[name], err = fs.ReadFile(solutions, name)
		if n%4 == 3 && name == "gossip/gossip.go" {
			files[name] = bytes.Replace(files[name], []byte(wrong[0]), []byte(wrong[1]), 1)
		}
		return err
	})
	return files, err
}

// written writes the class: hand-in n is student n/2's, as a directory or as an archive.
func (c *classOf200) written() (err error) {
	if c.dir != "" {
		return nil
	}
	if c.dir, err = os.MkdirTemp("", "strata-bench-class-"); err != nil {
		return err
	}
	for n := range c.size {
		files, err := layers(n / 2)
		if err != nil {
			return err
		}
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for name, text := range files {
			w, err := z.Create("work/" + name)
			if err == nil {
				_, err = w.Write(text)
			}
			if err != nil {
				return err
			}
			if path := filepath.Join(c.handin(n), filepath.FromSlash(name)); n%2 == 0 {
				if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, text, 0o644)); err != nil {
					return err
				}
			}
		}
		if n%2 == 1 {
			if err := errors.Join(z.Close(), os.WriteFile(c.handin(n)+".zip", out.Bytes(), 0o644)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *classOf200) handin(n int) string {
	return filepath.Join(c.dir, "class", fmt.Sprintf("s%03d", n))
}

// sampled is how many of the different ones are graded alone, in blocks of four, of which one is wrong.
const sampled = 8

// alone grades some of the different ones by themselves, one at a time. It returns what all of them take over two processors.
func (c *classOf200) alone() (seconds float64, err error) {
	if err := c.written(); err != nil {
		return 0, err
	}
	if _, err := took(c.grade(0)); err != nil { // what all share is built
		return 0, err
	}
	different := c.size / 2
	var all time.Duration
	for i := range sampled {
		block := i / 4 * (different / 2 / 4 * 4)
		spent, err := took(c.grade(block + i%4))
		if err != nil {
			return 0, err
		}
		all += spent
	}
	c.base = all.Seconds() / sampled * float64(different) / 2
	return c.base, nil
}

// grade is strata grade of what a student has handed in.
func (c *classOf200) grade(student int) (*exec.Cmd, error) {
	return c.strata("grade", c.handin(2*student), "--seeds", "10", "--jobs", "1", "--quiet")
}

// took runs a command, and returns what it and all that it has started took. Exit status 1 says "not all points".
func took(cmd *exec.Cmd, err error) (time.Duration, error) {
	if err != nil {
		return 0, err
	}
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return 0, fmt.Errorf("%w: %s", err, text)
	}
	return spentBy(cmd), nil
}

// spentBy is the processor time of a command that has ended, and of all that it waited for.
func spentBy(cmd *exec.Cmd) time.Duration {
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// graded grades the class: until half of it has results, when the process is killed, and then to its end. The error says if a
// hand-in was graded twice, or an equal one at all.
func (c *classOf200) graded() (seconds float64, err error) {
	defer func() { err = errors.Join(err, os.RemoveAll(c.dir)) }()
	first, err := c.command()
	if err != nil {
		return 0, err
	}
	began := time.Now()
	if err := first.Start(); err != nil {
		return 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- first.Wait() }()
	for len(c.results()) < c.size/4 {
		select {
		case err := <-ended:
			return 0, fmt.Errorf("it ended before half of the class had results: %w", err)
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := first.Process.Kill(); err != nil {
		return 0, err
	}
	<-ended // by the kill
	c.spent = spentBy(first)
	kept, err := c.times()
	if err != nil {
		return 0, err
	}
	again, err := c.command()
	if err != nil {
		return 0, err
	}
	if text, err := again.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w: %s", err, text)
	}
	c.spent += spentBy(again)
	seconds = time.Since(began).Seconds()
	all, err := c.times()
	if err == nil && len(all) != c.size/2 {
		err = fmt.Errorf("%d hand-ins were graded, and %d are different", len(all), c.size/2)
	}
	for name, at := range kept {
		if !all[name].Equal(at) {
			err = errors.Join(err, fmt.Errorf("%s was graded again", name))
		}
	}
	return seconds, err
}

func (c *classOf200) command() (*exec.Cmd, error) {
	return c.strata("class", "grade", filepath.Join(c.dir, "class"), "--out", filepath.Join(c.dir, "results"), "--seeds", "10",
		"--jobs", "2", "--quiet", fmt.Sprintf("--sealed=%v", c.sealed))
}

// strata is the command in the workshop.
func (c *classOf200) strata(args ...string) (*exec.Cmd, error) {
	path, err := strata()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, args...)
	cmd.Dir = root
	return cmd, nil
}

// results are the files of results that there are.
func (c *classOf200) results() []string {
	found, _ := filepath.Glob(filepath.Join(c.dir, "results", "results", "*", "*.result")) // the pattern is right
	return found
}

// times are when each result was written.
func (c *classOf200) times() (map[string]time.Time, error) {
	all := make(map[string]time.Time)
	for _, file := range c.results() {
		info, err := os.Stat(file)
		if err != nil {
			return nil, err
		}
		all[filepath.Base(file)] = info.ModTime()
	}
	return all, nil
}
