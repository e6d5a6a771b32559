package command

import (
	"context"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"strata/node/process/atomicfile"
	"strata/node/process/daemon"
	"strata/node/process/ledgernode"
)

// ledgerProcess is a node of an elective's ledger that runs.
type ledgerProcess interface {
	Serve(ctx context.Context, l net.Listener) error
	Broken() <-chan error  // gives the reason if the ledger stops by itself
	Done() <-chan struct{} // is closed when the loop has ended
	Err() error            // says why
	Stop() error
}

// serveNode serves the API of a node, tells that it is up, and stops it when the context ends, or it does.
func (w World) serveNode(ctx context.Context, r ledgerProcess, dir, api string, log slog.Handler, tell func(at string) error) error {
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan error, 1)
	stop := func(err error) error {
		cancel()
		if failed := <-served; err == nil {
			err = failed
		}
		if failed := r.Stop(); err == nil {
			err = failed
		}
		return err
	}
	at, err := w.serveLedgerAPI(ctx, r, dir, api, slog.New(log), served)
	if err == nil {
		err = tell(at)
	}
	if err != nil {
		return stop(err)
	}
	select {
	case <-ctx.Done():
		return stop(nil)
	case err := <-r.Broken():
		return stop(err)
	case <-r.Done():
		return stop(r.Err())
	}
}

// serveLedgerAPI starts the API, unless it is off, and says where it is. served gets its end.
func (w World) serveLedgerAPI(ctx context.Context, r ledgerProcess, dir, at string, log *slog.Logger, served chan<- error) (string, error) {
	if at == daemon.APIOff {
		served <- nil
		return "", nil
	}
	l, err := daemon.ListenAPI(at, log)
	if err != nil {
		served <- nil
		return "", err
	}
	url := "http://" + l.Addr().String()
	file := filepath.Join(dir, ledgernode.FileAddress)
	if err := atomicfile.Replace(file, []byte(url+"\n")); err != nil {
		served <- nil
		return "", joinClose(err, l)
	}
	go func() {
		err := r.Serve(ctx, l)
		_ = os.Remove(file) // who finds it all the same is told that nobody answers there
		served <- err
	}()
	return url, nil
}

func joinClose(err error, l net.Listener) error {
	_ = l.Close()
	return err
}
