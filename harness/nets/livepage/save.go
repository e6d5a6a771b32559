package livepage

import (
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"strata/harness/localpage"
)

// saved is a file that was written.
type saved struct {
	File    string  `json:"file"`
	At      float64 `json:"at"`
	Hash    string  `json:"hash"`
	Command string  `json:"command"`
}

// save writes what was done so far.
func (p *Page) save(w http.ResponseWriter, r *http.Request) {
	var nothing struct{}
	if !read(w, r, &nothing) {
		return
	}
	p.ask(r, func() {
		file, err := p.keep()
		if err != nil {
			localpage.Refuse(w, http.StatusInternalServerError, err.Error())
			return
		}
		p.answer(w, file)
	})
}

// ending is what the names of saved files end with.
var ending = regexp.MustCompile(`-live(-\d+)?$`)

// mostSaved is how many files of one name there can be.
const mostSaved = 1000

// keep writes the file of the run so far, under a name that no file has. Error: the system's, with what to do.
func (p *Page) keep() (*saved, error) {
	s := p.live.Spec()
	dir := p.cfg.Save
	if dir == "" {
		dir = p.cfg.Dir
	} else {
		s = s.Rooted(p.cfg.Dir)
	}
	s.Title = strings.TrimSuffix(s.Title, played) + played
	name := filepath.Join(dir, ending.ReplaceAllString(p.cfg.Name, "")+"-live")
	hash := p.live.Hash()
	var out strings.Builder
	fmt.Fprintf(&out, "# strata net live wrote this %v after the start of %s.\n# The run of this file has the hash %s.\n", p.live.Now(), p.cfg.File, hash)
	out.Write(s.Encode())
	for i := 1; i <= mostSaved; i++ {
		path := name + ".toml"
		if i > 1 {
			path = fmt.Sprintf("%s-%d.toml", name, i)
		}
		err := create(path, out.String())
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("%w: name a directory that can be written to with --save", err)
		}
		p.saved, p.clicks = &saved{path, p.live.Now().Seconds(), hash, "strata net run " + path}, 0
		fmt.Fprintf(p.cfg.Out, "saved %s: strata net run has the hash %s of it\n", path, hash)
		return p.saved, nil
	}
	return nil, fmt.Errorf("%s.toml: there are %d such files: delete some", name, mostSaved)
}

// played is added to the title.
const played = ", played live"

// create writes a file that there was not, whole or not at all.
func create(path, text string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
