package latticenode

import (
	_ "embed"
	"fmt"
	"html"
	"net/http"
	"strings"

	"strata/ledgers/lattice"
)

//go:embed page.css
var pageStyle string

// sheet is a page that is written. It stands in for html/template, with which the program would be above its size: what
// is not markup goes through text and link, which escape.
type sheet struct{ strings.Builder }

func (s *sheet) raw(parts ...string) {
	for _, p := range parts {
		s.WriteString(p)
	}
}

func text(v any) string { return html.EscapeString(fmt.Sprint(v)) }

// link is a link to an account's page.
func link(address string) string {
	if address == "" {
		return ""
	}
	return `<a href="/account?address=` + text(address) + `"><code>` + text(address) + `</code></a>`
}

// table writes rows of cells, which are markup. The first row has the titles; where there is little room each cell has
// its own. Without rows it says so.
func (s *sheet) table(titles []string, rows ...[]string) {
	if len(rows) == 0 {
		s.raw("<p>None.</p>\n")
		return
	}
	s.raw("<table class=\"list\">\n<thead><tr>")
	for _, title := range titles {
		s.raw(`<th scope="col">`, title)
	}
	s.raw("</thead>\n")
	for _, row := range rows {
		s.raw("<tr>")
		for i, c := range row {
			s.raw(`<td data-title="`, titles[i], `">`, c)
		}
		s.raw("\n")
	}
	s.raw("</table>\n")
}

// facts writes pairs of a name and a value, which is markup.
func (s *sheet) facts(pairs ...[2]string) {
	s.raw("<table>\n")
	for _, p := range pairs {
		s.raw(`<tr><th scope="row">`, p[0], "<td>", p[1], "\n")
	}
	s.raw("</table>\n")
}

// answer sends the page.
func (s *sheet) answer(w http.ResponseWriter, title string, status int) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n"+
		"<title>%s</title>\n<style>\n%s</style>\n<main>\n<h1>%s</h1>\n%s</main>\n", title, pageStyle, title, s.String()) // the asker may have gone
}

// wrong says why there is no page.
func wrong(w http.ResponseWriter, status int, err error) {
	var s sheet
	s.raw("<p><strong>", text(err), "</strong></p>\n<p><a href=\"/\">Overview</a></p>\n")
	s.answer(w, "Lattice", status)
}

// page shows the whole ledger: representatives with their weights, and the richest accounts.
func (a *API) page(w http.ResponseWriter, _ *http.Request) {
	status, err := a.status()
	if err != nil {
		wrong(w, http.StatusServiceUnavailable, err)
		return
	}
	reps, err := a.Node.Representatives()
	if err != nil {
		wrong(w, http.StatusServiceUnavailable, err)
		return
	}
	rich, err := a.Node.Richest()
	if err != nil {
		wrong(w, http.StatusServiceUnavailable, err)
		return
	}
	var s sheet
	s.overview(status)
	s.representatives(reps)
	s.raw("<h2>Accounts</h2>\n")
	var rows [][]string
	for _, one := range rich {
		rows = append(rows, []string{link(one.Account), text(one.Confirmed), text(one.Pending), text(one.Cemented)})
	}
	s.table([]string{"account", "balance in raw", "pending", "height"}, rows...)
	s.answer(w, "Lattice", http.StatusOK)
}

func (s *sheet) overview(status statusAnswer) {
	peers := []string{}
	for _, p := range status.Peers {
		peers = append(peers, string(p))
	}
	s.facts([][2]string{
		{"node", text(status.Self)}, {"chain", text(status.Chain)}, {"cemented blocks", text(status.Cemented)},
		{"waiting for votes", text(status.Loose)}, {"accounts", text(status.Accounts)}, {"store", text(status.Stored) + " bytes"},
		{"peers", listed(peers)}, {"banned", listed(status.Bans)},
		{"votes as", link(status.Representative)},
	}...)
	if status.Silent {
		s.raw("<p><strong>It votes for nothing, since its store was not there from the beginning.</strong></p>\n")
	}
	s.raw("<form action=\"/account\"><p><label>Account <input name=\"address\" size=\"66\" required></label> <button>Show</button></form>\n")
}

func (s *sheet) representatives(r Representatives) {
	s.raw("<h2>Representatives</h2>\n<p>A quorum is at least ", text(r.Quorum), " of ", text(r.Supply), " raw; ", text(r.Held),
		" weigh, the rest is pending. Of them ", text(r.Online), " have voted in the last five minutes, so that ", text(r.Now), " decide now. ")
	if r.Decide > 0 {
		s.raw("The heaviest ", several(r.Decide, "alone has", "have"), " a quorum. Without the heaviest ",
			several(r.Prevent, "one", ""), " the others have none.")
	} else {
		s.raw("All together have no quorum: nothing can be cemented.")
	}
	s.raw(" Concentration (Herfindahl and Hirschman): ", text(r.Index), " of 10,000.</p>\n")
	var rows [][]string
	for _, one := range r.All {
		rows = append(rows, []string{link(one.Account), text(one.Weight), text(one.Thousand), yes(one.Votes)})
	}
	s.table([]string{"representative", "weight in raw", "per mille", "is heard"}, rows...)
}

// listed is a list in one cell.
func listed(all []string) string {
	if len(all) == 0 {
		return "none"
	}
	return text(strings.Join(all, ", "))
}

// several is one in its own words, or a number with what follows it.
func several(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return strings.TrimSpace(text(n) + " " + more)
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}

// account shows one account: what is pending for it, and its newest blocks.
func (a *API) account(w http.ResponseWriter, req *http.Request) {
	of, err := lattice.ParseAddress(req.URL.Query().Get("address"))
	if err != nil {
		wrong(w, http.StatusBadRequest, err)
		return
	}
	one, err := a.Node.Account(req.Context(), of)
	if err != nil {
		wrong(w, http.StatusServiceUnavailable, err)
		return
	}
	pending, err := a.Node.Pending(req.Context(), of)
	if err != nil {
		wrong(w, http.StatusServiceUnavailable, err)
		return
	}
	blocks, err := a.Node.History(of, ^uint64(0))
	if err != nil {
		wrong(w, http.StatusServiceUnavailable, err)
		return
	}
	var s sheet
	s.raw("<p><a href=\"/\">Overview</a></p>\n")
	s.facts([][2]string{
		{"address", "<code>" + text(one.Account) + "</code>"}, {"balance at the cemented head", text(one.Confirmed) + " raw"},
		{"balance at the newest block", text(one.Balance) + " raw"}, {"representative", link(one.Representative)},
		{"height", text(one.Cemented) + " cemented of " + text(one.Height)},
	}...)
	s.entries(pending)
	s.blocks(blocks)
	s.answer(w, "Account", http.StatusOK)
}

func (s *sheet) entries(all []Entry) {
	s.raw("<h2>Pending</h2>\n")
	var rows [][]string
	for _, e := range all {
		rows = append(rows, []string{link(e.From), text(e.Amount), "<code>" + text(e.Hash) + "</code>"})
	}
	s.table([]string{"sent by", "amount in raw", "send"}, rows...)
}

func (s *sheet) blocks(all []Block) {
	s.raw("<h2>Blocks</h2>\n")
	var rows [][]string
	for _, b := range all {
		with := link(b.To)
		if with == "" {
			with = "<code>" + text(b.Link) + "</code>"
		}
		rows = append(rows, []string{text(b.Height), text(b.Kind), text(b.Amount), text(b.Balance), with, yes(b.Cemented)})
	}
	s.table([]string{"height", "kind", "amount in raw", "balance", "to, or link", "cemented"}, rows...)
}
