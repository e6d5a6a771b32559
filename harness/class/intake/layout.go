package intake

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"strata/harness/grade/handin"
	"strata/harness/grade/plainfile"
)

// Student says whose a hand-in is, as far as that is known.
type Student struct {
	Name      string    // for people; never empty
	ID        string    `json:",omitempty"` // of the platform that it comes from
	Email     string    `json:",omitempty"`
	Account   string    `json:",omitempty"`
	Submitted time.Time `json:",omitzero"`
	Late      float64   `json:",omitempty"` // days, as a table of names says
	Marked    bool      `json:",omitempty"` // as late, by the platform
}

// candidate is a hand-in that has not been looked into.
type candidate struct {
	who     Student
	sources []string
	problem string
}

// leftovers are what file managers and platforms leave beside hand-ins.
var leftovers = []string{"__MACOSX", "desktop.ini", "Thumbs.db", metadata, scores}

// The files by which exports are known.
const (
	metadata = "submission_metadata.yml" // Gradescope's
	scores   = "scores.csv"              // Classroom 50's
)

// Layouts of names, as the platforms give them when all hand-ins of an assignment are downloaded.
//
// Sources: docs.moodle.org, Assignment settings, "Download all submissions"; Canvas's submissions.zip;
// foundation50/classroom50, gh teacher download.
var (
	moodle = regexp.MustCompile(`^(.+?)_(\d+)_assignsubmission_(file|onlinetext)(?:_(.*))?$`)
	canvas = regexp.MustCompile(`^([^_]+)_(LATE_)?(\d+)_(\d+)_(.+)$`)
	scope  = regexp.MustCompile(`^submission_\d+$`)
	again  = regexp.MustCompile(`-\d+(\.[A-Za-z.]+)$`) // what Canvas adds when somebody hands in again
	half   = regexp.MustCompile(`(?i)\.(part|crdownload|download|tmp|partial)$`)
)

// inClass lists the hand-ins in a directory, and the layout that was seen.
func inClass(dir string, most int) (all []candidate, layout string, err error) {
	entries, err := plainfile.List(dir, most+1)
	if err != nil {
		return nil, "", problem("%s cannot be read: %v", handin.Shown(dir), cause(err))
	}
	if len(entries) > most {
		return nil, "", problem("%s has more than %d entries: name the hand-ins one by one", handin.Shown(dir), most)
	}
	var names []string
	for _, e := range entries {
		if name := e.Name(); !strings.HasPrefix(name, ".") && !slices.Contains(leftovers, name) {
			names = append(names, name)
		}
	}
	switch {
	case exists(dir, metadata):
		all, err = ofGradescope(dir, names)
		return all, "Gradescope", err
	case exists(dir, scores):
		all, err = ofClassroom50(dir, names)
		return all, "Classroom 50", err
	case mostly(names, moodle):
		return grouped(dir, names, ofMoodle), "Moodle", nil
	case mostly(names, canvas):
		return grouped(dir, names, ofCanvas), "Canvas", nil
	}
	return grouped(dir, names, plain), "", nil
}

func exists(dir, name string) bool {
	info, err := os.Lstat(filepath.Join(dir, name))
	return err == nil && info.Mode().IsRegular()
}

// mostly says whether more than half of the names are of the layout.
func mostly(names []string, layout *regexp.Regexp) bool {
	of := 0
	for _, name := range names {
		if layout.MatchString(name) {
			of++
		}
	}
	return of > 0 && 2*of > len(names)
}

// whose is the student that a name tells of; one without a name if it is no hand-in.
type whose func(name string) Student

func ofMoodle(name string) Student {
	m := moodle.FindStringSubmatch(name)
	if m == nil {
		return plain(name)
	}
	if m[3] == "onlinetext" {
		return Student{}
	}
	return Student{Name: m[1], ID: m[2]}
}

func ofCanvas(name string) Student {
	m := canvas.FindStringSubmatch(name)
	if m == nil {
		return plain(name)
	}
	return Student{Name: m[1], ID: m[3], Marked: m[2] != ""}
}

// plain takes the name of a directory or a file for that of its author.
func plain(name string) Student {
	if text := strings.TrimSuffix(name, ".git"); text != name {
		return Student{Name: text}
	}
	lower := strings.ToLower(name)
	for _, e := range append(packings, otherPackings...) {
		if strings.HasSuffix(lower, e) {
			return Student{Name: name[:len(name)-len(e)]}
		}
	}
	return Student{Name: name}
}

