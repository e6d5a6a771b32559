package latticenode

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// Webhook tells a merchant's server of payments: a POST of Payment as JSON, until it answers with a status of 200 to
// 299. One that comes twice has the same reference.
type Webhook struct {
	URL   string
	Every time.Duration // between two looks
	Log   *slog.Logger
}

// hookWithin is how long the server has to answer.
const hookWithin = 10 * time.Second

// Run tells of payments until ctx ends.
func (h Webhook) Run(ctx context.Context, p *Payments) {
	tick := time.NewTicker(h.Every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := h.round(ctx, p); err != nil && ctx.Err() == nil {
				h.Log.Warn("the webhook has not taken a payment: it is told again", "reason", err)
			}
		}
	}
}

// round tells of all that is untold.
func (h Webhook) round(ctx context.Context, p *Payments) error {
	all, err := p.untold(ctx)
	if err != nil {
		return err
	}
	for _, one := range all {
		if err := h.tell(ctx, one); err != nil {
			return err
		}
		if err := p.told(one.Reference); err != nil {
			return err
		}
	}
	return nil
}

func (h Webhook) tell(ctx context.Context, one Payment) error {
	text, err := json.Marshal(one)
	if err != nil {
		return err
	}
	within, cancel := context.WithTimeout(ctx, hookWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(within, http.MethodPost, h.URL, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.CopyN(io.Discard, resp.Body, 1<<16) // so that the connection can be used again
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("%s answers %s", h.URL, resp.Status)
	}
	return nil
}
