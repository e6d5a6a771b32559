package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// policy lets the page load from this node alone, and nobody frame it.
const policy = "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; object-src 'none'"

// doors is what every request passes before it is answered.
func (s *Server) doors(next http.Handler) http.Handler {
	foreign := http.NewCrossOriginProtection()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		s.figures.requests.Inc()
		defer s.recoverFrom(w, r)
		switch {
		case !s.knowsHost(r.Host):
			p := problem(http.StatusMisdirectedRequest, "unknown-host", fmt.Sprintf("this node does not go by the name %q", cut(r.Host)),
				"ask by its address or as localhost, or name it in the setting api-names")
			p.Parameter = "Host"
			writeProblem(w, p)
			return
		case foreign.Check(r) != nil:
			p := problem(http.StatusForbidden, "other-origin", "a page of another origin may not change this node", "ask from the node's own page or from a program")
			p.Parameter = "Origin"
			writeProblem(w, p)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, s.cfg.MaxBody)
		next.ServeHTTP(w, r)
	})
}

// recoverFrom answers a panic of a handler, which is our own fault, and lets the node live.
func (s *Server) recoverFrom(w http.ResponseWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.figures.panics.Inc()
	s.backend.Log.Error("api: panic", "path", r.URL.Path, "panic", p)
	answer, _ := asProblem(fmt.Errorf("panic: %v", p))
	writeProblem(w, answer)
}

// knowsHost says whether a Host header can only be meant for this node. A name can be made to lead
// here by whoever owns it (DNS rebinding); an address cannot.
func (s *Server) knowsHost(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || slices.Contains(s.cfg.Names, host)
}

// checkToken compares in a time that does not depend on what is given.
func (s *Server) checkToken(r *http.Request) error {
	header := r.Header.Get("Authorization")
	scheme, given, _ := strings.Cut(header, " ")
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.cfg.Token))
	if strings.EqualFold(scheme, "Bearer") && s.cfg.Token != "" && subtle.ConstantTimeCompare(a[:], b[:]) == 1 {
		return nil
	}
	const remedy = "send Authorization: Bearer and the content of api.token in the node's data directory"
	p := problem(http.StatusUnauthorized, "token", "this changes the node, and takes its token", remedy)
	if strings.EqualFold(scheme, "Bearer") && given != "" {
		p = problem(http.StatusUnauthorized, "wrong-token", "the token is not this node's", remedy)
	}
	p.Parameter = "Authorization"
	return p
}
