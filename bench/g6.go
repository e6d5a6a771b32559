package main

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"strata/harness/class"
)

// g6 is a class of which each second hand-in equals an earlier one, packed in another way. It is killed in the middle, and
// goes on. The baseline is what the different ones take, each graded alone on one processor, over two.
func g6() []figure {
	c := &classOf200{size: 200}
	if *shortNetworks {
		c.size = 20
	}
	return []figure{{
		id: "G6", title: fmt.Sprintf("a class of %d, half of them equal ones, 10 seeds, killed once", c.size), unit: "s",
		target: atMost(1), once: true,
		ours: side{"the class", c.graded}, base: side{"the different ones alone, over two", c.alone},
	}}
}

// classOf200 is the class on disk.
type classOf200 struct {
	size int
	dir  string
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

// sampled is how many of the different ones are graded alone.
const sampled = 10

// alone grades every so many of the different ones by itself. It returns what all of them take over two processors.
func (c *classOf200) alone() (seconds float64, err error) {
	if err := c.written(); err != nil {
		return 0, err
	}
	suite, err := class.SuiteOf(root)
	if err != nil {
		return 0, err
	}
	grade := class.GraderOf(root, class.Settings{Suite: suite, Seeds: 10, First: 1, Timeout: 4 * time.Second}, nil)
	if _, err := grade(context.Background(), c.handin(0)); err != nil { // what all share is built
		return 0, err
	}
	began, different := time.Now(), c.size/2
	for i := range sampled {
		if _, err := grade(context.Background(), c.handin(2*(i*different/sampled))); err != nil {
			return 0, err
		}
	}
	return time.Since(began).Seconds() / sampled * float64(different) / 2, nil
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
	path, err := strata()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(path, "class", "grade", filepath.Join(c.dir, "class"), "--out", filepath.Join(c.dir, "results"), "--seeds", "10",
		"--jobs", "2", "--quiet")
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
