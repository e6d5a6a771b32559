package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"
)

// files are what is kept of the page's, from when they are first asked for: a tag by which a browser knows whether it
// has the file already, and the compressed text if that is smaller. They do not change while the program runs.
type files struct {
	mu    sync.Mutex
	known map[string]*pageFile
}

type pageFile struct {
	packed    []byte // nil if it is no smaller
	kind, tag string
}

// fileName is the page's file of a path.
func fileName(urlPath string) string {
	if name := strings.TrimPrefix(urlPath, "/"); name != "" {
		return name
	}
	return "index.html"
}

// hasFile says whether the page has a file of that path.
func (s *Server) hasFile(urlPath string) bool {
	info, err := fs.Stat(s.page, fileName(urlPath)) // refuses what is no valid path within the page
	return err == nil && !info.IsDir()
}

// file answers with a file of the page.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	if !s.hasFile(r.URL.Path) {
		s.fail(w, r, noRoute(r.URL.Path))
		return
	}
	f, err := s.files.open(s.page, fileName(r.URL.Path))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "no-cache") // a newer node has a newer page
	h.Set("Content-Type", f.kind)
	h.Set("Vary", "Accept-Encoding")
	content, tag := f.packed, f.tag+"-gzip"
	if f.packed != nil && takesGzip(r) {
		h.Set("Content-Encoding", "gzip")
	} else if content, err = fs.ReadFile(s.page, fileName(r.URL.Path)); err != nil {
		s.fail(w, r, err)
		return
	} else {
		tag = f.tag
	}
	h.Set("ETag", `"`+tag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// takesGzip says whether the client takes what is compressed so, and did not say that it does not.
func takesGzip(r *http.Request) bool {
	for field := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(field, ";")
		if strings.TrimSpace(name) == "gzip" {
			q := strings.TrimPrefix(strings.TrimSpace(weight), "q=")
			return strings.Trim(q, "0.") != "" || q == ""
		}
	}
	return false
}

// open reads a file, once.
func (all *files) open(page fs.FS, name string) (*pageFile, error) {
	all.mu.Lock()
	defer all.mu.Unlock()
	if f := all.known[name]; f != nil {
		return f, nil
	}
	text, err := fs.ReadFile(page, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	f := &pageFile{tag: hex.EncodeToString(sum[:8]), kind: mime.TypeByExtension(path.Ext(name))}
	if f.kind == "" {
		f.kind = http.DetectContentType(text)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(text) // into memory
	_ = z.Close()
	if packed.Len() < len(text) {
		f.packed = packed.Bytes()
	}
	if all.known == nil {
		all.known = map[string]*pageFile{}
	}
	all.known[name] = f
	return f, nil
}
