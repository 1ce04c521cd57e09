// The session of this browser. The application knows it by a cookie, which scripts cannot read:
// there is nothing to keep here, and nothing to steal.

import { AUTH, about, answerOf, leaveSignedOut } from './application.js';

let user = { authenticated: false };
let loaded = 0;

/** Asks the application who is signed in. */
export async function load() {
  user = await answerOf(await fetch(`${AUTH}/session`));
  loaded = Date.now() / 1000;
}

export function isSignedIn() {
  return user.authenticated;
}

/** When it ends if it is not used, in seconds. */
export function life() {
  const ends = Math.min(user.expires_at, user.idle_expires_at);
  return { what: 'Session', began: loaded, ends };
}

/** Leaves the page for the provider's; the application knows which scopes it needs. */
export async function signIn({ login = `${AUTH}/login`, prompt } = {}) {
  // The cookie belongs to one address, and this page may have been opened at another: `localhost`.
  const url = new URL(login, (await about).local_url ?? location.origin);
  url.searchParams.set('return_to', '/#session');
  if (prompt) url.searchParams.set('prompt', prompt);
  location.assign(url);
}

/** Signs out here, or in all browsers of the user, and leaves the page to sign out at the provider. */
export async function signOut({ everywhere = false } = {}) {
  const body = new URLSearchParams({ everywhere });
  const { redirect } = await answerOf(await fetch(`${AUTH}/logout`, { method: 'POST', body }));
  leaveSignedOut(redirect);
}

export async function person() {
  return user;
}

/** The claims that the rules of the routes see. */
export async function claims() {
  return answerOf(await call('GET', '/api/claims'));
}

/** The user's sessions in all browsers. */
export async function sessions() {
  return answerOf(await call('GET', '/api/sessions'));
}

/** Calls a route. The browser adds the cookie, and says that the request comes from this origin. */
export function call(method, path, json) {
  const headers = new Headers({ accept: 'application/json' });
  if (json) headers.set('content-type', 'application/json');
  return fetch(path, { method, headers, body: json, cache: 'no-store' });
}

/** Where signing in helps, the body says where; also how, if it has to be a newer sign-in. */
export function remedy(_, { login }) {
  return login && [isSignedIn() ? 'Sign in again' : 'Sign in', () => signIn({ login, prompt: 'login' })];
}
