package api

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// query are the parameters of a request's query, each of which may be given once.
type query map[string]string

// parseQuery refuses parameters that the request does not have.
func parseQuery(r *http.Request, known ...string) (query, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badParameter("query", r.URL.RawQuery, "name=value, percent-encoded, joined by &")
	}
	q := query{}
	for name, given := range values {
		if !slices.Contains(known, name) {
			p := badParameter(cut(name), given[0], "no such parameter")
			p.Detail = fmt.Sprintf("there is no parameter %q", cut(name))
			p.Remedy = fmt.Sprintf("this request has %q; see /v1/openapi.json", known)
			return nil, p
		}
		if len(given) > 1 {
			return nil, badParameter(name, given[1], "it once")
		}
		q[name] = given[0]
	}
	return q, nil
}

// number is a parameter in decimal digits, without leading zeros.
func (q query) number(name string, usual, least, most uint64) (uint64, error) {
	text, ok := q[name]
	if !ok {
		return usual, nil
	}
	n, ok := decimal(text)
	if !ok || n < least || n > most {
		return 0, badParameter(name, text, fmt.Sprintf("a whole number from %d to %d", least, most))
	}
	return n, nil
}

// decimal reads canonical decimal digits.
func decimal(text string) (uint64, bool) {
	n, err := strconv.ParseUint(text, 10, 64)
	return n, err == nil && strconv.FormatUint(n, 10) == text
}

// digits fills to with the lower-case hex of a path's parameter.
func digits(r *http.Request, name string, to []byte) error {
	text := r.PathValue(name)
	if !unhex(text, to) {
		return badParameter(name, text, fmt.Sprintf("%d hex digits in lower case", 2*len(to)))
	}
	return nil
}

func unhex(text string, to []byte) bool {
	if len(text) != 2*len(to) {
		return false
	}
	_, err := hex.Decode(to, []byte(text))
	return err == nil && hex.EncodeToString(to) == text
}

// readBody decodes the body, one JSON object with known members alone.
func readBody(r *http.Request, into any) error {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" {
		p := problem(http.StatusUnsupportedMediaType, "bad-content-type", "the body is not said to be JSON", "send Content-Type: application/json")
		p.Parameter = "Content-Type"
		return p
	}
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err = d.Decode(into)
	if err == nil {
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		err = errors.New("there is more behind the object")
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return problem(http.StatusRequestEntityTooLarge, "large-body", "the body is too large", fmt.Sprintf("send at most %d bytes", large.Limit))
	}
	p := *errBody
	p.Detail += ": " + cut(err.Error())
	p.Parameter = "body"
	return &p
}
