package graphapi

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
)

// maxBody bounds what is read of a JSON body, after decompression. No object is as large (hospes.MaxObject), and to read as much
// takes less than 0.1 s.
const maxBody = 2 << 20

// maxMembers bounds the members of one JSON object. No class has as many properties.
const maxMembers = 1000

// readBody takes a JSON body in, whole but bounded. Streams are left to their handlers.
func (c *call) readBody() error {
	if c.r.Body == nil || c.route.Key == importKey || c.r.Method == http.MethodGet || c.r.Method == http.MethodHead {
		return nil
	}
	reader, err := c.unzipped(http.MaxBytesReader(c.w, c.r.Body, maxBody))
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(reader, maxBody+1))
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) || len(body) > maxBody {
		return hospes.Invalidf("graphapi.body", "The request body is larger than %d bytes.", maxBody)
	}
	if err != nil {
		return hospes.Invalidf("graphapi.body", "The request body cannot be read.")
	}
	if !utf8.Valid(body) { // the decoder would put U+FFFD in the place of what somebody is called
		return hospes.Invalidf("graphapi.body", "Unable to read JSON request payload. It is not UTF-8, in which JSON is written: add charset=utf-8 to the Content-Type where your client encodes by it.")
	}
	c.body = bytes.TrimSpace(body)
	if media := c.r.Header.Get("Content-Type"); len(c.body) > 0 && media != "" && !isJSON(media) {
		return &hospes.Error{
			Kind: hospes.KindInvalid, Op: "graphapi.body", Code: codeMediaType,
			Message: "The content type '" + media + "' is not supported. Send application/json.",
		}
	}
	return nil
}

// isJSON tells that a media type is one of JSON.
func isJSON(media string) bool {
	media, _, _ = strings.Cut(strings.ToLower(media), ";")
	media = strings.TrimSpace(media)
	return media == "application/json" || media == "text/json" || strings.HasSuffix(media, "+json")
}

// unzipped undoes the content encoding of the body.
func (c *call) unzipped(r io.Reader) (io.Reader, error) {
	switch encoding := strings.ToLower(c.r.Header.Get("Content-Encoding")); encoding {
	case "", "identity":
		return r, nil
	case "gzip":
		unzipped, err := gzip.NewReader(r)
		if err != nil {
			return nil, hospes.Invalidf("graphapi.body", "The request body is not gzip.")
		}
		return unzipped, nil
	default:
		return nil, &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.body", Code: codeMediaType, Message: "The content encoding '" + encoding + "' is not supported."}
	}
}

// member is one member of a JSON object, in the order it was sent.
type member struct {
	name string
	raw  json.RawMessage
}

// members reads the body as an object. Two members of one name, in any case, are refused.
func (c *call) members() ([]member, error) {
	if len(c.body) == 0 {
		return nil, noBody()
	}
	return membersOf(c.body)
}

func noBody() error {
	return hospes.Invalidf("graphapi.body", "Write requests (excluding DELETE) must contain the Content-Type header declaration and a JSON body.")
}

