// What both tabs know of the application.

export const AUTH = '/api/auth/v2';
const SIGNED_OUT = 'signed-out';

/** What the application says about itself. */
export const about = fetch('/api/status').then(answerOf);

/** A response that is an error, with the application's explanation. */
export class Refusal extends Error {
  constructor(status, { error, detail } = {}) {
    super(detail ?? `The application answered with status ${status}.`);
    this.status = status;
    this.code = error;
  }
}

/** The JSON of an answer, or the reason why there is none. */
export async function answerOf(response) {
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(response.status, answer);
  return answer;
}

/** Leaves the page to sign out at the provider, too. */
export function leaveSignedOut(address) {
  sessionStorage.setItem(SIGNED_OUT, 'yes');
  location.assign(address);
}

/** True once, on the page that is shown after signing out. */
export function hasSignedOut() {
  const signedOut = sessionStorage.getItem(SIGNED_OUT);
  sessionStorage.removeItem(SIGNED_OUT);
  return Boolean(signedOut);
}
