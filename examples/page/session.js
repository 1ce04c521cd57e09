// The tokens of this tab, and the sign-in endpoints of the application.
//
// sessionStorage ends with the tab and is not sent anywhere. Any script of this origin can read
// it, though: that is why the page's Content-Security-Policy lets only its own files run.

const AUTH = '/api/auth/v2';
const TOKENS = 'tokens';
const SIGNING_IN = 'signing-in';
const SIGNED_OUT = 'signed-out';

/** A response that is an error, with the application's explanation. */
export class Refusal extends Error {
  constructor(status, { error, detail } = {}) {
    super(detail ?? `The application answered with status ${status}.`);
    this.status = status;
    this.code = error;
  }
}

/** The tokens, or nothing without a signed-in user. */
export function tokens() {
  return JSON.parse(sessionStorage.getItem(TOKENS));
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
  sessionStorage.setItem(SIGNED_OUT, 'yes');
  const query = new URLSearchParams({ post_logout_redirect_uri: `${location.origin}/` });
  location.assign(`${AUTH}/logout?${query}`);
}

/** True once, on the page that is shown after signing out. */
export function hasSignedOut() {
  const signedOut = sessionStorage.getItem(SIGNED_OUT);
  sessionStorage.removeItem(SIGNED_OUT);
  return Boolean(signedOut) && !tokens();
}

/** Who is signed in, as the application and its provider know the person. */
export async function userinfo() {
  const response = await call('GET', `${AUTH}/userinfo`);
  return response.ok ? response.json() : {};
}

/** Calls a route as the person who is signed in, if there is one. */
export function call(method, path, json) {
  const headers = new Headers({ accept: 'application/json' });
  const current = tokens();
  if (current) headers.set('authorization', `${current.token_type} ${current.access_token}`);
  if (json) headers.set('content-type', 'application/json');
  return fetch(path, { method, headers, body: json, cache: 'no-store' });
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

/** The JSON of an answer, or the reason why there is none. */
export async function answerOf(response) {
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

/** False when trying later may help. */
function isFinal(error) {
  return error instanceof Refusal && error.status < 500;
}

function redirectUri() {
  return `${location.origin}/signed-in`;
}
