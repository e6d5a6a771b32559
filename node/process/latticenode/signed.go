package latticenode

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"strata/ledgers/lattice"
	"strata/node/process/localhttp"
)

// maxSigned bounds a signed checkpoint, in bytes.
const maxSigned = lattice.MaxCut + 1<<20

// binaryType is the type of a checkpoint's bytes.
const binaryType = "application/octet-stream"

// MakeCheckpoint is a checkpoint of where the node stands now. It is signed by the node if that has weight. Errors: the
// loop has ended.
func (r *Running) MakeCheckpoint() (s *lattice.SignedCut, err error) {
	var failed error
	err = r.do(func() {
		b := r.ledger.Book()
		s = &lattice.SignedCut{Cut: b.Cut(r.host.Now())}
		if !s.Weight(r.host.Identity().Key()).Zero() {
			failed = r.sign(s)
		}
	})
	return s, errors.Join(err, failed)
}

// SignCheckpoint signs a checkpoint that another node has made, if this one has cemented the same (LAT-11). Errors: those
// of lattice.Book.Sign; lattice.ErrCheckpoint if the node weighs nothing in it; the loop has ended.
func (r *Running) SignCheckpoint(s *lattice.SignedCut) error {
	var failed error
	err := r.do(func() {
		if s.Weight(r.host.Identity().Key()).Zero() {
			failed = fmt.Errorf("%w: nobody names this node as a representative", lattice.ErrCheckpoint)
			return
		}
		failed = r.sign(s)
	})
	return errors.Join(err, failed)
}

// sign is called on the loop.
func (r *Running) sign(s *lattice.SignedCut) error {
	one, err := r.ledger.Book().Sign(s.Cut, r.host.Identity(), r.host.Now())
	if err == nil {
		s.Add(one)
	}
	return err
}

// ReadSigned reads a signed checkpoint. Only its form is checked. The error names the file.
func ReadSigned(file string) (*lattice.SignedCut, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if info.Size() > maxSigned {
		return nil, fmt.Errorf("%s: %w: over %d bytes", file, lattice.ErrCheckpoint, maxSigned)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	s, err := lattice.DecodeSignedCut(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return s, nil
}

// makeCheckpoint answers with a checkpoint's bytes. It wants the token, for it takes the node's time, and its signature.
func (a *API) makeCheckpoint(w http.ResponseWriter, req *http.Request) {
	if !a.mayCheckpoint(w, req) {
		return
	}
	s, err := a.Node.MakeCheckpoint()
	answerSigned(w, s, err)
}

// signCheckpoint reads a checkpoint, and answers with the same one, signed by the node too. It wants the token.
func (a *API) signCheckpoint(w http.ResponseWriter, req *http.Request) {
	if !a.mayCheckpoint(w, req) {
		return
	}
	text, err := io.ReadAll(http.MaxBytesReader(w, req.Body, maxSigned))
	if err != nil {
		fail(w, problem{http.StatusRequestEntityTooLarge, "TooBig", fmt.Errorf("a checkpoint has at most %d bytes", maxSigned)})
		return
	}
	s, err := lattice.DecodeSignedCut(text)
	if err == nil {
		err = a.Node.SignCheckpoint(s)
	}
	answerSigned(w, s, err)
}

// mayCheckpoint says whether a request has the token, and answers if it has not.
func (a *API) mayCheckpoint(w http.ResponseWriter, req *http.Request) bool {
	if a.isOwner(req) {
		return true
	}
	fail(w, problem{http.StatusUnauthorized, "Unauthorized",
		fmt.Errorf("a checkpoint wants the header `Authorization: Bearer TOKEN`, with the text of %s", FileToken)})
	return false
}

func answerSigned(w http.ResponseWriter, s *lattice.SignedCut, err error) {
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", binaryType)
	_, _ = w.Write(s.Encode()) // the asker may have gone
}

// MakeCheckpoint is a checkpoint of where the node stands: see Running.MakeCheckpoint.
func (c Client) MakeCheckpoint(ctx context.Context) (*lattice.SignedCut, error) {
	return c.signed(ctx, http.MethodGet, nil)
}

// SignCheckpoint is the checkpoint, signed by the node too: see Running.SignCheckpoint.
func (c Client) SignCheckpoint(ctx context.Context, s *lattice.SignedCut) (*lattice.SignedCut, error) {
	return c.signed(ctx, http.MethodPost, s.Encode())
}

func (c Client) signed(ctx context.Context, method string, body []byte) (*lattice.SignedCut, error) {
	req, err := http.NewRequestWithContext(ctx, method, c.URL+"/checkpoint", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	c.dress(req, binaryType)
	resp, text, err := localhttp.Ask(c.URL, req, maxSigned)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return nil, c.known(resp, text)
	}
	return lattice.DecodeSignedCut(text)
}
