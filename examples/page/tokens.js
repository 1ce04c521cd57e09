// The tokens of this tab, and the sign-in endpoints of the application.
//
// sessionStorage ends with the tab and is not sent anywhere. Any script of this origin can read
// it, though: that is why the page's Content-Security-Policy lets only its own files run.

import { AUTH, Refusal, answerOf, leaveSignedOut } from './application.js';

const TOKENS = 'tokens';
const SIGNING_IN = 'signing-in';

/** The tokens, or nothing without a signed-in user. */
export function tokens() {
  return JSON.parse(sessionStorage.getItem(TOKENS));
}

export function isSignedIn() {
  return Boolean(tokens());
}

/** How long the access token is valid, in seconds. */
export function life() {
  const { received, expires } = tokens();
  return { what: 'Token', began: received, ends: expires };
}

/** Leaves the page for the provider's. Of `prompt` and `scope` the defaults are the application's. */
export function signIn({ prompt, scope } = {}) {
  const query = new URLSearchParams({ redirect_uri: redirectUri(), offline_access: true });
  if (prompt) query.set('prompt', prompt);
  if (scope) query.set('scope', scope);
  sessionStorage.setItem(SIGNING_IN, 'yes');
  location.assign(`${AUTH}/login?${query}`);
}

/** True when the provider has just sent the person back to this page. */
export function isReturning() {
  return location.pathname === new URL(redirectUri()).pathname;
}

/** Takes the answer of the provider from the page's address and exchanges it for tokens. */
export async function finishSignIn() {
  const answer = new URLSearchParams(location.search);
  // The code must not stay in the address bar and in the history.
  history.replaceState(null, '', '/');
  const started = sessionStorage.getItem(SIGNING_IN);
  sessionStorage.removeItem(SIGNING_IN);
  // A link made by an attacker could sign this user in to the attacker's account.
  if (!started) throw new Error('This tab did not start that sign-in. Please sign in again.');
  if (answer.has('error')) throw new Error(answer.get('error_description') ?? answer.get('error'));
  await requestTokens({
    code: answer.get('code') ?? '',
    redirect_uri: redirectUri(),
    // The state holds the true verifier, sealed; only the application can open it.
    code_verifier: answer.get('state') ?? '',
  });
}

/** Exchanges the refresh token for new tokens. If that is rejected, the user is signed out. */
export async function refresh() {
  try {
    await requestTokens({ 'refresh-token': tokens().refresh_token ?? '' });
  } catch (error) {
    if (!isFinal(error)) throw error;
    sessionStorage.removeItem(TOKENS);
    throw new Error('Your sign-in has ended. Please sign in again.');
  }
}

/** Forgets the tokens and leaves the page to sign out at the provider, too. */
export function signOut() {
  sessionStorage.removeItem(TOKENS);
  const query = new URLSearchParams({ post_logout_redirect_uri: `${location.origin}/` });
  leaveSignedOut(`${AUTH}/logout?${query}`);
}

/** Who is signed in, as the application and its provider know the person. */
export async function person() {
  const response = await call('GET', `${AUTH}/userinfo`);
  const { username, email, first_name, last_name } = response.ok ? await response.json() : {};
  return { username, email, name: [first_name, last_name].filter(Boolean).join(' ') };
}

/** The claims as the application has verified them; the page does not read the token itself. */
export async function claims() {
  let response = await call('GET', '/api/claims');
  if (response.status === 401) {
    await refresh();
    response = await call('GET', '/api/claims');
  }
  return answerOf(response);
}

/** Calls a route as the person who is signed in, if there is one; never by the session's cookie. */
export function call(method, path, json) {
  const headers = new Headers({ accept: 'application/json' });
  const current = tokens();
  if (current) headers.set('authorization', `${current.token_type} ${current.access_token}`);
  if (json) headers.set('content-type', 'application/json');
  return fetch(path, { method, headers, body: json, cache: 'no-store', credentials: 'omit' });
}

/** What the challenge (RFC 6750 section 3, RFC 9470 section 3) asks the person to do. */
export function remedy(challenge, _, refresh) {
  const pairs = challenge.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g);
  const { error, scope } = Object.fromEntries([...pairs].map(([, name, value]) => [name, value]));
  const current = tokens();
  if (challenge && !current) return ['Sign in', () => signIn({ prompt: 'login' })];
  switch (error) {
    case 'insufficient_scope':
      return scope && [`Ask for ${scope}`, () => signIn({ scope: union(current.scope, scope) })];
    case 'insufficient_user_authentication':
      return ['Sign in again', () => signIn({ prompt: 'login', scope: current.scope })];
    case 'invalid_token':
      return current.refresh_token ? ['Refresh', refresh] : ['Sign in', () => signIn({ prompt: 'login' })];
    default:
      return undefined;
  }
}

/** Begins a sign-in on another device (RFC 8628). */
export async function startDevice() {
  return answerOf(await fetch(`${AUTH}/device`, { method: 'POST' }));
}

/** Exchanges a code, a device code or a refresh token for tokens, and keeps those. */
export async function requestTokens(form) {
  const answer = await answerOf(await fetch(`${AUTH}/token`, {
    method: 'POST',
    body: new URLSearchParams(form),
  }));
  const received = Date.now() / 1000;
  // A provider that does not renew the refresh token leaves the old one valid.
  const refresh_token = answer.refresh_token ?? form['refresh-token'];
  sessionStorage.setItem(TOKENS, JSON.stringify({ ...answer, refresh_token, received }));
}

/** False when trying later may help. */
function isFinal(error) {
  return error instanceof Refusal && error.status < 500;
}

function union(...scopes) {
  return [...new Set(scopes.join(' ').split(' ').filter(Boolean))].join(' ');
}

function redirectUri() {
  return `${location.origin}/signed-in`;
}
