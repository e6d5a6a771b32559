package api

import (
	"embed"
	"net/http"

	"strata/node/process/localhttp"
)

// route is one request that is answered. Routes are also what openapi.json describes.
type route struct {
	method, path string
	token        bool // it takes the token
	watches      bool // it has the room of those who watch the node
	answer       answer
	raw          http.HandlerFunc // instead of answer: writes by itself
}

// answer makes what the request is answered with: a status and what becomes JSON; nil is no body.
type answer func(r *http.Request) (status int, value any, err error)

func (s *Server) routes() []route {
	return []route{
		{method: "GET", path: "/v1/status", answer: s.status},
		{method: "GET", path: "/v1/peers", answer: s.peers},
		{method: "POST", path: "/v1/peers", token: true, answer: s.addPeer},
		{method: "DELETE", path: "/v1/peers/{address}", token: true, answer: s.dropPeer},
		{method: "GET", path: "/v1/topology", answer: s.askTopology},
		{method: "GET", path: "/v1/blocks", answer: s.blocks},
		{method: "GET", path: "/v1/blocks/{block}", answer: s.block},
		{method: "GET", path: "/v1/forks", answer: s.forks},
		{method: "GET", path: "/v1/history", answer: s.askPast},
		{method: "GET", path: "/v1/transactions/{id}", answer: s.transaction},
		{method: "POST", path: "/v1/transactions", token: true, answer: s.submit},
		{method: "GET", path: "/v1/accounts/{key}", answer: s.account},
		{method: "GET", path: "/v1/accounts/{key}/transactions", answer: s.history},
		{method: "GET", path: "/v1/mempool", answer: s.mempool},
		{method: "POST", path: "/v1/mining", token: true, answer: s.mining},
		{method: "PUT", path: "/v1/log-level", token: true, answer: s.logLevel},
		{method: "DELETE", path: "/v1/bans/{ip}", token: true, answer: s.unban},
		{method: "GET", path: "/v1/events", raw: s.events},
		{method: "GET", path: "/v1/openapi.json", raw: s.document},
		{method: "GET", path: "/metrics", watches: true, raw: s.metrics},
		{method: "GET", path: "/healthz", watches: true, answer: s.health},
		{method: "GET", path: "/readyz", watches: true, answer: s.ready},
		{method: "GET", path: anyFile, raw: s.file},
	}
}

// mux finds the route of a request. What has none is a file of the page, or a problem.
func (s *Server) mux() http.Handler {
	mux := http.NewServeMux()
	var page http.Handler
	for _, rt := range s.routes() {
		if rt.path == anyFile { // aside: else the mux would say that every path takes GET
			page = s.serve(rt)
			continue
		}
		mux.HandleFunc(rt.method+" "+rt.path, s.serve(rt))
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		status, allow := localhttp.Unrouted(mux, r)
		if status == 0 {
			mux.ServeHTTP(w, r)
			return
		}
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		switch {
		case status == http.StatusMethodNotAllowed:
			s.otherMethod(w, r, allow)
		case reads:
			page.ServeHTTP(w, r)
		case s.hasFile(r.URL.Path):
			s.otherMethod(w, r, "GET, HEAD")
		default:
			s.fail(w, r, noRoute(r.URL.Path))
		}
	})
}

// anyFile is the path of every file of the page.
const anyFile = "/{file...}"

// otherMethod says which methods a path takes.
func (s *Server) otherMethod(w http.ResponseWriter, r *http.Request, allow string) {
	w.Header().Set("Allow", allow)
	s.fail(w, r, problem(http.StatusMethodNotAllowed, "method", cut(r.Method)+" is not for "+cut(r.URL.Path), "use "+allow))
}

// serve answers one route, if there is room for one more request.
func (s *Server) serve(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if rt.token {
			if err := s.checkToken(r); err != nil {
				s.fail(w, r, err)
				return
			}
		}
		if rt.path == "/v1/events" && r.Context().Value(spareKey{}) == nil { // has bounds of its own
			rt.raw(w, r)
			return
		}
		r, leave, err := s.enter(r, rt.watches)
		if err != nil {
			w.Header().Set("Connection", "close") // its place is wanted
			s.fail(w, r, err)
			return
		}
		defer leave()
		if rt.raw != nil {
			rt.raw(w, r)
			return
		}
		status, value, err := rt.answer(r)
		if err == nil && value == nil {
			w.WriteHeader(status)
			return
		}
		if err == nil {
			err = writeJSON(w, status, value)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	}
}

// fail answers with a problem. What is the node's own fault goes to its log.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	p, ours := asProblem(err)
	if ours {
		s.backend.Log.Error("api: no answer", "path", r.URL.Path, "err", err)
	}
	s.figures.problems.Inc()
	writeProblem(w, p)
}

//go:generate go run ../../../web/pack openapi.json openapi.json

//go:embed openapi.json.gz
var description embed.FS

// document answers with the description of the API.
func (s *Server) document(w http.ResponseWriter, r *http.Request) {
	s.sendFile(w, r, &s.described, description, "openapi.json")
}
