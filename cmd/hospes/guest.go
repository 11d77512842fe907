package main

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) guestCommand() *cobra.Command {
	return noun("guest", "The guests of a tenant and their invitations",
		c.guestList(), c.guestShow(), c.guestInvite(), c.guestResend(), c.guestReset(), c.guestRevoke(), c.guestBulkInvite())
}

const invitationsPath = "/" + v1 + "/invitations"

var guestColumns = []string{"id", "displayName", "mail", "externalUserState", "externalUserStateChangeDateTime"}

func (c *cli) guestList() *cobra.Command {
	var pending bool
	l := &listing{
		path: graphclient.Path(v1, "users"), empty: "there are no such guests", columns: guestColumns,
		query: url.Values{"$select": {strings.Join(guestColumns, ",")}},
	}
	cmd := c.verb("list", "List guests", `
		hospes guest list --tenant aurora.example --pending --all
		hospes guest list --filter "endswith(mail,'@guests.example')" --advanced -o csv`,
		func(ctx context.Context, _ []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			filter := "userType eq 'Guest'"
			if pending { // of members that were invited, too
				filter = "externalUserState eq '" + string(hospes.PendingAcceptance) + "'"
			}
			if l.filter != "" {
				filter += " and (" + l.filter + ")"
			}
			l.filter = filter
			return l.run(ctx, c, client)
		})
	cmd.Flags().BoolVar(&pending, "pending", false, "only those who have not accepted their invitation")
	return l.addFlags(cmd)
}

func (c *cli) guestShow() *cobra.Command {
	return c.verb("show GUEST", "Show a guest, by id, address or user principal name", "hospes guest show greta@guests.example --tenant aurora.example",
		c.onGuest(func(ctx context.Context, client *graphclient.Client, g guest) error {
			names := append([]string{"userPrincipalName", "userType", "otherMails", "creationType", "identities", "accountEnabled", "createdDateTime"}, guestColumns...)
			var raw json.RawMessage
			if err := client.Get(ctx, graphclient.Path(v1, "users", g.ID), url.Values{"$select": {strings.Join(names, ",")}}, &raw); err != nil {
				return err
			}
			return c.show(raw)
		}))
}

// guest is what commands need to know of one.
type guest struct {
	ID    string `json:"id"`
	Mail  string `json:"mail"`
	State string `json:"externalUserState"`
}

var guestQuery = url.Values{"$select": {"id,mail,externalUserState"}}

// holderOf finds who has an address as mail.
func holderOf(ctx context.Context, client *graphclient.Client, address string) (g guest, found bool, err error) {
	query := url.Values{"$filter": {"mail eq " + quote(address)}, "$select": guestQuery["$select"], "$top": {"1"}}
	for raw, err := range client.Items(ctx, graphclient.Path(v1, "users"), query) {
		if err != nil {
			return g, false, err
		}
		return g, true, json.Unmarshal(raw, &g)
	}
	return g, false, nil
}

// onGuest finds the guest that the argument names.
func (c *cli) onGuest(do func(context.Context, *graphclient.Client, guest) error) func(context.Context, []string) error {
	return func(ctx context.Context, args []string) error {
		client, err := c.graph(ctx)
		if err != nil {
			return err
		}
		var g guest
		err = client.Get(ctx, graphclient.Path(v1, "users", args[0]), guestQuery, &g)
		if hospes.KindOf(err) == hospes.KindNotFound && strings.Contains(args[0], "@") {
			var found bool
			if g, found, err = holderOf(ctx, client, args[0]); err == nil && !found {
				err = notFoundf("there is no guest '%s'", args[0])
			}
		}
		if hospes.KindOf(err) == hospes.KindNotFound {
			return &helpful{err, "'hospes guest list' shows those there are"}
		}
		if err != nil {
			return err
		}
		return do(ctx, client, g)
	}
}

// letter is what an invitation says besides whom it is for.
type letter struct {
	message, language, cc, redirect, name string
	send                                  bool
}

// defaultRedirect is where guests usually go after redemption.
const defaultRedirect = "https://myapps.microsoft.com"

