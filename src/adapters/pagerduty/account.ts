import type { Account } from '../../ports/index.ts';
import type { Client } from './client.ts';
import type { Bearer, Credential } from './credential.ts';
import type { Directory } from './directory.ts';
import { Refused, isExpired } from './refusal.ts';
import { readUser, type UserEntry } from './users.ts';

export interface Accounts {
  account(): Promise<Account>;
  abilities(): Promise<ReadonlySet<string>>;
  forget(): void;
}

interface Me {
  readonly token: Account['token'];
  readonly user?: UserEntry;
}

/** Who we are, in which account, and what its plan allows. */
export function accounts(
  client: Client,
  users: Directory<UserEntry>,
  options: { readonly region: 'us' | 'eu'; readonly credential: Credential; readonly bearer: Bearer },
): Accounts {
  const held: { account?: Promise<Account>; abilities?: Promise<ReadonlySet<string>> } = {};

  async function readAbilities(): Promise<ReadonlySet<string>> {
    return new Set((await client.call({ method: 'GET', path: '/abilities', doing: "read the account's abilities" })).texts('abilities'));
  }
  const abilities = (): Promise<ReadonlySet<string>> =>
    (held.abilities ??= readAbilities().catch((thrown: unknown) => {
      delete held.abilities;
      throw thrown;
    }));

  async function me(): Promise<Me> {
    if (options.credential.kind === 'oauth') return { token: 'oauth' };
    try {
      const answer = await client.call({ method: 'GET', path: '/users/me', doing: 'read whose token this is' });
      return { token: 'user', user: readUser(answer.at('user')) };
    } catch (thrown) {
      // An account token has no user; PagerDuty says so in words only.
      if (thrown instanceof Refused && thrown.status === 400 && /account-level/i.test(thrown.words)) return { token: 'account' };
      throw thrown;
    }
  }

  async function read(): Promise<Account> {
    const state = { expired: false };
    /** An expired account is told, not thrown: whoever asks what the account is must be able to say so. */
    const unlessExpired = <T>(work: Promise<T>, otherwise: T): Promise<T> =>
      work.catch((thrown: unknown) => {
        if (!isExpired(thrown)) throw thrown;
        state.expired = true;
        return otherwise;
      });
    const nobody: Me = { token: options.credential.kind === 'oauth' ? 'oauth' : 'account' };
    const [who, can, seats, some] = await Promise.all([
      unlessExpired(me(), nobody),
      unlessExpired(abilities(), new Set<string>()),
      unlessExpired(readSeats(client), { seatsFree: undefined }),
      // Mostly for the account's name where the token does not tell it. Whoever asks about the account asks about its people next.
      unlessExpired(users.some(), []),
    ]);
    const subdomain = options.credential.kind === 'oauth' ? options.credential.subdomain : who.user?.subdomain;
    const shown = subdomain ?? some.find((user) => user.subdomain)?.subdomain;
    const scopes = await options.bearer.scopes();
    return {
      region: options.region,
      token: who.token,
      abilities: can,
      ...seats,
      ...(shown !== undefined && { subdomain: shown }),
      ...(who.user && { user: { name: who.user.name, email: who.user.email, role: who.user.role } }),
      ...(state.expired && { expired: true }),
      ...(scopes && { scopes }),
    };
  }

  return {
    account: () =>
      (held.account ??= read().catch((thrown: unknown) => {
        delete held.account;
        throw thrown;
      })),
    abilities,
    forget() {
      delete held.account;
      delete held.abilities;
    },
  };
}

/** Seats of the licences for full users; an account without the licence API (404), or one that may not read it (403), does not say. */
async function readSeats(client: Client): Promise<Pick<Account, 'seatsFree' | 'license'>> {
  try {
    const answer = await client.call({ method: 'GET', path: '/licenses', doing: 'read the licences' });
    const full = answer.list('licenses').filter((license) => license.textOr('role_group') === 'FullUser');
    if (full.length === 0) return { seatsFree: undefined };
    const free = full.map((license) => license.numberOr('allocations_available'));
    const seatsFree = free.reduce<number | null>((sum, seats) => (sum === null || seats === undefined ? null : sum + seats), 0);
    const license = full[0]?.textOr('name');
    return { seatsFree, ...(license !== undefined && { license }) };
  } catch (thrown) {
    if (thrown instanceof Refused && [402, 403, 404].includes(thrown.status) && !isExpired(thrown)) return { seatsFree: undefined };
    throw thrown;
  }
}