// grouped brings together what is one student's.
func grouped(dir string, names []string, of whose) (all []candidate) {
	index := make(map[string]int)
	for _, name := range names {
		who := of(half.ReplaceAllString(name, ""))
		if who.Name == "" {
			continue
		}
		key := who.Name + "\x00" + who.ID
		i, known := index[key]
		if !known {
			i = len(all)
			index[key] = i
			all = append(all, candidate{who: who})
		}
		c := &all[i]
		c.who.Marked = c.who.Marked || who.Marked
		c.sources = append(c.sources, filepath.Join(dir, name))
		if half.MatchString(name) {
			c.problem = "is half downloaded: wait for it to end, or download it again"
		}
	}
	for i := range all {
		all[i].choose()
	}
	return all
}

// choose settles which of several things that one student has handed in counts: a single archive beside loose files, or
// the newest of several attempts.
func (c *candidate) choose() {
	if len(c.sources) < 2 || c.problem != "" {
		return
	}
	var packed []string
	for _, s := range c.sources {
		if info, err := os.Lstat(s); err == nil && (info.IsDir() || ending(s, append(packings, otherPackings...)) != "") {
			packed = append(packed, s)
		}
	}
	if len(packed) > 1 && canvas.MatchString(filepath.Base(packed[0])) {
		packed = newest(packed)
	}
	if len(packed) == 1 {
		c.sources = packed
		return
	}
	var shown []string
	for _, s := range c.sources {
		shown = append(shown, handin.Shown(filepath.Base(s)))
	}
	c.problem = "is handed in more than once, as " + strings.Join(shown, " and ") + ": leave one of them"
}

// newest keeps the last of the attempts whose names differ by a number at the end alone.
func newest(paths []string) []string {
	original := func(path string) string {
		if m := canvas.FindStringSubmatch(filepath.Base(path)); m != nil {
			return m[5]
		}
		return path
	}
	name := func(path string) string { return again.ReplaceAllString(original(path), "$1") }
	best := paths[0]
	for _, p := range paths[1:] {
		if name(p) != name(best) {
			return paths
		}
		a, b := original(best), original(p)
		if len(b) > len(a) || len(b) == len(a) && b > a {
			best = p
		}
	}
	return []string{best}
}

// ofGradescope reads the file that says whose each directory is.
func ofGradescope(dir string, names []string) (all []candidate, err error) {
	text, err := plainfile.Read(filepath.Join(dir, metadata), 64<<20)
	if err != nil {
		return nil, problem("%s cannot be read: %v", metadata, cause(err))
	}
	var about map[string]struct {
		Submitters []struct {
			Name  string `yaml:":name"`
			ID    string `yaml:":sid"`
			Email string `yaml:":email"`
		} `yaml:":submitters"`
		Created string `yaml:":created_at"`
	}
	if err := yaml.Unmarshal(text, &about); err != nil {
		return nil, problem("%s makes no sense (%s): export the submissions again", metadata,
			strings.Join(strings.Fields(err.Error()), " "))
	}
	for _, name := range names {
		if !scope.MatchString(name) {
			continue
		}
		source := []string{filepath.Join(dir, name)}
		a := about[name]
		created, _ := time.Parse("2006-01-02 15:04:05.999999999 Z", a.Created) // there may be none
		for _, s := range a.Submitters {
			who := Student{Name: s.Name, ID: s.ID, Email: s.Email, Submitted: created}
			if who.Name == "" {
				who.Name = name
			}
			all = append(all, candidate{who: who, sources: source})
		}
		if len(a.Submitters) == 0 {
			all = append(all, candidate{who: Student{Name: name}, sources: source})
		}
	}
	return all, nil
}

// ofClassroom50 reads the table that says whose each repository is.
func ofClassroom50(dir string, names []string) ([]candidate, error) {
	rows, err := readTable(filepath.Join(dir, scores), "username")
	if err != nil {
		return nil, err
	}
	var all []candidate
	for _, name := range names {
		c := candidate{who: Student{Name: name}, sources: []string{filepath.Join(dir, name)}}
		longest := 0
		for _, r := range rows {
			user := r.text("username")
			if len(user) > longest && strings.HasSuffix(strings.ToLower(name), "-"+strings.ToLower(user)) {
				longest = len(user)
				c.who = Student{Name: user, Account: user, Email: r.text("email"), Marked: r.text("late") == "true"}
				if full := strings.TrimSpace(r.text("first_name") + " " + r.text("last_name")); full != "" {
					c.who.Name = full
				}
				c.who.Submitted, _ = time.Parse(time.RFC3339, r.text("datetime")) // it may be empty
			}
		}
		all = append(all, c)
	}
	return all, nil
}
