import { secretFromCommand } from '../adapters/command.ts';
import type { Credential } from '../adapters/pagerduty/index.ts';
import { secretOf } from '../adapters/secret.ts';
import { PmpError } from '../engine/index.ts';
import type { Files, Prompter } from '../ports/index.ts';
import { identityOf, splitWords, tokenSource, type Env } from './environment.ts';

/** Whether the credential can be had without asking a person. */
export function isCredentialGiven(env: Env, flag: string | undefined): boolean {
  try {
    return tokenSource(env, flag).source.kind !== 'none';
  } catch {
    return false;
  }
}

/** The REST credential by flag, environment, file, command or masked prompt; never by argument. @throws PmpError naming every way to give one */
export async function credentialOf(
  env: Env,
  flag: string | undefined,
  tools: { readonly files: Files; readonly prompter: Prompter; readonly warn: (text: string) => void },
): Promise<Credential> {
  const { source, warning } = tokenSource(env, flag);
  if (warning !== undefined) tools.warn(warning);
  switch (source.kind) {
    case 'value':
      return { kind: 'token', token: secretOf(source.value) };
    case 'file':
      return { kind: 'token', token: secretOf(await tokenFile(tools.files, source.path, source.name)) };
    case 'command':
      return { kind: 'token', token: await secretFromCommand(splitWords(source.line), env) };
    case 'oauth':
      return { ...source, clientSecret: secretOf(source.clientSecret), tokenUrl: identityOf(env) };
    case 'none':
      return { kind: 'token', token: secretOf(await typed(tools.prompter)) };
  }
}

async function tokenFile(files: Files, path: string, name: string): Promise<string> {
  const text = (await files.read(path))?.trim();
  if (text !== undefined && text !== '' && !/\s/.test(text)) return text;
  const cause = text === undefined ? 'There is no such file.' : text === '' ? 'It is empty.' : 'It holds more than one word.';
  throw new PmpError('pagerduty-credentials', {
    message: `${name} names no token: ${path}`,
    cause,
    fix: 'Name a file that holds the REST token and nothing else.',
  });
}

async function typed(prompter: Prompter): Promise<string> {
  const ways = 'Set PAGERDUTY_TOKEN, or give --token-file, or set PAGERDUTY_TOKEN_COMMAND.';
  if (!prompter.interactive) throw new PmpError('answer-missing', { message: 'no PagerDuty REST token was given', fix: ways });
  const reply = await prompter.secret({
    message: 'PagerDuty REST token:',
    help: 'Integrations → API Access Keys → Create New API Key in PagerDuty (an admin can). It is kept in memory only. ' + ways,
  });
  if (reply.kind === 'answer' && reply.value.trim() !== '') return reply.value.trim();
  throw new PmpError('answer-missing', { message: 'no PagerDuty REST token was given', fix: ways });
}
