package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// HealthUsage describes the flag that asks for Health.
const HealthUsage = "ask the node that runs with these settings whether it is well, and exit with 0 if it is, else with 1"

// ErrUnwell reports a node that does not answer as one that lives does. Look into its log.
var ErrUnwell = errors.New("the node is not well")

// healthWithin is how long a node may take to answer.
const healthWithin = 5 * time.Second

// Health asks the node that these settings describe, over its API, whether its loop answers. It is for
// where there is no curl: the health check of a container. Errors: faults of the settings; ErrUnwell;
// the API is off.
func (d Daemon) Health(ctx context.Context) error {
	if _, err := d.Settings.Config(); err != nil {
		return err
	}
	if d.Settings.API == APIOff {
		return errors.New("the health of a node is asked for by its API, which is off: say with --api where it is")
	}
	ctx, cancel := context.WithTimeout(ctx, healthWithin)
	defer cancel()
	page := "http://" + localAddress(d.Settings.API) + "/healthz"
	if err := answersWell(ctx, page); err != nil {
		return fmt.Errorf("%w: %w", ErrUnwell, err)
	}
	return nil
}

// answersWell wants a status of 200, and says what the node says otherwise.
func answersWell(ctx context.Context, page string) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
	if err != nil {
		return err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // no proxy is between a node and itself
	a, err := client.Do(q)
	if err != nil {
		return err
	}
	defer a.Body.Close()
	if a.StatusCode == http.StatusOK {
		return nil
	}
	var problem struct {
		Detail string `json:"detail"`
	}
	_ = json.NewDecoder(io.LimitReader(a.Body, 4<<10)).Decode(&problem) // what is no document leaves the status to tell
	return fmt.Errorf("%s answers %s %s", page, a.Status, problem.Detail)
}

// localAddress is where this machine reaches what listens there: every address is reached by its own.
func localAddress(at string) string {
	host, port, err := net.SplitHostPort(at)
	if err != nil {
		return at
	}
	ip, err := netip.ParseAddr(host)
	switch {
	case host == "", err == nil && ip.IsUnspecified() && ip.Is4():
		host = "127.0.0.1"
	case err == nil && ip.IsUnspecified():
		host = "::1"
	}
	return net.JoinHostPort(host, port)
}
