package api

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
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
			p.Remedy = "this request has " + listed(known) + "; see /v1/openapi.json"
			return nil, p
		}
		if len(given) > 1 {
			return nil, badParameter(name, given[1], "it once")
		}
		q[name] = given[0]
	}
	return q, nil
}

// listed names the parameters of a request.
func listed(known []string) string {
	if len(known) == 0 {
		return "no parameters"
	}
	return "the parameters " + strings.Join(known, ", ")
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
	return badBody(err)
}

// badBody says of a body that was not read what is wrong with it, without the decoder's types or our
// connection's addresses.
func badBody(err error) *Problem {
	p := *errBody
	p.Parameter = "body"
	var large *http.MaxBytesError
	var late net.Error
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &large):
		return problem(http.StatusRequestEntityTooLarge, "large-body", "the body is too large", fmt.Sprintf("send at most %d bytes", large.Limit))
	case errors.As(err, &late) && late.Timeout():
		return problem(http.StatusRequestTimeout, "slow-body", "the body did not come in time", "send it at once")
	case errors.Is(err, io.EOF):
		p.Detail = "the body is empty"
	case errors.Is(err, io.ErrUnexpectedEOF):
		p.Detail = "the body ends in the middle of its JSON"
	case errors.As(err, &kind) && kind.Field != "":
		p.Detail = fmt.Sprintf("%s is of the type %s, and is to be a %s", cut(kind.Field), kind.Value, inJSON(kind.Type))
	case errors.As(err, &kind):
		p.Detail = fmt.Sprintf("the body is of the type %s, and is to be an object", kind.Value)
	default:
		p.Detail += ": " + cut(strings.TrimPrefix(err.Error(), "json: "))
	}
	return &p
}

// inJSON is what JSON calls a type that a member of a body has.
func inJSON(t reflect.Type) string {
	if t.Kind() == reflect.Bool {
		return "boolean"
	}
	return t.Kind().String()
}
