package intake

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"strata/harness/grade/plainfile"
)

// row is one of a table, by the names of its columns in lower case.
type row struct {
	line  int
	cells map[string]string
}

func (r row) text(column string) string { return r.cells[column] }

// readTable reads a CSV whose first line names the columns, with commas, semicolons or tabs. It has to have these.
func readTable(path string, columns ...string) ([]row, error) {
	const most = 4 << 20
	text, err := plainfile.Read(path, most)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", path, cause(err))
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if len(text) > most || !utf8.Valid(text) {
		return nil, fmt.Errorf("%s: want a text in UTF-8 of at most 4 MiB: save it as one", path)
	}
	in := csv.NewReader(bytes.NewReader(text))
	first, _, _ := bytes.Cut(text, []byte("\n"))
	for _, comma := range []rune{';', '\t'} {
		if bytes.ContainsRune(first, comma) {
			in.Comma = comma
		}
	}
	in.FieldsPerRecord = -1
	lines, err := in.ReadAll()
	var bad *csv.ParseError
	if errors.As(err, &bad) {
		return nil, fmt.Errorf("%s:%d:%d: %w: look at the quotes of that line", path, bad.Line, bad.Column, bad.Err)
	}
	if len(lines) == 0 {
		return nil, fmt.Errorf("%s is empty: its first line has to name the columns, such as %s", path, columns[0])
	}
	head := lines[0]
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(head[i]))
	}
	for _, c := range columns {
		if !slices.Contains(head, c) {
			return nil, fmt.Errorf("%s:1: no column %q among %s", path, c, strings.Join(head, ", "))
		}
	}
	var rows []row
	for n, line := range lines[1:] {
		r := row{n + 2, make(map[string]string)}
		for i, cell := range line[:min(len(line), len(head))] {
			r.cells[head[i]] = strings.TrimSpace(cell)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// known is a row of the table of names.
type known struct {
	handin string
	who    Student
	line   int
}

// Names is a table that says whose each hand-in is.
type Names struct {
	file string
	rows []known
}

// ReadNames reads a CSV with a column handin, which is a directory's or a file's name, with or without the ending, or a
// platform's number, and any of name, id, email, account, submitted and late. Errors name the line.
func ReadNames(path string) (*Names, error) {
	rows, err := readTable(path, "handin")
	if err != nil {
		return nil, err
	}
	t := &Names{file: path}
	lines := make(map[string]int)
	for _, r := range rows {
		k := known{handin: r.text("handin"), line: r.line, who: Student{
			Name: r.text("name"), ID: r.text("id"), Email: r.text("email"), Account: r.text("account"),
		}}
		if k.handin == "" {
			return nil, fmt.Errorf("%s:%d: handin is empty: name a directory or a file", path, r.line)
		}
		if before := lines[k.handin]; before > 0 {
			return nil, fmt.Errorf("%s:%d: %s stands in line %d already: leave one of them", path, r.line, k.handin, before)
		}
		lines[k.handin] = r.line
		if text := r.text("submitted"); text != "" {
			if k.who.Submitted, err = moment(text); err != nil {
				return nil, fmt.Errorf("%s:%d: submitted: %w", path, r.line, err)
			}
		}
		if text := r.text("late"); text != "" {
			if k.who.Late, err = strconv.ParseFloat(text, 64); err != nil || !(k.who.Late >= 0 && k.who.Late < 10_000) {
				return nil, fmt.Errorf("%s:%d: late is %q: want a number of days, such as 2", path, r.line, text)
			}
		}
		t.rows = append(t.rows, k)
	}
	return t, nil
}

// moment reads a time with its zone.
func moment(text string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02 15:04:05Z07:00"} {
		if at, err := time.Parse(layout, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is no time: want one with its zone, such as 2026-11-20T23:59:00+01:00", text)
}

// apply adds what the table says to the candidates, and a candidate for everybody who handed in nothing.
func (t *Names) apply(all []candidate) []candidate {
	for _, k := range t.rows {
		i := slices.IndexFunc(all, func(c candidate) bool { return c.named(k.handin) })
		if i < 0 {
			if k.who.Name == "" {
				k.who.Name = k.handin
			}
			all = append(all, candidate{who: k.who, problem: "has handed in nothing that is there"})
			continue
		}
		who := &all[i].who
		for _, field := range []struct{ to, from *string }{
			{&who.Name, &k.who.Name}, {&who.ID, &k.who.ID}, {&who.Email, &k.who.Email}, {&who.Account, &k.who.Account},
		} {
			if *field.from != "" {
				*field.to = *field.from
			}
		}
		if !k.who.Submitted.IsZero() {
			who.Submitted = k.who.Submitted
		}
		who.Late = max(who.Late, k.who.Late)
	}
	return all
}

// named says whether a table means this hand-in by that word.
func (c candidate) named(word string) bool {
	if word == c.who.ID || word == c.who.Account || word == c.who.Name {
		return true
	}
	return slices.ContainsFunc(c.sources, func(s string) bool {
		base := filepath.Base(s)
		return word == base || word == plain(base).Name
	})
}
