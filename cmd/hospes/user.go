package main

import (
	"context"
	"encoding/json"
	"io"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) userCommand() *cobra.Command {
	return noun("user", "The people of a tenant", c.userList(), c.userShow(), c.userCreate(), c.userSet(), c.userDelete(), c.userRestore(), c.userPhone())
}

var userColumns = []string{"id", "displayName", "userPrincipalName", "userType", "accountEnabled"}

func (c *cli) userList() *cobra.Command {
	l := &listing{
		path: graphclient.Path(v1, "users"), empty: "there are no such users", columns: userColumns,
		query: url.Values{"$select": {strings.Join(userColumns, ",")}},
	}
	cmd := c.verb("list", "List users", `
		hospes user list --tenant aurora.example --filter "userType eq 'Guest'" --all
		hospes user list --select displayName,mail --order-by displayName -o csv
		hospes user list --deleted --select id,displayName,deletedDateTime`,
		func(ctx context.Context, _ []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			return l.run(ctx, c, client)
		})
	return l.addDeleted(l.addFlags(cmd), "user")
}

func (c *cli) userShow() *cobra.Command {
	var properties string
	cmd := c.verb("show ID", "Show a user, by id or user principal name", "hospes user show anna@aurora.example --select displayName,identities",
		func(ctx context.Context, args []string) error { return c.showObject(ctx, "users", args[0], properties) })
	cmd.Flags().StringVar(&properties, "select", "", "show these `PROPERTIES`, separated by commas")
	return cmd
}

// showObject shows an object by what it is called in its collection.
func (c *cli) showObject(ctx context.Context, collection, name, properties string) error {
	client, err := c.graph(ctx)
	if err != nil {
		return err
	}
	if collection == "groups" {
		if name, err = findGroup(ctx, client, name); err != nil {
			return err
		}
	}
	columns, query := splitList(properties), url.Values{}
	if len(columns) > 0 {
		query.Set("$select", strings.Join(columns, ","))
	}
	var raw json.RawMessage
	if err := client.Get(ctx, graphclient.Path(v1, collection, name), query, &raw); err != nil {
		return err
	}
	return c.show(raw, columns...)
}

func (c *cli) userCreate() *cobra.Command {
	var displayName, password string
	var fromInput bool
	cmd := c.verb("create NAME@DOMAIN [NAME=VALUE...]", "Make a user", `
		hospes user create anna@aurora.example --display-name "Anna Berg" department=Research
		pass show anna | hospes user create anna@aurora.example --password-stdin`,
		func(ctx context.Context, args []string) error {
			b, err := c.newUser(args[0], args[1:], displayName)
			if err != nil {
				return err
			}
			made, err := c.givePassword(b, password, fromInput)
			if err != nil {
				return err
			}
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			var raw json.RawMessage
			if err := client.Post(ctx, graphclient.Path(v1, "users"), b, &raw); err != nil {
				return err
			}
			if made != "" {
				c.complain("the password for the first sign-in, told only now: " + made)
			}
			return c.show(raw, "id", "displayName", "userPrincipalName")
		})
	cmd.Long = cmd.Short + ".\n\nWithout a password, one is made up and told on standard error; it has to be changed at the first sign-in.\n" + valuesHelp
	f := cmd.Flags()
	f.StringVar(&displayName, "display-name", "", "`NAME` to show; without it, what stands before the @")
	f.StringVar(&password, "password", "", "`PASSWORD` to set; better given by --password-stdin")
	f.BoolVar(&fromInput, "password-stdin", false, "read the password from standard input")
	return cmd
}

// newUser puts the body of a new user together.
func (c *cli) newUser(upn string, values []string, displayName string) (body, error) {
	local, _, ok := hospes.SplitAddress(upn)
	if !ok {
		return nil, usagef("'%s' is not a user principal name such as anna@aurora.example", upn)
	}
	b, err := parseValues(hospes.UserSchema, values)
	if err != nil {
		return nil, err
	}
	if displayName == "" {
		displayName = local
	}
	b.set("userPrincipalName", upn)
	b.set("displayName", displayName)
	b.set("mailNickname", nickname(local))
	b.set("accountEnabled", true)
	return b, nil
}

// givePassword puts the password into a body. It gives the one it made up, where nobody said another.
func (c *cli) givePassword(b body, password string, fromInput bool) (made string, err error) {
	if _, given := b["passwordProfile"]; given {
		return "", nil
	}
	if fromInput {
		text, err := io.ReadAll(io.LimitReader(c.in, 1024))
		if err != nil {
			return "", err
		}
		if password = strings.TrimRight(string(text), "\r\n"); password == "" {
			return "", usagef("--password-stdin: standard input is empty")
		}
	}
	if password == "" {
		made = makePassword(c.random)
		password = made
	}
	b["passwordProfile"] = map[string]any{"password": password, "forceChangePasswordNextSignIn": made != ""}
	return made, nil
}

// passwordLetters can be read aloud without being mistaken for each other. Their number divides 256, so that each is
// as likely as the others.
const passwordLetters = "abcdefghijkmnpqrstuvwxyz23456789"

// makePassword draws a password of 100 bits, with a capital and a sign in it for rules that ask for them.
func makePassword(random hospes.Random) string {
	drawn := make([]byte, 20)
	if _, err := io.ReadFull(random, drawn); err != nil {
		panic("hospes: the random source failed: " + err.Error())
	}
	b := []byte{'H'}
	for i, x := range drawn {
		if i%5 == 0 {
			b = append(b, '-')
		}
		b = append(b, passwordLetters[int(x)%len(passwordLetters)])
	}
	return string(append(b, '-', '7'))
}

// nickname keeps of a name what an alias may hold.
func nickname(name string) string {
	return strings.Map(func(r rune) rune {
		if r > 126 || r <= ' ' || strings.ContainsRune(`@()\[]";:<>,`, r) {
			return -1
		}
		return r
	}, name)
}

func (c *cli) userSet() *cobra.Command {
	cmd := c.verb("set ID NAME=VALUE...", "Change a user", "hospes user set anna@aurora.example jobTitle=Curator officeLocation=",
		func(ctx context.Context, args []string) error {
			b, err := parseValues(hospes.UserSchema, args[1:])
			if err != nil {
				return err
			}
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			return client.Patch(ctx, graphclient.Path(v1, "users", args[0]), b)
		})
	cmd.Long = cmd.Short + ".\n" + valuesHelp
	return cmd
}

func (c *cli) userDelete() *cobra.Command {
	return c.verb("delete ID", "Delete a user, by id or user principal name; it stays in the bin for 30 days", "hospes user delete anna@aurora.example",
		func(ctx context.Context, args []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			return client.Delete(ctx, graphclient.Path(v1, "users", args[0]))
		})
}
