package localpage

import (
	"crypto/sha256"
	"crypto/subtle"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
)

// policy lets the page load from here alone. Nobody else frames it; it may frame what is here.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
	"frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"

// doors is what every request passes before it is answered.
func (s *Server) doors(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-cache")
		switch {
		case !s.knowsHost(r.Host):
			http.Error(w, "this page does not go by that name: open the address that strata printed", http.StatusMisdirectedRequest)
		case !s.own(r):
			http.Error(w, "a page of another origin may not ask here", http.StatusForbidden)
		case r.URL.Path == "/" && r.URL.Query().Has("token"):
			s.enter(w, r)
		case !s.known(r):
			http.Error(w, "open the address that strata printed: it has the token that lets you in", http.StatusForbidden)
		default:
			r.Body = http.MaxBytesReader(w, r.Body, mostBody)
			next.ServeHTTP(w, r)
		}
	})
}

// knowsHost says whether the host is this machine, at our port.
func (s *Server) knowsHost(host string) bool {
	name, port, err := net.SplitHostPort(host)
	_, own, _ := net.SplitHostPort(s.listener.Addr().String())
	return err == nil && port == own && (name == "127.0.0.1" || strings.EqualFold(name, "localhost"))
}

// own says whether a request comes from our page, or from none. What changes something is JSON, which no form of
// another site can send.
func (s *Server) own(r *http.Request) bool {
	if origin := r.Header.Get("Origin"); origin != "" && origin != "http://"+r.Host {
		return false
	}
	switch site := r.Header.Get("Sec-Fetch-Site"); {
	case site == "cross-site" || site == "same-site":
		return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.URL.Path == "/"
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return true
	}
	return r.Header.Get("Content-Type") == "application/json"
}

// enter gives whoever has the token the cookie.
func (s *Server) enter(w http.ResponseWriter, r *http.Request) {
	if !same(r.URL.Query().Get("token"), s.token) {
		http.Error(w, "the token is not the one of this page: open the address that strata printed last", http.StatusForbidden)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: s.cookie(), Value: s.token, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// cookie is the name of the cookie: that of another page on this machine is another one.
func (s *Server) cookie() string {
	_, port, _ := net.SplitHostPort(s.listener.Addr().String())
	return "strata-" + port
}

// known says whether a request has the cookie.
func (s *Server) known(r *http.Request) bool {
	given, err := r.Cookie(s.cookie())
	return err == nil && same(given.Value, s.token)
}

// same compares in a time that does not depend on what is given.
func same(given, token string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(token))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// silent is a log that nobody reads: what goes wrong on a connection is told to whoever asked.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }
