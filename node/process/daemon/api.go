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
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"strata/node/process/api"
	"strata/node/process/atomicfile"
	"strata/node/process/metrics"
	"strata/node/store"
	"strata/web"
)

const (
	// DefaultAPI is where the API is unless a setting says where.
	DefaultAPI = "127.0.0.1:11180"

	// APIOff is the setting of a node without an API.
	APIOff = "off"

	// TokenFile is the file in the data directory that holds the API's token.
	TokenFile = "api.token"
)

// door is the API of a running node, with the index that it needs.
type door struct {
	addr   net.Addr
	token  string
	server *api.Server
	index  *follower
	ended  chan struct{} // closed when the server has ended
}

// openDoor starts the API. Errors: it cannot listen there; the token's file cannot be read.
func (d Daemon) openDoor(r *Running, db store.Store, figures *metrics.Set, level *slog.LevelVar, log *slog.Logger) (*door, error) {
	token, err := readToken(d.Settings.Data)
	if err != nil {
		return nil, err
	}
	l, err := listenAPI(d.Settings.API, log)
	if err != nil {
		return nil, err
	}
	index := newFollower(d.Settings.Data, db, r.storeBroke, log)
	server, err := api.New(api.Config{Token: token, Names: names(d.Settings.APINames)}, api.Backend{
		Node: r.Node, Do: r.Loop.Do, Store: db, Index: index.index,
		Level: level, Log: log, Figures: figures, Version: version(), Started: time.Now(),
	}, web.Files)
	if err == nil {
		err = r.Do(func() { r.Node.OnTip(index.tipMoved) })
	}
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	index.start()
	o := &door{addr: l.Addr(), token: token, server: server, index: index, ended: make(chan struct{})}
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
	o.server.Close()
	<-o.ended
	o.index.stop()
}

// tell prints where the page is. A terminal's owner gets the token with it, in the part of an address
// that is not sent to anybody. Elsewhere, in a journal or in the log of a container, more people read
// what is printed than may use the node: there it says which file holds the token.
func (o *door) tell(out io.Writer, dir string) {
	page := "http://" + o.addr.String() + "/"
	switch f, ok := out.(*os.File); {
	case ok && term.IsTerminal(int(f.Fd())):
		fmt.Fprintf(out, "strata: page and API at %s#token=%s\n", page, o.token)
	case dir != "":
		fmt.Fprintf(out, "strata: page and API at %s, token in %s\n", page, filepath.Join(dir, TokenFile))
	default:
		fmt.Fprintf(out, "strata: page and API at %s\n", page)
	}
}

// listenAPI listens where the API is to be. If nobody said where, and another node has that place,
// any free port will do.
func listenAPI(at string, log *slog.Logger) (net.Listener, error) {
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

// readToken reads the token, or makes one: in a file that its owner alone may read, so that it is
// the same after a restart; without a data directory it lives as long as the process.
func readToken(dir string) (string, error) {
	var raw [32]byte
	_, _ = rand.Read(raw[:]) // never fails
	fresh := hex.EncodeToString(raw[:])
	if dir == "" {
		return fresh, nil
	}
	path := filepath.Join(dir, TokenFile)
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, atomicfile.Create(path, []byte(fresh+"\n"))
	}
	if err != nil {
		return "", fmt.Errorf("api: %w", err)
	}
	token := strings.TrimSpace(string(text))
	if _, err := hex.DecodeString(token); err != nil || len(token) != len(fresh) {
		return "", fmt.Errorf("api: %s does not hold a token of %d hex digits: delete it, and a new one is made", path, len(fresh))
	}
	return token, nil
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

// version is that of the module, or the revision it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 && (info.Main.Version == "" || info.Main.Version == "(devel)") {
			return "(devel) " + s.Value[:12]
		}
	}
	return info.Main.Version
}
