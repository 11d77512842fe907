// A program that uses @azure/identity, @azure/msal-node and @microsoft/microsoft-graph-client as they come, against the
// tenants that `hospes demo --json FILE` tells of. It stops with an error at the first thing that is not as it should be,
// and takes away what it made.
//
//   NODE_EXTRA_CA_CERTS=DIR/ca.pem node story.mjs demo.json

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ClientSecretCredential } from '@azure/identity';
import { ConfidentialClientApplication, PublicClientApplication } from '@azure/msal-node';
import { BatchRequestContent, BatchResponseContent, Client, PageIterator } from '@microsoft/microsoft-graph-client';
import { TokenCredentialAuthenticationProvider } from '@microsoft/microsoft-graph-client/authProviders/azureTokenCredentials/index.js';
import { Browser } from './browser.mjs';

const demo = JSON.parse(readFileSync(process.argv[2] ?? 'demo.json', 'utf8'));
const { baseUrl, source, target } = demo;
const host = new URL(baseUrl).hostname;
const scopes = ['https://graph.microsoft.com/.default'];
const undo = []; // what takes away what was made, the last first

// graph is a client of one of the two tenants. Neither baseUrl nor customHosts can be left out: without the second, the
// SDK sends its requests without a token.
function graph(tenant) {
  const credential = new ClientSecretCredential(tenant.tenantId, tenant.clientId, tenant.clientSecret, { authorityHost: baseUrl, disableInstanceDiscovery: true });
  return Client.initWithMiddleware({ baseUrl: `${baseUrl}/`, customHosts: new Set([host]), authProvider: new TokenCredentialAuthenticationProvider(credential, { scopes }) });
}

async function step(name, work) {
  const said = await work();
  console.log(`${name}: ${said}`);
}

const client = graph(source);
const unique = `story-${process.pid}-${process.hrtime.bigint()}`;
const eventual = (request) => request.header('ConsistencyLevel', 'eventual').count(true);
let anna, group, guest;

