package deskpage

import (
	"bytes"
	"net/http"
	"strings"
	"sync"
	"time"

	"strata/harness/course/book"
	"strata/harness/course/rules"
	"strata/harness/course/steps"
	"strata/harness/localpage"
)

// chapters is the book, made when it is asked for first.
type chapters struct {
	once  sync.Once
	files map[string][]byte
	err   error
	made  time.Time
}

// book answers with a file of the book.
func (d *Desk) book(w http.ResponseWriter, r *http.Request) {
	c := &d.chapters
	c.once.Do(func() {
		c.files, c.err = book.Files(d.cfg.Options.Root)
		c.made = time.Now()
	})
	if c.err != nil {
		http.Error(w, "the book cannot be made: "+c.err.Error(), http.StatusInternalServerError)
		return
	}
	name := strings.TrimPrefix(r.URL.Path, "/book/")
	if name == "" {
		name = "index.html"
	}
	file, ok := c.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	http.ServeContent(w, r, name, c.made, bytes.NewReader(file))
}

// chapter is what the page knows of a layer besides how it stands.
type chapter struct {
	Layer string          `json:"layer"`
	URL   string          `json:"url"`
	Steps map[string]task `json:"steps"`
}

// task is what a step asks for.
type task struct {
	Lines int               `json:"lines"` // of our solution
	Rules map[string]string `json:"rules"`
}

// course answers with the chapters.
func (d *Desk) course(w http.ResponseWriter, _ *http.Request) {
	all := map[string]*chapter{}
	for _, s := range steps.List {
		c := all[s.Layer]
		if c == nil {
			c = &chapter{Layer: s.Layer, URL: "/book/" + book.URL(s.Chapter()), Steps: map[string]task{}}
			all[s.Layer] = c
		}
		t := task{Lines: s.Lines, Rules: map[string]string{}}
		for _, id := range s.Rules {
			if r, ok := rules.Find(id); ok {
				t.Rules[id] = r.Plain()
			}
		}
		c.Steps[s.ID] = t
	}
	localpage.Answer(w, all)
}
