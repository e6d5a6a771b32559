package api

import (
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"time"

	"strata/network"
	"strata/node"
)

type peerJSON struct {
	Address     network.Addr `json:"address"`
	Remote      network.Addr `json:"remote"`
	Incoming    bool         `json:"incoming"`
	Since       *time.Time   `json:"since"` // null: not known
	BytesIn     uint64       `json:"bytes_in"`
	BytesOut    uint64       `json:"bytes_out"`
	MessagesIn  uint64       `json:"messages_in"`
	MessagesOut uint64       `json:"messages_out"`
	Penalty     int          `json:"penalty"`
}

type banJSON struct {
	IP     string    `json:"ip"`
	Until  time.Time `json:"until"`
	Reason string    `json:"reason"`
}

type peersJSON struct {
	Peers []peerJSON `json:"peers"`
	Bans  []banJSON  `json:"bans"`
}

// peers lists the peers with their connections, and who is banned.
func (s *Server) peers(r *http.Request) (int, any, error) {
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	value, err := ask(r.Context(), s, peersOf)
	return http.StatusOK, value, err
}

// mining turns the miner on or off.
func (s *Server) mining(r *http.Request) (int, any, error) {
	var body struct {
		On *bool `json:"on"`
	}
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	if err := readBody(r, &body); err != nil {
		return 0, nil, err
	}
	if body.On == nil {
		return 0, nil, badParameter("on", "", "true or false")
	}
	able, err := ask(r.Context(), s, func(n *node.Node) bool {
		if !*body.On {
			n.StopMining()
			return true
		}
		if n.CanMine() {
			n.StartMining()
		}
		return n.CanMine()
	})
	if err == nil && !able {
		err = problem(http.StatusConflict, "no-coinbase", "the node has nobody to mine for", "give it a coinbase in its settings, and start it again")
	}
	if err == nil {
		s.changed(r, "mining", "on", *body.On)
	}
	return http.StatusOK, body, err
}

// changed logs a change that was made through the API, with who asked for it.
func (s *Server) changed(r *http.Request, what string, args ...any) {
	s.backend.Log.Info("api: "+what, append(args, "client", r.RemoteAddr)...)
}

// logLevel sets the least level that is logged.
func (s *Server) logLevel(r *http.Request) (int, any, error) {
	var body struct {
		Level string `json:"level"`
	}
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	if err := readBody(r, &body); err != nil {
		return 0, nil, err
	}
	var level slog.Level
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, body.Level) || level.UnmarshalText([]byte(body.Level)) != nil {
		return 0, nil, badParameter("level", body.Level, "debug, info, warn or error")
	}
	s.changed(r, "log level", "level", body.Level) // before: it may be the last line of its kind
	s.backend.Level.Set(level)
	return http.StatusOK, body, nil
}

// unban ends a ban.
func (s *Server) unban(r *http.Request) (int, any, error) {
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	name := r.PathValue("ip")
	_, notIP := netip.ParseAddr(name)
	_, notRange := netip.ParsePrefix(name)
	if notIP != nil && notRange != nil {
		return 0, nil, badParameter("ip", name, "an IP address or a range, as /v1/peers lists it")
	}
	found, err := ask(r.Context(), s, func(n *node.Node) bool { return unban(n, name) })
	if err == nil && !found {
		err = problem(http.StatusNotFound, "not-found", name+" is not banned", "see /v1/peers for the bans")
	}
	if err == nil {
		s.changed(r, "ban ended", "ip", name)
	}
	return http.StatusNoContent, nil, err
}

// addPeer has the node dial an address.
func (s *Server) addPeer(r *http.Request) (int, any, error) {
	var body struct {
		Address *string `json:"address"`
	}
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	if err := readBody(r, &body); err != nil {
		return 0, nil, err
	}
	if body.Address == nil {
		return 0, nil, badParameter("address", "", "host:port")
	}
	peer := network.Addr(*body.Address)
	err, asked := ask(r.Context(), s, func(n *node.Node) error { return n.AddPeer(peer) })
	if asked != nil {
		return 0, nil, asked
	}
	if err != nil {
		return 0, nil, peerProblem(peer, err)
	}
	s.changed(r, "peer added", "peer", peer)
	return http.StatusAccepted, body, nil
}

// dropPeer closes the connections of a peer and keeps it away.
func (s *Server) dropPeer(r *http.Request) (int, any, error) {
	if _, err := parseQuery(r); err != nil {
		return 0, nil, err
	}
	peer := network.Addr(r.PathValue("address"))
	type dropped struct {
		ok  bool
		err error
	}
	was, err := ask(r.Context(), s, func(n *node.Node) dropped {
		ok, err := n.DropPeer(peer)
		return dropped{ok, err}
	})
	switch {
	case err != nil:
		return 0, nil, err
	case was.err != nil:
		return 0, nil, peerProblem(peer, was.err)
	}
	s.changed(r, "peer dropped", "peer", peer, "was_there", was.ok)
	return http.StatusNoContent, nil, nil
}

// peerProblem says why a peer cannot be added or dropped.
func peerProblem(peer network.Addr, err error) error {
	switch {
	case errors.Is(err, network.ErrBadAddr):
		return badParameter("address", string(peer), "host:port, where others can dial it")
	case errors.Is(err, node.ErrSelf):
		p := badParameter("address", string(peer), "the address of another node")
		p.Detail = node.ErrSelf.Error()
		return p
	case errors.Is(err, node.ErrIsPeer):
		return problem(http.StatusConflict, "is-peer", cut(string(peer))+" is a peer already", "see /v1/peers")
	case errors.Is(err, node.ErrIsAdded):
		return problem(http.StatusConflict, "is-added", cut(string(peer))+" was added already, and nobody was reached there yet",
			"see the log for why; drop it first to begin again")
	case errors.Is(err, node.ErrNoGuard):
		return problem(http.StatusConflict, "no-guard", node.ErrNoGuard.Error(), "start it with the setting guard")
	}
	return err
}
