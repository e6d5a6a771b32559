package deskpage

import (
	"net/http"
	"path/filepath"
	"slices"
	"strings"

	"strata/harness/course/book"
	"strata/harness/course/steps"
	"strata/harness/grade/plainfile"
	"strata/harness/localpage"
)

// The most that is read of a layer: more than the grader takes.
const (
	mostFiles = 5000
	mostBytes = 1 << 20
)

// source is a file of the student's, with its lines as HTML.
type source struct {
	Layer string   `json:"layer"`
	File  string   `json:"file"`
	Path  string   `json:"path"` // as the user knows it
	Line  int      `json:"line"` // to be shown; 0: none
	Files []string `json:"files"`
	Lines []string `json:"lines"`
}

// code answers with a file of a layer: the one that is named, or the one in which a step is not written yet, or else the
// first.
func (d *Desk) code(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	layer, file, step := q.Get("layer"), q.Get("file"), q.Get("step")
	if step != "" {
		layer = steps.LayerOf(step)
	}
	if !slices.Contains(steps.Written, layer) {
		localpage.Refuse(w, http.StatusNotFound, "no files of yours belong to it")
		return
	}
	found := source{Layer: layer, File: file, Files: d.filesOf(layer)}
	if step != "" {
		found.File, found.Line = d.unwritten(layer, step, found.Files)
	}
	if !slices.Contains(found.Files, found.File) {
		localpage.Refuse(w, http.StatusNotFound, "there is no such file in "+filepath.Join(d.cfg.Shown, layer)+" now")
		return
	}
	text, err := plainfile.Read(filepath.Join(d.cfg.Dir, layer, found.File), mostBytes)
	if err != nil {
		localpage.Refuse(w, http.StatusNotFound, err.Error())
		return
	}
	found.Path = filepath.Join(d.cfg.Shown, layer, found.File)
	marked := book.Highlight(found.File, strings.ReplaceAll(string(text), "\r\n", "\n"))
	found.Lines = strings.Split(strings.TrimSuffix(marked, "\n"), "\n")
	localpage.Answer(w, found)
}

// filesOf lists the Go files of a layer that are no tests.
func (d *Desk) filesOf(layer string) (names []string) {
	entries, err := plainfile.List(filepath.Join(d.cfg.Dir, layer), mostFiles)
	if err != nil {
		return nil // the directory is gone: nothing is there
	}
	for _, e := range entries {
		if name := e.Name(); strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			names = append(names, name)
		}
	}
	return names
}

// unwritten is where a step is to be written; without a line if it is written: then the file of the layer's name.
func (d *Desk) unwritten(layer, step string, files []string) (file string, line int) {
	for _, name := range files {
		text, err := plainfile.Read(filepath.Join(d.cfg.Dir, layer, name), mostBytes)
		before, _, found := strings.Cut(string(text), `NotWritten("`+step+`")`)
		if err == nil && found {
			return name, 1 + strings.Count(before, "\n")
		}
	}
	if own := layer + ".go"; slices.Contains(files, own) || len(files) == 0 {
		return own, 0
	}
	return files[0], 0
}
