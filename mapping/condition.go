package mapping

import "strings"

// comparisons say, by operator, which outcomes of comparing left with right meet the condition.
var comparisons = map[string]func(outcome int) bool{
	"=":  func(c int) bool { return c == 0 },
	"<>": func(c int) bool { return c != 0 },
	">":  func(c int) bool { return c > 0 },
	">=": func(c int) bool { return c >= 0 },
	"<":  func(c int) bool { return c < 0 },
	"<=": func(c int) bool { return c <= 0 },
}

// compare compiles a condition. Null is unequal to everything, itself included, and neither above nor below it.
func (c *compiler) compare(n *Compare) step {
	met := comparisons[n.Op]
	left, right := c.operandOf(n.Left, nil, n.Op), c.operandOf(n.Right, nil, n.Op)
	whenNull := boolean(n.Op == "<>")
	return func(e *Env) Value {
		l, lok := left.first(e)
		r, rok := right.first(e)
		if !lok || !rok {
			return whenNull
		}
		return boolean(met(compareTexts(l, r)))
	}
}

// compareTexts orders numbers by size where both texts are numbers, and texts by code point otherwise.
func compareTexts(a, b string) int {
	if x, ok := parseDecimal(a); ok {
		if y, ok := parseDecimal(b); ok {
			return x.compare(y)
		}
	}
	return strings.Compare(a, b)
}

// isTrue takes any case, since directories and SCIM write true where the language writes True.
func isTrue(s string) bool { return strings.EqualFold(s, True) }