func (l *letter) addFlags(cmd *cobra.Command) *cobra.Command {
	f := cmd.Flags()
	f.StringVar(&l.message, "message", "", "`TEXT` of the sender's own in the message")
	f.StringVar(&l.language, "language", "", "`LANGUAGE` of the message, such as nl-BE")
	f.StringVar(&l.cc, "cc", "", "`ADDRESS` that gets a copy")
	f.StringVar(&l.redirect, "redirect", defaultRedirect, "`URL` to go to after redemption")
	f.BoolVar(&l.send, "send", false, "ask the server to send the message; without it, hand the address over yourself")
	return cmd
}

// body writes the invitation for an address.
func (l *letter) body(address string) body {
	b := body{"invitedUserEmailAddress": address, "inviteRedirectUrl": l.redirect, "sendInvitationMessage": l.send}
	if l.name != "" {
		b["invitedUserDisplayName"] = l.name
	}
	info := map[string]any{}
	if l.message != "" {
		info["customizedMessageBody"] = l.message
	}
	if l.language != "" {
		info["messageLanguage"] = l.language
	}
	if l.cc != "" {
		info["ccRecipients"] = []any{map[string]any{"emailAddress": map[string]string{"address": l.cc}}}
	}
	if len(info) > 0 {
		b["invitedUserMessageInfo"] = info
	}
	return b
}

// post sends an invitation and shows what came of it.
func (c *cli) postInvitation(ctx context.Context, client *graphclient.Client, b body) error {
	var raw json.RawMessage
	if err := client.Post(ctx, invitationsPath, b, &raw); err != nil {
		return err
	}
	return c.show(raw, "invitedUser.id", "invitedUserEmailAddress", "status", "inviteRedeemUrl")
}

func (c *cli) guestInvite() *cobra.Command {
	l := &letter{}
	cmd := c.verb("invite ADDRESS", "Invite somebody", `
		hospes guest invite greta@guests.example --tenant aurora.example --name "Greta Holm"
		hospes guest invite greta@guests.example --send --language nl-BE --cc boss@aurora.example`,
		func(ctx context.Context, args []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			return c.postInvitation(ctx, client, l.body(args[0]))
		})
	cmd.Long = cmd.Short + ".\n\nThe address that redeems the invitation is told only now: it cannot be read again, but 'hospes guest resend' makes another."
	cmd.Flags().StringVar(&l.name, "name", "", "display `NAME` of a new guest")
	return l.addFlags(cmd)
}

func (c *cli) guestResend() *cobra.Command {
	l := &letter{}
	cmd := c.verb("resend GUEST", "Invite a guest again who has not accepted; the older links go on working", "hospes guest resend greta@guests.example --send",
		c.onGuest(func(ctx context.Context, client *graphclient.Client, g guest) error {
			return c.postInvitation(ctx, client, l.body(g.Mail))
		}))
	return l.addFlags(cmd)
}

func (c *cli) guestReset() *cobra.Command {
	l := &letter{}
	var address string
	cmd := c.verb("reset GUEST", "Let a guest redeem anew, with everything the guest has; the older links are void", `
		hospes guest reset greta@guests.example
		hospes guest reset greta@guests.example --address greta@elsewhere.example`,
		c.onGuest(func(ctx context.Context, client *graphclient.Client, g guest) error {
			if address == "" {
				address = g.Mail
			}
			b := l.body(address)
			b["invitedUser"], b["resetRedemption"] = map[string]string{"id": g.ID}, true
			return c.postInvitation(ctx, client, b)
		}))
	cmd.Long = cmd.Short + ".\n\nAnother address has to be one of the guest's first: hospes user set GUEST otherMails=ADDRESS."
	cmd.Flags().StringVar(&address, "address", "", "`ADDRESS` to redeem with, among the guest's own; without it, the guest's mail")
	return l.addFlags(cmd)
}

func (c *cli) guestRevoke() *cobra.Command {
	return c.verb("revoke GUEST", "Make all open links of a guest void; the guest stays", "hospes guest revoke greta@guests.example",
		c.onGuest(func(ctx context.Context, client *graphclient.Client, g guest) error {
			var raw json.RawMessage
			if err := client.Post(ctx, graphclient.Path("hospes", "v1", "users", g.ID, "revokeInvitations"), nil, &raw); err != nil {
				return err
			}
			return c.show(raw, "revoked")
		}))
}