async function story() {
  await step('token', async () => {
    const app = new ConfidentialClientApplication({
      auth: { clientId: source.clientId, clientSecret: source.clientSecret, authority: `${baseUrl}/${source.tenantId}`, knownAuthorities: [new URL(baseUrl).host] },
    });
    const got = await app.acquireTokenByClientCredential({ scopes });
    assert.ok(got.accessToken && got.expiresOn > new Date());
    const claims = JSON.parse(Buffer.from(got.accessToken.split('.')[1], 'base64url'));
    assert.equal(claims.tid, source.tenantId);
    assert.equal(claims.idtyp, 'app');
    return `${claims.roles.length} permissions, good for ${claims.exp - claims.iat} seconds`;
  });

  await step('a wrong secret', async () => {
    const wrong = new ClientSecretCredential(source.tenantId, source.clientId, 'wrong', { authorityHost: baseUrl, disableInstanceDiscovery: true });
    const failure = await wrong.getToken(scopes).then(() => null, (err) => err);
    assert.match(failure?.message ?? '', /AADSTS7000215/);
    return 'AADSTS7000215';
  });

  await step('list with paging', async () => {
    const names = new Set();
    const first = await client.api('/users').select(['id', 'displayName', 'userPrincipalName']).top(5).get();
    const pages = new PageIterator(client, first, (user) => names.add(user.id) && true);
    await pages.iterate();
    const all = await eventual(client.api('/users')).top(1).get();
    assert.equal(names.size, all['@odata.count']);
    return `${names.size} people in pages of 5`;
  });

  await step('create', async () => {
    const domain = source.domain;
    anna = await client.api('/users').post({
      accountEnabled: true, displayName: `Anna ${unique}`, mailNickname: unique, userPrincipalName: `${unique}@${domain}`, department: 'Story',
      passwordProfile: { password: `Aa1-${unique}`, forceChangePasswordNextSignIn: false },
    });
    undo.push(() => client.api(`/users/${anna.id}`).delete());
    await client.api(`/users/${anna.id}`).update({ jobTitle: 'Chemist' });
    const read = await client.api(`/users/${anna.userPrincipalName}`).select('jobTitle,department').get();
    assert.equal(read.jobTitle, 'Chemist');
    return anna.userPrincipalName;
  });

  await step('invite', async () => {
    const invitation = await client.api('/invitations').post({ invitedUserEmailAddress: `${unique}@partner.example`, inviteRedirectUrl: 'https://example.org', sendInvitationMessage: false });
    guest = invitation.invitedUser.id;
    undo.push(() => client.api(`/users/${guest}`).delete());
    assert.equal(invitation.status, 'PendingAcceptance');
    const read = await client.api(`/users/${guest}`).select(['userType', 'externalUserState']).get();
    assert.deepEqual([read.userType, read.externalUserState], ['Guest', 'PendingAcceptance']);
    return invitation.inviteRedeemUrl.split('?')[0];
  });

  await step('group', async () => {
    group = await client.api('/groups').post({
      displayName: unique, mailNickname: unique.slice(0, 60), mailEnabled: false, securityEnabled: true,
      'members@odata.bind': [`https://graph.microsoft.com/v1.0/directoryObjects/${anna.id}`],
    });
    undo.push(() => client.api(`/groups/${group.id}`).delete());
    await client.api(`/groups/${group.id}/members/$ref`).post({ '@odata.id': `https://graph.microsoft.com/v1.0/users/${guest}` });
    const members = await client.api(`/groups/${group.id}/members`).select('id').get();
    assert.deepEqual(members.value.map((m) => [m['@odata.type'], m.id]).sort(), [['#microsoft.graph.user', anna.id], ['#microsoft.graph.user', guest]].sort());
    return `${members.value.length} members`;
  });

  await step('filter and search', async () => {
    const plain = await client.api('/users').filter(`userType eq 'Guest' and startswith(mail,'${unique}')`).get();
    assert.deepEqual(plain.value.map((u) => u.id), [guest]);
    const advanced = await eventual(client.api('/users')).filter(`department eq 'Story' and jobTitle ne 'Clerk' and startswith(userPrincipalName,'${unique}')`).get();
    assert.equal(advanced['@odata.count'], 1);
    const found = await eventual(client.api('/groups')).search(`"displayName:story"`).get();
    assert.ok(found.value.some((g) => g.id === group.id));
    const refused = await client.api('/users').filter("department ne 'Story'").get().then(() => null, (err) => err);
    assert.equal(refused?.code, 'Request_UnsupportedQuery');
    return `${found.value.length} found`;
  });

  await step('batch', async () => {
    const content = new BatchRequestContent([
      { id: '1', request: new Request(`${baseUrl}/v1.0/users/${anna.id}?$select=displayName`, { method: 'GET' }) },
      { id: '2', request: new Request(`${baseUrl}/v1.0/users/${anna.id}`, { method: 'PATCH', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ officeLocation: 'B2' }) }), dependsOn: ['1'] },
      { id: '3', request: new Request(`${baseUrl}/v1.0/users/00000000-0000-4000-8000-000000000000`, { method: 'GET' }), dependsOn: ['2'] },
    ]);
    const body = await content.getContent();
    for (const request of body.requests) request.url = request.url.replace('/v1.0', ''); // the SDK cuts off the version of its own hosts alone
    const answers = new BatchResponseContent(await client.api('/$batch').post(body));
    assert.deepEqual(['1', '2', '3'].map((id) => answers.getResponseById(id).status), [200, 204, 404]);
    return 'three steps: 200, 204, 404';
  });

  await step('delta', async () => {
    const latest = await client.api('/users/delta').query({ $deltatoken: 'latest', $select: 'displayName,jobTitle' }).get();
    await client.api(`/users/${anna.id}`).update({ jobTitle: 'Director' });
    const changes = await client.api(latest['@odata.deltaLink']).get();
    assert.deepEqual(changes.value.map((u) => [u.id, u.jobTitle]), [[anna.id, 'Director']]);
    return 'one change';
  });

  await step('policy', async () => {
    const other = graph(target);
    const path = `/policies/crossTenantAccessPolicy/partners/${source.tenantId}`;
    const partner = await other.api(path).get();
    assert.equal(partner.automaticUserConsentSettings.inboundAllowed, true);
    const policy = await client.api('/policies/authorizationPolicy').get();
    await client.api('/policies/authorizationPolicy').update({ allowInvitesFrom: policy.allowInvitesFrom });
    return `guests are let in from ${source.displayName}, ${policy.allowInvitesFrom} may invite`;
  });

  await step('sign in by device code', async () => {
    const app = await client.api('/applications').post({ displayName: unique, isFallbackPublicClient: true, signInAudience: 'AzureADMyOrg' });
    undo.push(() => client.api(`/applications/${app.id}`).delete());
    const principal = await client.api('/servicePrincipals').post({ appId: app.appId });
    const graphPrincipal = await client.api("/servicePrincipals(appId='00000003-0000-0000-c000-000000000000')").select('id').get();
    await client.api('/oauth2PermissionGrants').post({ clientId: principal.id, consentType: 'AllPrincipals', resourceId: graphPrincipal.id, scope: 'openid profile offline_access User.Read User.ReadBasic.All' });
    const pca = new PublicClientApplication({ auth: { clientId: app.appId, authority: `${baseUrl}/${source.tenantId}`, knownAuthorities: [new URL(baseUrl).host] } });
    let visited;
    const request = {
      scopes: ['User.Read'],
      deviceCodeCallback: ({ userCode, verificationUri }) => {
        const person = new Browser({ usercode: userCode, name: anna.userPrincipalName, password: `Aa1-${unique}`, confirm: '' });
        visited = person.visit(verificationUri).catch((err) => {
          request.cancel = true; // or the program waits for a quarter of an hour
          throw err;
        });
      },
    };
    const got = await pca.acquireTokenByDeviceCode(request).catch(async (err) => { throw (await visited) ?? err; });
    assert.equal(got.account.tenantId, source.tenantId);
    const me = Client.init({ baseUrl: `${baseUrl}/`, customHosts: new Set([host]), authProvider: (done) => done(null, got.accessToken) });
    assert.equal((await me.api('/me').get()).id, anna.id);
    const refused = await me.api(`/users/${guest}`).delete().then(() => null, (err) => err);
    assert.equal(refused?.code, 'Authorization_RequestDenied');
    const again = await pca.acquireTokenSilent({ account: got.account, scopes: ['User.Read'], forceRefresh: true });
    assert.notEqual(again.accessToken, got.accessToken);
    return `${got.account.username}, and again by the refresh token`;
  });
}

try {
  await story();
} finally {
  for (const take of undo.reverse()) await take();
}
console.log('the story is told');
