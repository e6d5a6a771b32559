package api_test

import (
	"encoding/json"
	"io"
	"mime"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"strata/mempool"
	"strata/node/guard"
	"strata/node/process/api"
	"strata/node/process/keyfile"
)

// description is openapi.json as the node serves it.
type description struct {
	value    map[string]any
	compiler *jsonschema.Compiler
}

func (r *rig) description() description {
	r.t.Helper()
	value := r.get("/v1/openapi.json")
	c := jsonschema.NewCompiler()
	require.NoError(r.t, c.AddResource("http://node/openapi.json", value))
	return description{value, c}
}

// operation finds the operation of a route.
func (d description) operation(route string) map[string]any {
	method, path, _ := strings.Cut(route, " ")
	item, _ := d.value["paths"].(map[string]any)[path].(map[string]any)
	op, _ := item[strings.ToLower(method)].(map[string]any)
	return op
}

// check validates a body against what the document says of it.
func (d description) check(t *testing.T, route string, status int, kind string, body []byte) {
	t.Helper()
	op := d.operation(route)
	require.NotNil(t, op, route)
	name := strconv.Itoa(status)
	at := "/paths/" + escape(strings.Fields(route)[1]) + "/" + strings.ToLower(strings.Fields(route)[0]) + "/responses/" + name
	if op["responses"].(map[string]any)[name] == nil || status == 401 {
		require.GreaterOrEqual(t, status, 400, "%s: %d is not described", route, status)
		at = "/components/responses/problem"
	}
	if len(body) == 0 {
		return
	}
	media, _, err := mime.ParseMediaType(kind)
	require.NoError(t, err)
	if strings.HasSuffix(route, "/{file}") && status == 200 {
		media = "*/*"
	}
	schema, err := d.compiler.Compile("http://node/openapi.json#" + at + "/content/" + escape(media) + "/schema")
	require.NoError(t, err, "%s %d %s", route, status, media)
	var value any = string(body)
	if strings.HasSuffix(media, "json") {
		require.NoError(t, json.Unmarshal(body, &value))
	}
	require.NoError(t, schema.Validate(value), "%s: %s", route, body)
}

// escape makes a part of a JSON pointer in a URL of a name.
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(name)
}

// The document is one of OpenAPI 3.1: testdata has the schema that the OpenAPI Initiative publishes
// for that (spec.openapis.org/oas/3.1/schema/2022-10-07).
func TestDocument_IsOpenAPI(t *testing.T) {
	r := newRig(t, api.Config{})
	d := r.description()
	f, err := os.Open("testdata/oas31-schema.json")
	require.NoError(t, err)
	defer f.Close()
	official, err := jsonschema.UnmarshalJSON(f)
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("http://oas/schema.json", official))
	schema, err := c.Compile("http://oas/schema.json")
	require.NoError(t, err)
	require.NoError(t, schema.Validate(d.value))
	for name := range d.value["components"].(map[string]any)["schemas"].(map[string]any) {
		_, err := d.compiler.Compile("http://node/openapi.json#/components/schemas/" + name)
		require.NoError(t, err, name)
	}
}

// Every route is in the document and everything in the document is a route; the token is asked for
// where the document says so.
func TestDocument_IsTheRoutes(t *testing.T) {
	r := newRig(t, api.Config{})
	d := r.description()
	var described []string
	for path, item := range d.value["paths"].(map[string]any) {
		for method := range item.(map[string]any) {
			described = append(described, strings.ToUpper(method)+" "+path)
		}
	}
	require.ElementsMatch(t, r.server.Routes(), described)
	for route, tokened := range r.server.Tokened() {
		if tokened {
			require.NotNil(t, d.operation(route)["security"], route)
			method, path, _ := strings.Cut(route, " ")
			problem := r.answer(http.StatusUnauthorized, method, strings.NewReplacer("{ip}", "1.2.3.4", "{address}", "1.2.3.4:5").Replace(path), "{}", "Authorization", "Bearer "+strings.Repeat("0", 64))
			require.Equal(t, "Authorization", problem["parameter"])
		} else if op := d.operation(route); op != nil {
			require.Nil(t, op["security"], route)
		}
	}
}

