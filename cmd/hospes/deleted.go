package main

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/internal/graphclient"
)

// deletedItems is the bin of a class: what is deleted stays there for 30 days.
func deletedItems(class string) string {
	return graphclient.Path(v1, "directory", "deletedItems", "microsoft.graph."+class)
}

// addDeleted adds the flag that lists the bin of a class instead.
func (l *listing) addDeleted(cmd *cobra.Command, class string) *cobra.Command {
	cmd.Flags().BoolVar(&l.deleted, "deleted", false, "list what was deleted and can be restored")
	l.bin = deletedItems(class)
	return cmd
}

func (c *cli) userRestore() *cobra.Command {
	var reconcile bool
	cmd := c.verb("restore ID", "Restore a deleted user, by id or user principal name, with its memberships and its manager", "hospes user restore anna@aurora.example",
		func(ctx context.Context, args []string) error {
			return c.restoreObject(ctx, "user", "userPrincipalName", args[0], map[string]bool{"autoReconcileProxyConflict": reconcile})
		})
	cmd.Flags().BoolVar(&reconcile, "drop-taken-addresses", false, "restore it without the mail addresses that others have taken meanwhile")
	return cmd
}

func (c *cli) groupRestore() *cobra.Command {
	return c.verb("restore GROUP", "Restore a deleted Microsoft 365 group, by id or display name; security groups are deleted for good", `hospes group restore "Project Borealis"`,
		func(ctx context.Context, args []string) error {
			return c.restoreObject(ctx, "group", "displayName", args[0], nil)
		})
}

// restoreObject takes an object out of the bin and shows it.
func (c *cli) restoreObject(ctx context.Context, class, naming, name string, body any) error {
	client, err := c.graph(ctx)
	if err != nil {
		return err
	}
	id, err := findDeleted(ctx, client, class, naming, name)
	if err != nil {
		return err
	}
	var raw json.RawMessage
	if err := client.Post(ctx, graphclient.Path(v1, "directory", "deletedItems", id, "restore"), body, &raw); err != nil {
		return err
	}
	return c.show(raw, "id", naming)
}

// findDeleted turns an id or a name into the id of an object of the bin, where several may share a name.
func findDeleted(ctx context.Context, client *graphclient.Client, class, naming, name string) (string, error) {
	if _, ok := hospes.ParseObjectID(name); ok {
		return name, nil
	}
	list, err := idsNamed(ctx, client, deletedItems(class), naming, name)
	switch {
	case err != nil:
		return "", err
	case len(list) == 0:
		return "", &helpful{notFoundf("there is no deleted %s '%s'", class, name), "'hospes " + class + " list --deleted' shows those there are"}
	case len(list) > 1:
		return "", ambiguous("deleted "+class+"s", name)
	}
	return list[0], nil
}

// idsNamed gives the ids of the first two objects of a list that have a name.
func idsNamed(ctx context.Context, client *graphclient.Client, path, naming, name string) (list []string, err error) {
	query := url.Values{"$filter": {naming + " eq " + quote(name)}, "$select": {"id"}, "$top": {"2"}}
	for raw, err := range client.Items(ctx, path, query) {
		if err != nil {
			return nil, err
		}
		var found struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(raw, &found); err != nil {
			return nil, err
		}
		if list = append(list, found.ID); len(list) > 1 {
			break
		}
	}
	return list, nil
}
