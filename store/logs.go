package store

import (
	"time"

	"github.com/hospes-dev/hospes"
)

// LogReader reads the audit, the provisioning and the sign-in log, and what became of messages, newest first.
type LogReader interface {
	Audits(q LogQuery) ([]hospes.Audit, error)
	Provisionings(q LogQuery) ([]hospes.Provisioning, error)

	// SignIns gives the sign-in log, newest first. SourceID restricts it to a person.
	SignIns(q LogQuery) ([]hospes.SignIn, error)

	// SignInActivities gives when people signed in last. Those who never did are left out. It is kept for as long as they
	// are, whatever becomes of the log.
	SignInActivities(users ...hospes.Number) (map[hospes.Number]hospes.SignInActivity, error)

	// Mails gives the messages of the outbox, newest first, with what came of them. Only Before and Limit restrict them.
	Mails(q LogQuery) ([]MailRecord, error)

	// VerifyAudits recomputes the hash chain and gives the number of records that hold, and the first that does not.
	VerifyAudits() (sound int64, broken hospes.Number, err error)
}

// LogQuery restricts a reading of a log. Zero members do not restrict.
type LogQuery struct {
	Before   hospes.Number // exclusive: where the page before ended
	Since    time.Time
	Until    time.Time
	Job      hospes.Number
	Cycle    string
	SourceID hospes.ObjectID // provisioning: the source identity; sign-ins: the person
	TargetID string          // provisioning: the target identity
	Activity string
	ID       string // of a sign-in
	Limit    int
}

// LogWriter writes to the logs, in the transaction that they tell of.
type LogWriter interface {
	// Audit appends records; who acted is taken from the transaction.
	Audit(records ...*hospes.Audit) error
	LogProvisioning(records ...*hospes.Provisioning) error

	// LogSignIn appends a record of the sign-in log and keeps it as the last one of its person; ForgetSignIns removes those from before a moment, no more than limit,
	// and answers how many.
	LogSignIn(s *hospes.SignIn) error
	ForgetSignIns(before time.Time, limit int) (int64, error)

	// Mail puts a message on its way: the outbox worker sends it after the commit.
	Mail(m Mail) error
}

// Mail is one message of the outbox; the body is sealed.
type Mail struct {
	Kind string
	To   string
	Body []byte
}

// OutboxMail is a message that waits to be sent.
type OutboxMail struct {
	Number   hospes.Number
	Tenant   hospes.TenantNumber
	Attempts int
	Written  time.Time
	Mail
}

// MailOutcome is what came of an attempt to send a message: sent, given up, or to be tried again.
type MailOutcome struct {
	Tenant   hospes.TenantNumber
	Number   hospes.Number
	Attempts int
	Sent     time.Time
	GivenUp  bool
	Next     time.Time
}

// MailRecord is what is known of a message: never its content. Next is zero once nothing more is to be done.
type MailRecord struct {
	Number   hospes.Number
	Kind, To string
	Written  time.Time
	Attempts int
	Next     time.Time
	Sent     time.Time
	GivenUp  bool
}