// A live node answers each request as the document says, well and badly.
func TestAnswers_AreAsDescribed(t *testing.T) {
	r := newRig(t, api.Config{})
	d := r.description()
	first := r.extend()
	r.extend(mempool.Sign(alice, keyfile.Public(bob), 0, 5))
	side := r.mine(first, mempool.Sign(alice, keyfile.Public(bob), 0, 6))
	waits := mempool.Sign(alice, keyfile.Public(bob), 1, 7)
	sends := mempool.Sign(alice, keyfile.Public(bob), 2, 7)
	r.do(func() { require.NoError(t, r.node.Submit(waits)) })
	r.do(func() { // somebody who is banned
		g := r.node.Guard()
		g.Restore([]guard.Ban{{IP: "203.0.113.7", Until: r.far(), Reason: "forged"}})
	})
	mined := mempool.Sign(alice, keyfile.Public(bob), 0, 5)
	key := keyfile.Public(alice).String()
	for _, c := range []struct {
		route, method, path, body string
		status                    int
	}{
		{"GET /v1/status", "GET", "/v1/status", "", 200},
		{"GET /v1/status", "GET", "/v1/status?x=1", "", 400},
		{"GET /v1/peers", "GET", "/v1/peers", "", 200},
		{"POST /v1/peers", "POST", "/v1/peers", `{"address":"192.0.2.1:11120"}`, 202},
		{"POST /v1/peers", "POST", "/v1/peers", `{"address":"0.0.0.0:1"}`, 400},
		{"DELETE /v1/peers/{address}", "DELETE", "/v1/peers/192.0.2.1:11120", "", 204},
		{"DELETE /v1/peers/{address}", "DELETE", "/v1/peers/x", "", 400},
		{"GET /v1/topology", "GET", "/v1/topology", "", 200},
		{"GET /v1/blocks", "GET", "/v1/blocks", "", 200},
		{"GET /v1/blocks", "GET", "/v1/blocks?from=1&limit=1", "", 200},
		{"GET /v1/blocks", "GET", "/v1/blocks?limit=101", "", 400},
		{"GET /v1/blocks/{block}", "GET", "/v1/blocks/2", "", 200},
		{"GET /v1/blocks/{block}", "GET", "/v1/blocks/" + side.Hash().String(), "", 200},
		{"GET /v1/blocks/{block}", "GET", "/v1/blocks/3", "", 404},
		{"GET /v1/blocks/{block}", "GET", "/v1/blocks/abc", "", 400},
		{"GET /v1/forks", "GET", "/v1/forks", "", 200},
		{"GET /v1/forks", "GET", "/v1/forks?depth=0", "", 400},
		{"GET /v1/transactions/{id}", "GET", "/v1/transactions/" + mined.ID().String(), "", 200},
		{"GET /v1/transactions/{id}", "GET", "/v1/transactions/" + waits.ID().String(), "", 200},
		{"GET /v1/transactions/{id}", "GET", "/v1/transactions/" + key, "", 404},
		{"POST /v1/transactions", "POST", "/v1/transactions", `{"text":"` + string(sends.Text()) + `"}`, 202},
		{"POST /v1/transactions", "POST", "/v1/transactions", `{"text":"` + string(sends.Text()) + `"}`, 202},
		{"POST /v1/transactions", "POST", "/v1/transactions", `{"text":"x"}`, 400},
		{"GET /v1/accounts/{key}", "GET", "/v1/accounts/" + key, "", 200},
		{"GET /v1/accounts/{key}", "GET", "/v1/accounts/" + strings.ToUpper(key), "", 400},
		{"GET /v1/accounts/{key}/transactions", "GET", "/v1/accounts/" + key + "/transactions?limit=1", "", 200},
		{"GET /v1/accounts/{key}/transactions", "GET", "/v1/accounts/" + key + "/transactions?before=-1", "", 400},
		{"GET /v1/mempool", "GET", "/v1/mempool?limit=1", "", 200},
		{"POST /v1/mining", "POST", "/v1/mining", `{"on":false}`, 200},
		{"POST /v1/mining", "POST", "/v1/mining", `{"on":1}`, 400},
		{"PUT /v1/log-level", "PUT", "/v1/log-level", `{"level":"warn"}`, 200},
		{"PUT /v1/log-level", "PUT", "/v1/log-level", `{"level":"loud"}`, 400},
		{"DELETE /v1/bans/{ip}", "DELETE", "/v1/bans/203.0.113.7", "", 204},
		{"DELETE /v1/bans/{ip}", "DELETE", "/v1/bans/203.0.113.7", "", 404},
		{"DELETE /v1/bans/{ip}", "DELETE", "/v1/bans/nobody", "", 400},
		{"GET /v1/openapi.json", "GET", "/v1/openapi.json", "", 200},
		{"GET /metrics", "GET", "/metrics", "", 200},
		{"GET /healthz", "GET", "/healthz", "", 200},
		{"GET /readyz", "GET", "/readyz", "", 200},
		{"GET /{file}", "GET", "/", "", 200},
		{"GET /{file}", "GET", "/views/", "", 404},
	} {
		a := r.request(c.method, c.path, c.body)
		body, err := io.ReadAll(a.Body)
		require.NoError(t, err)
		require.Equal(t, c.status, a.StatusCode, "%s %s: %s", c.method, c.path, body)
		d.check(t, c.route, a.StatusCode, a.Header.Get("Content-Type"), body)
	}
}
