package oidc

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
)

// maxBody bounds a token request; the largest honest one carries a certificate chain of a few KiB.
const maxBody = 64 << 10

// parameters are those that are read. Clients send many more, about themselves and what they can do.
var parameters = []string{"grant_type", "client_id", "client_secret", "client_assertion", "scope", "resource"}

// readForm reads the body. What stands in the query counts for nothing: secrets do not belong there, and logs see it.
func (x *exchange) readForm() (url.Values, error) {
	media, _, err := mime.ParseMediaType(x.r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return url.Values{}, nil // like an empty form, which is told what it lacks
	}
	body, err := io.ReadAll(http.MaxBytesReader(x.w, x.r.Body, maxBody))
	if err != nil {
		var long *http.MaxBytesError
		if errors.As(err, &long) {
			return nil, refuse(codeMalformed, "The request is malformed: the body is longer than %d bytes.", maxBody)
		}
		return nil, refuse(codeMalformed, "The request is malformed: the body cannot be read.")
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil, refuse(codeMalformed, "The request is malformed: the body is not a form.")
	}
	for _, name := range parameters {
		if len(form[name]) > 1 {
			return nil, refuse(codeDuplicate, "The request is not properly formatted. The parameter '%s' is there more than once.", name)
		}
	}
	return form, nil
}

// credentials gives the client id and secret, from the body or else from the header.
func (x *exchange) credentials(form url.Values) (id, secret string, err error) {
	id, secret = form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := x.r.BasicAuth(); ok && secret == "" {
		user, password = unescaped(user), unescaped(password)
		if id != "" && id != user {
			return "", "", refuse(codeMalformed, "The request is malformed: header and body name different clients.")
		}
		id, secret = user, password
	}
	switch {
	case id == "":
		return "", "", missing("client_id")
	case secret != "":
		return id, secret, nil
	case form.Get("client_assertion") != "":
		return "", "", refuse(codeAssertion, "The certificate that signed the client assertion is not registered on the application. Use a client secret.")
	}
	return "", "", refuse(codeNoCredential, "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.")
}

// unescaped undoes the form encoding that the standard asks for within the header, and that half of the clients omit.
func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}

func missing(parameter string) error {
	return refuse(codeMissing, "The request body must contain the following parameter: '%s'.", parameter)
}
