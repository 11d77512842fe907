package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/hospes-dev/hospes"
	"github.com/hospes-dev/hospes/directory"
	"github.com/hospes-dev/hospes/internal/graphclient"
	"github.com/hospes-dev/hospes/provision"
)

func (c *cli) syncCreate() *cobra.Command {
	var target, name string
	var everybody bool
	cmd := c.verb("create", "Make a synchronization into another tenant; it does not run before it is started",
		"hospes sync create --target borealis.example --name Borealis --tenant aurora.example",
		func(ctx context.Context, _ []string) error {
			if target == "" || name == "" {
				return usagef("--target and --name are needed")
			}
			client, err := c.graph(ctx)
			if err != nil {
				return err
			}
			id, err := c.findTenant(ctx, client, target)
			if err != nil {
				return err
			}
			f, err := createSync(ctx, client, name, id, everybody)
			if err != nil {
				return err
			}
			return c.showJob(f, jobColumns)
		})
	f := cmd.Flags()
	f.StringVar(&target, "target", "", "the other `TENANT`: its id, a domain, or its display name (the name only with --data)")
	f.StringVar(&name, "name", "", "`NAME` of the configuration")
	f.BoolVar(&everybody, "all", false, "synchronize everybody, not just who is assigned")
	return cmd
}

// createSync makes a configuration with its settings and its job. What was made is taken away again if a later step
// fails, so that the next attempt does not find half of it.
func createSync(ctx context.Context, client *graphclient.Client, name string, target hospes.TenantID, everybody bool) (*configuration, error) {
	there, err := configurations(ctx, client, "displayName eq "+quote(name)+" and "+ofTemplate)
	if err != nil {
		return nil, err
	}
	if len(there) > 0 {
		return nil, &helpful{
			&hospes.Error{Kind: hospes.KindConflict, Message: fmt.Sprintf("there is a synchronization '%s' already", name)},
			"choose another --name, or look at it with 'hospes sync status'",
		}
	}
	var made struct {
		ServicePrincipal configuration `json:"servicePrincipal"`
	}
	path := graphclient.Path(v1, "applicationTemplates", directory.CrossTenantSyncTemplate, "instantiate")
	if err := client.Post(ctx, path, map[string]string{"displayName": name}, &made); err != nil {
		return nil, err
	}
	f := &made.ServicePrincipal
	if err := f.setUp(ctx, client, target, everybody); err != nil {
		undo, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoTime)
		defer cancel()
		if failure := f.remove(undo, client); failure != nil {
			err = errors.Join(err, fmt.Errorf("what was made so far is still there: %w", failure))
		}
		return nil, err
	}
	return f, nil
}

// undoTime is how long the clearing up may take, also after the user has interrupted.
const undoTime = 10 * time.Second

func (f *configuration) setUp(ctx context.Context, client *graphclient.Client, target hospes.TenantID, everybody bool) error {
	type secret struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	secrets := map[string][]secret{"value": {
		{provision.KeyAuthenticationType, "SyncPolicy"}, {provision.KeyCompanyID, target.String()}, {provision.KeySyncAll, strconv.FormatBool(everybody)},
	}}
	if err := client.Put(ctx, f.principalPath()+"/synchronization/secrets", secrets); err != nil {
		return err
	}
	if err := client.Post(ctx, f.jobsPath(), map[string]string{"templateId": provision.TemplateID}, &f.job); err != nil {
		return err
	}
	var job struct {
		ID string `json:"id"`
	}
	err := json.Unmarshal(f.job, &job)
	f.jobID = job.ID
	return err
}

func (c *cli) syncAssign() *cobra.Command {
	return c.verb("assign JOB PRINCIPAL", "Put a user or the members of a group into the scope of a synchronization", `hospes sync assign Borealis "Project Borealis" --tenant aurora.example`,
		c.onJob(func(ctx context.Context, client *graphclient.Client, f *configuration, rest []string) error {
			principal, err := findPrincipal(ctx, client, rest[0])
			if err != nil {
				return err
			}
			assignment := map[string]string{"principalId": principal, "resourceId": f.ID, "appRoleId": f.role()}
			var raw json.RawMessage
			if err := client.Post(ctx, f.principalPath()+"/appRoleAssignedTo", assignment, &raw); err != nil {
				return err
			}
			return c.show(raw, "id", "principalDisplayName", "principalType", "resourceDisplayName")
		}))
}

// role is the one that access to the application means: the first it offers, or the one that all have.
func (f *configuration) role() string {
	for _, role := range f.AppRoles {
		if role.Enabled {
			return role.ID
		}
	}
	return hospes.DefaultAppRole.String()
}
