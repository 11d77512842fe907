package graphapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hospes-dev/hospes"
)

// stepsOf reads the body of a batch, whose steps are not taken in twice: no more of them than may be there.
func stepsOf(body []byte) (steps []step, err error) {
	if len(body) == 0 {
		return nil, noBody()
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	token, err := decoder.Token()
	if err == nil && token != json.Delim('{') {
		err = errors.New("an object is expected")
	}
	found := false
	for n := 0; err == nil && decoder.More(); n++ {
		if n == maxMembers {
			return nil, badBatch("A batch has more than %d members.", maxMembers)
		}
		var other json.RawMessage
		if token, err = decoder.Token(); err != nil {
			break
		}
		name, _ := token.(string)
		if !strings.EqualFold(name, "requests") {
			err = decoder.Decode(&other)
			continue
		}
		if found {
			return nil, badBatch("A batch must have 'requests' once.")
		}
		found = true
		if token, err = decoder.Token(); err == nil && token != json.Delim('[') {
			return nil, badBatch("The 'requests' of a batch must be an array.")
		}
		for err == nil && decoder.More() {
			if len(steps) == maxSteps {
				return nil, badBatch("Number of batch request steps exceeds the maximum value of %d.", maxSteps)
			}
			var text json.RawMessage
			if err = decoder.Decode(&text); err != nil {
				break
			}
			s, err := stepOf(text)
			if err != nil {
				return nil, err
			}
			steps = append(steps, s)
		}
		if err == nil {
			_, err = decoder.Token()
		}
	}
	if err == nil {
		err = ends(decoder)
	}
	switch {
	case err != nil:
		return nil, malformed(decoder, err)
	case !found:
		return nil, badBatch("A batch must have 'requests'.")
	}
	return steps, nil
}

func stepOf(text []byte) (s step, err error) {
	list, err := membersOf(text)
	if err != nil {
		return s, err
	}
	s.headers = http.Header{}
	for _, m := range list {
		name := strings.ToLower(m.name)
		if name != "body" && len(m.raw) > maxField {
			return s, badBatch("The '%.40s' of a step is longer than %d bytes.", name, maxField)
		}
		var err error
		switch name {
		case "id":
			err = json.Unmarshal(m.raw, &s.id)
		case "method":
			err = json.Unmarshal(m.raw, &s.method)
		case "url":
			err = json.Unmarshal(m.raw, &s.url)
		case "headers":
			err = s.readHeaders(m.raw)
		case "dependson":
			err = json.Unmarshal(m.raw, &s.dependsOn)
		case "body":
			if string(m.raw) != "null" {
				s.body = m.raw
			}
		}
		if err != nil {
			return s, badBatch("The '%s' of a step is of the wrong type.", m.name)
		}
	}
	s.method = strings.ToUpper(s.method)
	switch {
	case s.id == "":
		return s, badBatch("Every step must have an 'id' that is a text.")
	case s.method == "" || s.url == "":
		return s, badBatch("Step '%s' must have a 'method' and a 'url'.", s.id)
	}
	return s, nil
}

func (s *step) readHeaders(text json.RawMessage) error {
	if string(text) == "null" {
		return nil
	}
	list, err := membersOf(text)
	if err != nil {
		return err
	}
	for _, m := range list {
		var value string
		if err := json.Unmarshal(m.raw, &value); err != nil {
			return err
		}
		s.headers.Set(m.name, value)
	}
	return nil
}

// inOrder gives the places of the steps in the order in which they run: as they were sent, but after what they depend on.
func inOrder(steps []step) ([]int, error) {
	places := map[string]int{}
	for i, s := range steps {
		id := strings.ToLower(s.id)
		if _, twice := places[id]; twice {
			return nil, badBatch("The id '%s' is used by more than one step.", s.id)
		}
		places[id] = i
	}
	for i := range steps {
		for _, id := range steps[i].dependsOn {
			place, known := places[strings.ToLower(id)]
			if !known {
				return nil, badBatch("Step '%s' depends on '%s', which is no step of the batch.", steps[i].id, id)
			}
			if !slices.Contains(steps[i].after, place) {
				steps[i].after = append(steps[i].after, place)
			}
		}
	}
	var order []int
	ready := func(i int) bool {
		return !slices.Contains(order, i) && !slices.ContainsFunc(steps[i].after, func(j int) bool { return !slices.Contains(order, j) })
	}
	for len(order) < len(steps) {
		next := 0
		for next < len(steps) && !ready(next) {
			next++
		}
		if next == len(steps) {
			return nil, badBatch("The steps of a batch depend on each other in a ring.")
		}
		order = append(order, next)
	}
	return order, nil
}

func badBatch(format string, args ...any) error {
	return &hospes.Error{Kind: hospes.KindInvalid, Op: "graphapi.batch", Code: "BadRequest", Message: fmt.Sprintf(format, args...)}
}
