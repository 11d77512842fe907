package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/internal/progress"
)

// bulkRetries is how often an invitation of many is repeated where the server wants it slower.
const bulkRetries = 20

// resultsPage is how many results are shown at a time.
const resultsPage = 20

// rowResult is what came of one row.
type rowResult struct {
	Line    int    `json:"line"`
	Address string `json:"address"`
	Result  string `json:"result"`
	ID      string `json:"id,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Redeem  string `json:"inviteRedeemUrl,omitempty"`
}

// The results of a row.
const (
	rowInvited = "invited"
	rowThere   = "there already"
	rowReady   = "can be invited"
	rowFailed  = "failed"
)

func (c *cli) guestBulkInvite() *cobra.Command {
	b := &bulkInvite{cli: c}
	cmd := c.verb("bulk-invite FILE", "Invite everybody in a CSV file; - is standard input", `
		hospes guest bulk-invite guests.csv --tenant aurora.example
		hospes guest bulk-invite guests.csv --dry-run -o csv > results.csv`,
		func(ctx context.Context, args []string) error { return b.run(ctx, args[0]) })
	cmd.Long = cmd.Short + `.

The file is that of the portal (version:v1.0, then headings with [inviteeEmail], [inviteRedirectURL] and, if wanted, [sendEmail],
[inviteeName] and [customizedMessageBody]), or has the headings Name,InvitedUserEmailAddress. Commas in quotes are fine, other
columns are left alone. Each row has a result; a row that cannot be taken is told with its line and keeps nobody else out, and
the command fails in the end. Whoever is there already is not invited again, so a second run does what the first has left. To see
who is there, the application needs a permission to read users besides that to invite.`
	cmd.ValidArgsFunction = nil // a file
	cmd.Flags().BoolVar(&b.dry, "dry-run", false, "check the file and invite nobody")
	return b.letter.addFlags(cmd)
}

// bulkInvite is one run over a file.
type bulkInvite struct {
	cli    *cli
	letter letter // of rows that do not say it themselves
	dry    bool

	client  *graphclient.Client
	out     *lister
	pending []json.RawMessage // results that are not shown yet
	failed  int
	rows    int
}

func (b *bulkInvite) run(ctx context.Context, name string) error {
	in, _, err := b.cli.openInput(name)
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }() // it was only read
	total, err := countRows(in)
	if err != nil {
		return err
	}
	rows, err := readGuests(in)
	if err != nil {
		return err
	}
	if !b.dry {
		b.cli.retries = bulkRetries
		if b.client, err = b.cli.graph(ctx); err != nil {
			return err
		}
	}
	columns := []string{"line", "address", "result", "id", "reason"}
	if b.cli.flags.output == formatCSV {
		columns = append(columns, "inviteRedeemUrl")
	}
	b.out = b.cli.list("the file has no guests", columns...)
	b.out.begin()
	bar := b.cli.bar("invite", progress.Items, total)
	if err := b.each(ctx, rows, bar); err != nil {
		bar.Abort()
		return &helpful{err, "run it again: whoever was invited by then is left alone"}
	}
	bar.Done()
	if err := b.out.end(); err != nil || b.failed == 0 {
		return err
	}
	return &helpful{fmt.Errorf("%d of %d rows of %s were not taken", b.failed, b.rows, name), "correct the lines that are named above, and run it again"}
}

// each goes through the rows. What is shown by then is whole, also where it breaks off.
func (b *bulkInvite) each(ctx context.Context, rows *guestRows, bar *progress.Bar) error {
	for {
		row, err := rows.next()
		if err == io.EOF { //nolint:errorlint // it comes as it is
			return b.flush()
		}
		if err != nil {
			return joinFlush(err, b.flush())
		}
		result, err := b.one(ctx, row)
		if err != nil {
			return joinFlush(err, b.flush())
		}
		b.rows++
		if result.Result == rowFailed {
			b.failed++
		}
		raw, err := json.Marshal(result)
		if err != nil {
			return err
		}
		if b.pending = append(b.pending, raw); len(b.pending) == resultsPage {
			if err := b.flush(); err != nil {
				return err
			}
		}
		bar.Add(1)
	}
}

func joinFlush(err, flush error) error {
	if flush != nil {
		return flush
	}
	return err
}

func (b *bulkInvite) flush() error {
	defer func() { b.pending = b.pending[:0] }()
	return b.out.page(b.pending)
}

// one invites one. The error is one that concerns all the rows to come; what is wrong with this one is in its result.
func (b *bulkInvite) one(ctx context.Context, row guestRow) (rowResult, error) {
	result := rowResult{Line: row.line, Address: row.address, Result: rowFailed, Reason: row.wrong}
	if row.wrong != "" {
		return result, nil
	}
	if b.dry {
		result.Result = rowReady
		return result, nil
	}
	holder, found, err := holderOf(ctx, b.client, row.address)
	if err != nil {
		return result, err
	}
	if found && holder.State != "" {
		result.Result, result.ID, result.Reason = rowThere, holder.ID, holder.State
		return result, nil
	}
	l := b.letter
	l.name = row.name
	if row.redirect != "" {
		l.redirect = row.redirect
	}
	if row.message != "" {
		l.message = row.message
	}
	l.send = l.send || row.send
	var made struct {
		InvitedUser struct {
			ID string `json:"id"`
		} `json:"invitedUser"`
		Redeem string `json:"inviteRedeemUrl"`
	}
	switch err := b.client.Post(ctx, invitationsPath, l.body(row.address), &made); hospes.KindOf(err) {
	case hospes.KindInvalid, hospes.KindConflict:
		if err != nil {
			result.Reason = textOf(err)
			return result, nil
		}
	default:
		if err != nil {
			return result, err
		}
	}
	result.Result, result.ID, result.Redeem = rowInvited, made.InvitedUser.ID, made.Redeem
	return result, nil
}

// countRows gives how many lines a file has, for the progress, and goes back to its beginning. Of what can be read only
// once that is not known.
func countRows(in io.Reader) (int64, error) {
	file, ok := in.(*os.File)
	if !ok {
		return 0, nil
	}
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return 0, err
	}
	var n int64
	for lines := bufio.NewReader(file); ; {
		_, more, err := lines.ReadLine()
		if err == io.EOF { //nolint:errorlint // it comes as it is
			break
		}
		if err != nil {
			return 0, err
		}
		if !more {
			n++
		}
	}
	_, err := file.Seek(0, io.SeekStart)
	return max(n-1, 0), err
}
