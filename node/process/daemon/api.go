package daemon

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"strata/node/process/api"
	"strata/node/process/atomicfile"
	"strata/node/process/metrics"
	"strata/web"
)

const (
	// DefaultAPI is where the API is unless a setting says where.
	DefaultAPI = "127.0.0.1:11180"

	// APIOff is the setting of a node without an API.
	APIOff = "off"

	// TokenFile is the file in the data directory that holds the API's token.
	TokenFile = "api.token"

	// AddressFile is the file in the data directory that says where the API of the running node is.
	AddressFile = "api.address"

	// EnvToken is the variable that may hold the token.
	EnvToken = "STRATA_API_TOKEN"

	tokenDigits = 64
)

// door is the API of a running node, with the index that it needs.
type door struct {
	addr    net.Addr
	address string // the file that says so; "": none
	token   string
	server  *api.Server
	index   *follower
	ended   chan struct{} // closed when the server has ended
}

// openDoor starts the API. Errors: it cannot listen there; the token's file cannot be read.
func (d Daemon) openDoor(r *Running, db *stored, figures *metrics.Set, level *slog.LevelVar, log *slog.Logger) (*door, error) {
	token, err := d.readToken()
	if err != nil {
		return nil, err
	}
	l, origin, err := d.listen(log)
	if err != nil {
		return nil, err
	}
	index := newFollower(d.Settings.Data, db.below, r.storeBroke, log)
	server, err := api.New(api.Config{Token: token, Names: names(d.Settings.APINames)}, api.Backend{
		Node: r.Node, Do: r.Loop.Do, Store: db.below, Disk: db.disk(), Index: index.index,
		Level: level, Log: log, Figures: figures, Version: Version(), Started: time.Now(), Origin: origin, Alone: d.Settings.Alone,
	}, web.Files)
	if err == nil {
		err = r.Do(func() { r.Node.OnTip(db.after(index.tipMoved)) })
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	address := ""
	if d.Settings.Data != "" {
		address = filepath.Join(d.Settings.Data, AddressFile)
		if err := atomicfile.Replace(address, []byte("http://"+l.Addr().String()+"\n")); err != nil {
			return nil, errors.Join(err, l.Close())
		}
	}
	index.start()
	o := &door{address: address, addr: l.Addr(), token: token, server: server, index: index, ended: make(chan struct{})}
	go func() {
		defer close(o.ended)
		if err := server.Serve(l); err != nil {
			log.Error("api: ended", "err", err)
		}
	}()
	return o, nil
}

// close ends the API and then its index. Where there is none it does nothing.
func (o *door) close() {
	if o == nil {
		return
	}
	if o.address != "" {
		_ = os.Remove(o.address) // who finds it all the same is told that nobody answers there
	}
	o.server.Close()
	<-o.ended
	o.index.stop()
}

// tellPage prints where the page is. A terminal's owner gets the token with it, in the part of an address
// that is not sent to anybody. Elsewhere, in a journal or in the log of a container, more people read
// what is printed than may use the node: there it says which file holds the token.
func tellPage(out io.Writer, page, token, tokenFile string) {
	switch f, ok := out.(*os.File); {
	case ok && term.IsTerminal(int(f.Fd())):
		fmt.Fprintf(out, "strata: page and API at %s#token=%s\n", page, token)
	case tokenFile != "":
		fmt.Fprintf(out, "strata: page and API at %s, token in %s\n", page, tokenFile)
	default:
		fmt.Fprintf(out, "strata: page and API at %s\n", page)
	}
}

// tokenPlace is the file that has the token; "" if none has it.
func (d Daemon) tokenPlace() string {
	switch {
	case d.Token != "":
		return ""
	case d.Settings.APITokenFile != "" || d.Settings.Data == "":
		return d.Settings.APITokenFile
	}
	return filepath.Join(d.Settings.Data, TokenFile)
}

// ListenAPI listens where the API is to be. If nobody said where, and another node has that place,
// any free port will do.
func ListenAPI(at string, log *slog.Logger) (net.Listener, error) {
	l, err := net.Listen("tcp", at)
	if at == DefaultAPI && errors.Is(err, syscall.EADDRINUSE) {
		log.Info("api: "+at+" is in use: taking another port", "setting", "api")
		l, err = net.Listen("tcp", "127.0.0.1:0")
	}
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("api: cannot listen at %s: address in use; choose another with --api, or off", at)
	}
	if err != nil {
		return nil, fmt.Errorf("api: %w", err)
	}
	return l, nil
}

// readToken finds the token: the one that was given, in a variable or a file; else that of the data directory,
// where it is made, for its owner alone, so that it is the same after a restart. Without a data directory it lives
// as long as the process.
func (d Daemon) readToken() (string, error) {
	switch dir := d.Settings.Data; {
	case d.Token != "" && d.Settings.APITokenFile != "":
		return "", fmt.Errorf("api: %s and api-token-file both give a token: one is enough", EnvToken)
	case d.Token != "":
		return parseToken(EnvToken, d.Token)
	case d.Settings.APITokenFile != "":
		return tokenIn(d.Settings.APITokenFile, "")
	case dir == "":
		return freshToken(), nil
	default:
		path := filepath.Join(dir, TokenFile)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			fresh := freshToken()
			return fresh, atomicfile.Create(path, []byte(fresh+"\n"))
		}
		return tokenIn(path, ": delete it, and a new one is made")
	}
}

// freshToken draws a token.
func freshToken() string {
	var raw [tokenDigits / 2]byte
	_, _ = rand.Read(raw[:]) // never fails
	return hex.EncodeToString(raw[:])
}

// tokenIn reads a token's file.
func tokenIn(path, remedy string) (string, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return "", fmt.Errorf("api: the token cannot be read: %w", err)
	}
	token, err := parseToken(path, string(text))
	if err != nil {
		return "", fmt.Errorf("%w%s", err, remedy)
	}
	return token, nil
}

// parseToken wants hex digits. The error does not show what was given: it may be another secret.
func parseToken(from, text string) (string, error) {
	token := strings.TrimSpace(strings.TrimPrefix(text, "\xef\xbb\xbf")) // a byte order mark is no part of it
	if _, err := hex.DecodeString(token); err != nil || len(token) != tokenDigits {
		return "", fmt.Errorf("api: %s does not hold a token of %d hex digits", from, tokenDigits)
	}
	return strings.ToLower(token), nil
}

// names splits the setting api-names.
func names(text string) []string {
	var list []string
	for _, name := range strings.Split(text, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			list = append(list, name)
		}
	}
	return list
}

// apiAddress checks the setting api.
func (s Settings) apiAddress() error {
	if s.API == APIOff {
		return nil
	}
	if _, port, err := net.SplitHostPort(s.API); err != nil || port == "" {
		return fmt.Errorf("api is %q: want host:port, or off", s.API)
	}
	return nil
}
