package authn

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/store"
)

// Quota bounds how often something is done that leaves a row behind and that anybody may ask for. It counts in the store,
// so that all nodes count together, and in whole stretches of time, each of which begins at nothing.
type Quota struct {
	What string
	Most int
	In   time.Duration
}

// subject is what the stretch of a moment is counted by, and until when it goes.
func (q Quota) subject(who string, now time.Time) (string, time.Time) {
	begun := now.Truncate(q.In)
	return q.What + ":" + who + ":" + strconv.FormatInt(begun.Unix(), 10), begun.Add(q.In)
}

// Spent tells for how long there is nothing left of it for somebody; zero while there is. Asking first spares the store a
// transaction that will not be kept.
func (q Quota) Spent(r store.Reader, who string) (time.Duration, error) {
	subject, end := q.subject(who, r.Now())
	list, err := r.Attempts(subject)
	if err != nil || list[subject].Failures < q.Most {
		return 0, err
	}
	return end.Sub(r.Now()), nil
}

// Take counts one more for somebody. Where that is too much, it tells for how long: what it was
// taken for then must not be kept.
func (q Quota) Take(tx store.Tx, who string) (time.Duration, error) {
	subject, end := q.subject(who, tx.Now())
	count, err := tx.Attempted(subject, q.In)
	if err != nil || count.Failures <= q.Most {
		return 0, err
	}
	return end.Sub(tx.Now()), nil
}

// Network is what an address is counted as: of IPv6 the half that a household is given, since it may use any number of
// addresses in it.
func Network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	ip = ip.Unmap().WithZone("")
	if ip.Is4() {
		return ip.String()
	}
	return netip.PrefixFrom(ip, 64).Masked().String()
}

// Throttled refuses what there has been too much of.
func Throttled(wait time.Duration, message string) error {
	return &hospes.Error{Kind: hospes.KindThrottled, Op: "authn.Quota", Code: CodeThrottled, Message: message, RetryAfter: wait}
}
