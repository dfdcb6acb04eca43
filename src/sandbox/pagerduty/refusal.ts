import type { SandboxReply } from '../core.ts';

/** Thrown by handlers; becomes PagerDuty's error envelope. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly body: unknown,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(`refused with ${status}`);
  }
  reply(): SandboxReply {
    return { status: this.status, headers: this.headers, body: this.body };
  }
}

/** PagerDuty's canonical envelope; `errors` is left out where PagerDuty sends none. */
export function refusal(status: number, code: number, message: string, errors: readonly string[] = []): Refusal {
  return new Refusal(status, { error: { message, code, ...(errors.length > 0 ? { errors } : {}) } });
}

export const invalid = (...errors: readonly string[]): Refusal => refusal(400, 2001, 'Invalid Input Provided', errors);
export const missing = (...errors: readonly string[]): Refusal => refusal(400, 2003, 'Missing Arguments', errors);
export const notFound = (code = 2100): Refusal => refusal(404, code, 'Not Found');
export const expired = (): Refusal => refusal(403, 2012, 'Account Expired');
export const accessDenied = (): Refusal => refusal(403, 2010, 'Access Denied');
export const lacksAbility = (ability: string): Refusal =>
  refusal(402, 2014, 'Account does not have the abilities to perform the action', [`The account needs the ability: ${ability}`]);
export const limitReached = (status: 400 | 402, what: string): Refusal => refusal(status, 2019, 'Account limit reached', [what]);
