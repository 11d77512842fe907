package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes/internal/graphclient"
)

func (c *cli) userPhone() *cobra.Command {
	return noun("phone", "The phones that a user proves with who they are", c.phoneList(), c.phoneAdd(), c.phoneRemove(), c.phoneSMS())
}

// phones is the path of the phones of a user.
func phones(user string, more ...string) string {
	return graphclient.Path(append([]string{v1, "users", user, "authentication", "phoneMethods"}, more...)...)
}

// phoneIDs are the ids of the phones, which are the same for everybody.
var phoneIDs = map[string]string{
	"mobile": "3179e48a-750b-4051-897c-87b9720928f7", "alternateMobile": "b6332ec1-7057-4abe-9331-3d72feddfe41", "office": "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}

func (c *cli) phoneList() *cobra.Command {
	return c.verb("list USER", "List the phones of a user", "hospes user phone list anna@aurora.example",
		func(ctx context.Context, args []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			l := &listing{path: phones(args[0]), all: true, empty: "the user has no phones", columns: []string{"phoneType", "phoneNumber", "smsSignInState"}}
			return l.run(ctx, c, client)
		})
}

func (c *cli) phoneAdd() *cobra.Command {
	return c.verb("add USER TYPE NUMBER", "Give a user a phone: mobile, alternateMobile or office", `hospes user phone add anna@aurora.example mobile "+39 3330000000"`,
		func(ctx context.Context, args []string) error {
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			return client.Post(ctx, phones(args[0]), map[string]string{"phoneType": args[1], "phoneNumber": args[2]}, nil)
		})
}

func (c *cli) phoneRemove() *cobra.Command {
	return c.verb("remove USER TYPE", "Take a phone from a user", "hospes user phone remove anna@aurora.example office",
		func(ctx context.Context, args []string) error {
			id, ok := phoneIDs[args[1]]
			if !ok {
				return usagef("'%s' is not a type of phone; there are mobile, alternateMobile and office", args[1])
			}
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			return client.Delete(ctx, phones(args[0], id))
		})
}

func (c *cli) phoneSMS() *cobra.Command {
	return c.verb("sms USER on|off", "Let a user sign in by SMS, or not; who does is not synchronized", "hospes user phone sms anna@aurora.example off",
		func(ctx context.Context, args []string) error {
			action, ok := map[string]string{"on": "enableSmsSignIn", "off": "disableSmsSignIn"}[args[1]]
			if !ok {
				return usagef("'%s' is neither on nor off", args[1])
			}
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			return client.Post(ctx, phones(args[0], phoneIDs["mobile"], action), nil, nil)
		})
}