// malformed says where a body stops being JSON.
func malformed(decoder *json.Decoder, err error) error {
	return hospes.Invalidf("graphapi.body", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format (at byte %d: %v).", decoder.InputOffset(), err)
}

// ends reads the end of an object, after which nothing may follow.
func ends(decoder *json.Decoder) error {
	if _, err := decoder.Token(); err != nil {
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object")
	}
	return nil
}

// membersOf reads a JSON text as an object.
func membersOf(text []byte) ([]member, error) {
	const op = "graphapi.body"
	decoder := json.NewDecoder(bytes.NewReader(text))
	opening, err := decoder.Token()
	if err != nil {
		return nil, malformed(decoder, err)
	}
	if opening != json.Delim('{') {
		return nil, malformed(decoder, errors.New("an object is expected"))
	}
	var list []member
	seen := map[string]bool{}
	for decoder.More() {
		name, err := decoder.Token()
		if err != nil {
			return nil, malformed(decoder, err)
		}
		m := member{name: name.(string)}
		if err := decoder.Decode(&m.raw); err != nil {
			return nil, malformed(decoder, err)
		}
		if key := strings.ToLower(m.name); seen[key] {
			return nil, hospes.Invalidf(op, "Request contains a property with duplicate values: '%s'.", m.name)
		} else {
			seen[key] = true
		}
		if list = append(list, m); len(list) > maxMembers {
			return nil, hospes.Invalidf(op, "An object of the request body has more than %d members.", maxMembers)
		}
	}
	if err := ends(decoder); err != nil {
		return nil, malformed(decoder, err)
	}
	return list, nil
}

// decode reads the body into a struct, without regard to the case of names, as some clients send them capitalised.
func (c *call) decode(dst any) error {
	if _, err := c.members(); err != nil {
		return err
	}
	if err := json.Unmarshal(c.body, dst); err != nil {
		return hospes.Invalidf("graphapi.body", "The request body has a value of the wrong type: %s", misread(err))
	}
	return nil
}

// misread says what is wrong with a JSON text that is not of the form that was asked for, and where.
func misread(err error) string {
	var wrong *json.UnmarshalTypeError
	if !errors.As(err, &wrong) {
		return err.Error() + "."
	}
	if wrong.Field == "" {
		return "it cannot be of the type " + wrong.Value + "."
	}
	return fmt.Sprintf("'%s' cannot be of the type %s.", wrong.Field, wrong.Value)
}

// edits reads the body as changes of an object. Bindings such as members@odata.bind are given apart; other annotations
// say nothing that is kept.
func (c *call) edits(schema *hospes.Schema, creating bool) (edits []hospes.Edit, binds map[string][]string, err error) {
	list, err := c.members()
	if err != nil {
		return nil, nil, err
	}
	x, err := c.extensionsNamed(unknown(list, schema))
	if err != nil {
		return nil, nil, err
	}
	bound := 0
	for _, m := range list {
		if target, ok := strings.CutSuffix(strings.ToLower(m.name), "@odata.bind"); ok {
			refs, err := bindings(m)
			if err != nil {
				return nil, nil, err
			}
			if bound += len(refs); bound > maxBindings {
				return nil, nil, tooManyBindings()
			}
			if schema != hospes.GroupSchema {
				return nil, nil, directory.UnknownProperty(m.name) // nothing is dropped in silence
			}
			if binds == nil {
				binds = map[string][]string{}
			}
			binds[target] = refs
			continue
		}
		if strings.Contains(m.name, "@") && !strings.HasSuffix(strings.ToLower(m.name), "@delta") { // which would be a change, and no remark
			continue
		}
		p := x.property(schema, m.name)
		if p == nil || p.Access == hospes.Hidden {
			if strings.EqualFold(m.name, "id") {
				if string(m.raw) == "null" {
					continue
				}
				return nil, nil, hospes.Invalidf("graphapi.body", "Property 'id' is read-only and cannot be set.")
			}
			return nil, nil, directory.UnknownProperty(m.name)
		}
		v, err := directory.ParseValue(p, m.raw)
		if err != nil {
			return nil, nil, err
		}
		if v == hospes.Null && (creating || p.Access == hospes.ReadOnly) {
			continue // clients send null for everything they do not set
		}
		edits = append(edits, hospes.Edit{Property: p, Value: v})
	}
	return edits, binds, directory.CheckAccess(edits, creating)
}

// unknown gives the names of members that the class does not have by itself.
func unknown(list []member, schema *hospes.Schema) (names []string) {
	for _, m := range list {
		if schema.Property(m.name) == nil {
			names = append(names, m.name)
		}
	}
	return names
}

// What a list of texts can be instead.
var (
	errTooMany  = errors.New("there are too many")
	errNotTexts = errors.New("it is no list of texts")
)

// texts reads a list of texts: none after the last one that may be there.
func texts(raw []byte, most int) (list []string, err error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if opening, err := decoder.Token(); err != nil || opening != json.Delim('[') {
		return nil, errNotTexts
	}
	for decoder.More() {
		token, err := decoder.Token()
		text, ok := token.(string)
		if err != nil || !ok {
			return nil, errNotTexts
		}
		if len(list) == most {
			return nil, errTooMany
		}
		list = append(list, text)
	}
	return list, nil
}

func bindings(m member) ([]string, error) {
	many, err := texts(m.raw, maxBindings)
	switch {
	case err == nil:
		return many, nil
	case errors.Is(err, errTooMany):
		return nil, tooManyBindings()
	}
	var one string
	if json.Unmarshal(m.raw, &one) == nil {
		return []string{one}, nil
	}
	return nil, hospes.Invalidf("graphapi.body", "The value of '%s' is not a list of references.", m.name)
}

// maxBindings is how many references one request may bind (graph-wire 1.11).
const maxBindings = 20

func tooManyBindings() error {
	return hospes.Invalidf("graphapi.body", "At most %d references can be given at once.", maxBindings)
}

// reference reads the id out of a reference. Clients send any host, any version and any collection.
func reference(text string) (hospes.ObjectID, error) {
	parts := strings.FieldsFunc(text, func(r rune) bool { return r == '/' || r == '\'' || r == '(' || r == ')' })
	for i := len(parts) - 1; i >= 0; i-- {
		if id, ok := hospes.ParseObjectID(parts[i]); ok {
			return id, nil
		}
	}
	return hospes.ObjectID{}, hospes.Invalidf("graphapi.reference", "Invalid object identifier '%s'.", text)
}

// bodyReference reads {"@odata.id": "…"}.
func (c *call) bodyReference() (hospes.ObjectID, error) {
	list, err := c.members()
	if err != nil {
		return hospes.ObjectID{}, err
	}
	for _, m := range list {
		var text string
		if strings.EqualFold(m.name, "@odata.id") && json.Unmarshal(m.raw, &text) == nil {
			return reference(text)
		}
	}
	return hospes.ObjectID{}, hospes.Invalidf("graphapi.reference", "The request body must contain '@odata.id'.")
}
