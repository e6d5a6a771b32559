package api

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
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

// packedSuffix is behind the names of files that the page has compressed alone.
const packedSuffix = ".gz"

// hasFile says whether the page has a file of that path.
func (s *Server) hasFile(urlPath string) bool {
	name := fileName(urlPath)
	return isFile(s.page, name) && !strings.HasSuffix(name, packedSuffix) || isFile(s.page, name+packedSuffix)
}

func isFile(page fs.FS, name string) bool {
	info, err := fs.Stat(page, name) // refuses what is no valid path within the page
	return err == nil && !info.IsDir()
}

// read reads a file of the page; packed is its compressed text, nil if the page does not have that.
func read(page fs.FS, name string) (text, packed []byte, err error) {
	if !isFile(page, name+packedSuffix) {
		text, err = fs.ReadFile(page, name)
		return text, nil, err
	}
	if packed, err = fs.ReadFile(page, name+packedSuffix); err != nil {
		return nil, nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		text, err = io.ReadAll(z)
	}
	return text, packed, err
}

// file answers with a file of the page.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	if !s.hasFile(r.URL.Path) {
		s.fail(w, r, noRoute(r.URL.Path))
		return
	}
	s.sendFile(w, r, &s.files, s.page, fileName(r.URL.Path))
}

// sendFile answers with a file that is there, compressed for who takes that.
func (s *Server) sendFile(w http.ResponseWriter, r *http.Request, known *files, in fs.FS, name string) {
	f, err := known.open(in, name)
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
	} else if content, _, err = read(in, name); err != nil {
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
	text, packed, err := read(page, name)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(text)
	f := &pageFile{packed: packed, tag: hex.EncodeToString(sum[:8]), kind: mime.TypeByExtension(path.Ext(name))}
	if f.kind == "" {
		f.kind = http.DetectContentType(text)
	}
	if packed == nil {
		f.packed = compressed(text)
	}
	if all.known == nil {
		all.known = map[string]*pageFile{}
	}
	all.known[name] = f
	return f, nil
}

// compressed is the text compressed, or nil if that is no smaller.
func compressed(text []byte) []byte {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = z.Write(text) // into memory
	_ = z.Close()
	if packed.Len() >= len(text) {
		return nil
	}
	return packed.Bytes()
}
