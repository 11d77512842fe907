package scope

// Filter is the scope of an object mapping (provisioning 5.1). Groups are joined by or, the clauses of one by and; a
// filter without groups lets everybody pass. Who fails the input groups is not read at all, and so never taken away.
type Filter struct {
	Groups              []Group `json:"groups"`
	CategoryFilterGroup []Group `json:"categoryFilterGroups"`
	InputFilterGroups   []Group `json:"inputFilterGroups"`
}

// Group is a named list of clauses.
type Group struct {
	Name    string   `json:"name"`
	Clauses []Clause `json:"clauses"`
}

// Clause compares one attribute.
type Clause struct {
	OperatorName      string  `json:"operatorName"`
	SourceOperandName string  `json:"sourceOperandName"`
	TargetOperand     Operand `json:"targetOperand"`
}

// Operand is what a clause compares with.
type Operand struct {
	Values []string `json:"values"`
}
