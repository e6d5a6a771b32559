package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Problem is an answer that says what went wrong (RFC 9457).
type Problem struct {
	Type      string `json:"type"` // urn:strata:problem: and a word for programs
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Parameter string `json:"parameter,omitempty"` // which part of the request it is about
	Remedy    string `json:"remedy,omitempty"`    // what to do instead
}

// Error is the detail.
func (p *Problem) Error() string { return p.Detail }

// problem makes one; the type's last word names it.
func problem(status int, word, detail, remedy string) *Problem {
	return &Problem{Type: "urn:strata:problem:" + word, Title: http.StatusText(status), Status: status, Detail: detail, Remedy: remedy}
}

// badParameter is about one parameter of the request.
func badParameter(name, given, want string) *Problem {
	p := problem(http.StatusBadRequest, "bad-parameter", fmt.Sprintf("%s is %q, which cannot be", name, cut(given)), "want "+want)
	p.Parameter = name
	return p
}

// maxEcho bounds how much of a request comes back in a problem, in bytes.
const maxEcho = 80

func cut(text string) string {
	if len(text) > maxEcho {
		return text[:maxEcho] + "..."
	}
	return text
}

func notFound(what string) *Problem {
	return problem(http.StatusNotFound, "not-found", what+" is not known here", "look whether the node has caught up: /v1/status")
}

// noRoute is about a path that nothing here has.
func noRoute(path string) *Problem {
	return problem(http.StatusNotFound, "not-found", "there is no "+cut(path), "see /v1/openapi.json for what there is")
}

// Problems of the node itself.
var (
	errBusy = problem(http.StatusServiceUnavailable, "busy", "the node does not get round to this request", "try again in some seconds")
	errGone = problem(http.StatusServiceUnavailable, "stopping", "the node stops", "start it again")
	errBody = problem(http.StatusBadRequest, "bad-body", "the body is not the JSON that is wanted", "see /v1/openapi.json")
)

// asProblem makes a problem of any error. One that is not about the request says nothing of the
// node's inside.
func asProblem(err error) (p *Problem, ours bool) {
	if errors.As(err, &p) {
		return p, false
	}
	return problem(http.StatusInternalServerError, "internal", "the node could not answer", "look into its log"), true
}

// writeProblem answers with a problem.
func writeProblem(w http.ResponseWriter, p *Problem) {
	text, err := json.Marshal(p)
	if err != nil {
		panic("api: a problem is texts and a number: " + err.Error())
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusServiceUnavailable, http.StatusTooManyRequests:
		h.Set("Retry-After", "2")
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="strata"`)
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(append(text, '\n')) // the client is gone: nobody to tell
}
