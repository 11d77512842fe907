package graphapi

import (
	"encoding/json"
	"net/http"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/mapping"
	"github.com/hospes-dev/hospes/store"
)

const (
	// maxExpressionBody bounds an expression with the object to try it on, so that no function is given much to work on.
	maxExpressionBody = 128 << 10

	// maxExpressionTime is how long an expression may be tried. Patterns and long texts take as long as they like otherwise.
	maxExpressionTime = 50 * time.Millisecond
)

// expressionToParse is what a client asks about an expression (provisioning 4.4). What the target's attribute is like, which
// clients may send along, says nothing about the expression.
type expressionToParse struct {
	Expression string           `json:"expression"`
	Test       *expressionInput `json:"testInputObject"`
}

// expressionInput is an object to try an expression on.
type expressionInput struct {
	Properties []struct {
		Key   string          `json:"key"`
		Value json.RawMessage `json:"value"`
	} `json:"properties"`
}

// parsedExpression is a parseExpressionResponse.
type parsedExpression struct {
	Error     *expressionFault `json:"error"`
	Parsed    bool             `json:"parsingSucceeded"`
	Evaluated bool             `json:"evaluationSucceeded"`
	Result    []string         `json:"evaluationResult"`
	Source    *mapping.Source  `json:"parsedExpression"`
}

// expressionFault says what is wrong, and in which line and column.
type expressionFault struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// finding makes sure that what a path names is there.
type finding func(*call, store.Reader) error

// parseExpression reads an expression and, where there is an object to try it on, evaluates it. A fault in the expression
// is an answer, not an error of the request.
func parseExpression(find finding) func(*call) error {
	return func(c *call) error {
		if len(c.body) > maxExpressionBody {
			return hospes.Invalidf("graphapi.parseExpression", "The expression and the object to try it on have more than %d bytes. Leave out attributes that the expression does not read.", maxExpressionBody)
		}
		var ask expressionToParse
		if err := c.decode(&ask); err != nil {
			return err
		}
		if err := c.view(func(r store.Reader) error { return find(c, r) }); err != nil {
			return err
		}
		return c.writeValue(http.StatusOK, "microsoft.graph.parseExpressionResponse", c.parse(ask))
	}
}

func (c *call) parse(ask expressionToParse) parsedExpression {
	answer := parsedExpression{Result: []string{}}
	expr, err := mapping.Parse(ask.Expression)
	if err != nil {
		answer.Error = &expressionFault{"AttributeMappingParsingFailed", err.Error()}
		return answer
	}
	object := mapping.NewBag(ask.Test.values())
	program, err := mapping.Compile(expr, object)
	if err != nil {
		answer.Error = &expressionFault{"AttributeMappingParsingFailed", err.Error()}
		return answer
	}
	source := mapping.FromExpr(expr)
	answer.Parsed, answer.Source = true, &source
	if ask.Test == nil {
		return answer
	}
	value, err := program.Eval(&mapping.Env{Row: object, Clock: c.api.Clock, Random: c.api.Random, Most: maxExpressionTime})
	if err != nil {
		answer.Error = &expressionFault{"AttributeMappingEvaluationFailed", err.Error()}
		return answer
	}
	answer.Evaluated = true
	answer.Result = append(answer.Result, value.Texts()...)
	return answer
}

// values gives the attributes of the object.
func (in *expressionInput) values() map[string]mapping.Value {
	out := map[string]mapping.Value{}
	if in == nil {
		return out
	}
	for _, p := range in.Properties {
		out[p.Key] = mapping.FromJSON(p.Value)
	}
	return out
}
