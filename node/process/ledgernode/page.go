package ledgernode

import (
	_ "embed"
	"html/template"
	"net/http"

	"strata/node/process/localhttp"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"short": func(text string) string { return text[:min(len(text), 16)] },
}).Parse(pageText))

// page shows what the ledger has; it loads itself again every two seconds.
func (r *Running) page(w http.ResponseWriter, _ *http.Request) {
	s, err := r.Status()
	if err != nil {
		localhttp.Answer(w, nil, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = pageTemplate.Execute(w, struct { // the asker may have gone
		Status
		Next   uint64 // the height that is not decided yet
		Latest []Latest
	}{s, s.Height + 1, r.watch.last()})
}
