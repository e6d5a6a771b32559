package daemon

import (
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"strata/node/process/atomicfile"
	"strata/node/process/metrics"
	"strata/node/store"
)

// OriginFile is the file in the data directory that says where its page was served first. Browsers keep the keys that
// the page makes by this address, so a node comes back to it where its settings leave the choice. Delete it, and the
// next start chooses again.
const OriginFile = "api.origin"

// listen listens where the API is to be, and says where the page of the data directory was served first: there it
// listens again if the setting leaves the port open and nobody else has it.
func (d Daemon) listen(log *slog.Logger) (net.Listener, string, error) {
	if d.Settings.Data == "" {
		l, err := ListenAPI(d.Settings.API, log)
		return l, "", err
	}
	file := filepath.Join(d.Settings.Data, OriginFile)
	origin, err := readOrigin(file, log)
	if err != nil {
		return nil, "", err
	}
	if at, open := d.placeOf(origin); open {
		if l, err := net.Listen("tcp", at); err == nil {
			return l, origin, nil
		}
		log.Warn("api: the page's place is taken: keys that browsers keep for it do not show elsewhere", "place", origin)
	}
	l, err := ListenAPI(d.Settings.API, log)
	if err != nil || origin != "" {
		return l, origin, err
	}
	host, _, _ := net.SplitHostPort(d.Settings.API)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	origin = "http://" + localAddress(net.JoinHostPort(host, port))
	if err := atomicfile.Replace(file, []byte(origin+"\n")); err != nil {
		return nil, "", errors.Join(err, l.Close())
	}
	return l, origin, nil
}

// placeOf is where to listen so that the page is at its origin; open is false if the setting says something else.
func (d Daemon) placeOf(origin string) (at string, open bool) {
	host, port, _ := net.SplitHostPort(d.Settings.API)
	local, _, _ := net.SplitHostPort(localAddress(d.Settings.API))
	kept, keptPort, err := net.SplitHostPort(strings.TrimPrefix(origin, "http://"))
	return net.JoinHostPort(host, keptPort), err == nil && local == kept && (port == "0" || d.Settings.API == DefaultAPI)
}

// readOrigin reads the file; "" if there is none, or nothing that could be meant.
func readOrigin(file string, log *slog.Logger) (string, error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	origin := strings.TrimSpace(string(text))
	if u, err := url.Parse(origin); err != nil || u.Scheme != "http" || u.Port() == "" || "http://"+u.Host != origin {
		log.Warn("api: this is no address of a page; making it again", "file", file)
		return "", nil
	}
	return origin, nil
}

// Show serves page and API of a node that keeps its chain in memory, at any free port of loopback, and prints where.
// end ends that; the node goes on. Errors: it cannot listen; the node does not answer.
func Show(r *Running, db store.Store, out io.Writer, log *slog.Logger) (end func(), err error) {
	d := Daemon{Settings: Defaults()}
	d.Settings.API, d.Settings.Data = "127.0.0.1:0", ""
	o, err := d.openDoor(r, newStored(db, false), metrics.NewSet(), new(slog.LevelVar), log)
	if err != nil {
		return nil, err
	}
	tellPage(out, "http://"+o.addr.String()+"/", o.token, "")
	return o.close, nil
}
