package export

import (
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"strata/harness/class"
	"strata/harness/grade/report"
	"strata/harness/trace"
	"strata/harness/trace/drawing"
	"strata/web/kit"
)

// Picture records the run of a failure again, in its smallest form. False: it has none.
type Picture func(ctx context.Context, s class.Standing, f report.Failure) (run trace.Run, ok bool, err error)

//go:embed page.html
var pageText string

//go:embed page.css
var pageStyle string

// start draws the figures once the page is there.
const start = `for (const place of document.querySelectorAll('figure.spacetime')) {
  kit.figure(place, JSON.parse(place.querySelector('script').textContent), {});
}
`

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// onPage is what the page of one student shows.
type onPage struct {
	Style, Script template.HTML
	Policy        string
	Name, Sum     string
	Steps         []step
	Problems      []report.Problem
	Failures      []shown
	Notes         []string
}

// step is how a step stands, and what it makes.
type step struct {
	class.StepPoints
	Title string
}

// shown is a failure with its picture.
type shown struct {
	report.Failure
	Fields []field
	Figure template.HTML
}

// field is a part of what the report tells. Columns of text keep their shape.
type field struct {
	report.Field
	Columns bool
}

// mostPictures is how many failures of one student are drawn.
const mostPictures = 3

// Page writes the report of one student as a page that needs nothing but itself. draw may be nil: no run is drawn.
func Page(ctx context.Context, w io.Writer, s class.Standing, r report.Report, draw Picture) error {
	script := kit.Script() + start
	style := kit.Theme() + pageStyle
	p := onPage{
		Style:  template.HTML("<style>" + style + "</style>"),
		Script: template.HTML("<script>" + script + "</script>"),
		Policy: "default-src 'none'; script-src " + digest(script) + "; style-src " + digest(style) +
			"; base-uri 'none'; form-action 'none'",
		Name: s.Name, Sum: sum(s), Problems: r.Problems, Notes: append(slices.Clone(s.Notes), r.Notes...),
	}
	for i, one := range s.Steps {
		p.Steps = append(p.Steps, step{StepPoints: one})
		if i < len(r.Steps) {
			p.Steps[i].Title = r.Steps[i].Title
		}
	}
	for _, f := range r.Failures {
		one, err := show(ctx, s, f, draw, len(p.Failures) < mostPictures)
		if err != nil {
			return err
		}
		p.Failures = append(p.Failures, one)
	}
	if err := pageTemplate.Execute(w, p); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// show tells of a failure as the report does, and draws its run.
func show(ctx context.Context, s class.Standing, f report.Failure, draw Picture, pictured bool) (shown, error) {
	one := shown{Failure: f}
	for _, said := range f.Fields() {
		columns := strings.Contains(said.Value, "\n ") || strings.Contains(said.Value, "  ") && said.Name != "rule"
		one.Fields = append(one.Fields, field{said, columns})
	}
	if draw == nil || !pictured {
		return one, nil
	}
	run, ok, err := draw(ctx, s, f)
	if err != nil || !ok {
		return one, err
	}
	data, err := json.Marshal(drawing.Of(run)) // escapes <, > and &: no text can end the script element
	if err != nil {
		return one, fmt.Errorf("export: %w", err)
	}
	one.Figure = template.HTML(`<figure class="spacetime"><script type="application/json">` + string(data) +
		"</script></figure>")
	return one, nil
}

// digest is what a page's policy calls a text by.
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}
