import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { KubeConfig } from '@kubernetes/client-node';
import { clean, PmpError } from '../../engine/errors.ts';
import type { Clock } from '../../ports/index.ts';
import type { HttpTls } from '../http.ts';

/** What proves to the API server who we are. Holds secrets: never shown, never logged. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: HttpTls;
}

export interface CredentialSource {
  current(): Promise<Credentials>;
  /** After a 401: asks the plugin or the file again. @returns false where nothing new can come of it. */
  renew(): boolean;
}

const rememberedForMs = 30_000;
const pluginTimeoutMs = 60_000;

interface Options {
  headers?: Record<string, string>;
  auth?: string;
  ca?: Buffer;
  cert?: Buffer | string;
  key?: Buffer | string;
  rejectUnauthorized?: boolean;
  servername?: string;
}

interface ExecAuthenticator {
  execFn: (command: string, args: readonly string[], options: SpawnOptions) => ChildProcess;
  tokenCache: Record<string, unknown>;
}

/** Credentials of the config's current user, remembered for half a minute: a plugin that tells no expiry would run for each call. */
export function credentialsOf(config: KubeConfig, clock: Clock): CredentialSource {
  const state: { known?: { readonly at: number; readonly value: Promise<Credentials> } } = {};
  const plugin = execAuthenticator(config);
  if (plugin) plugin.execFn = runPlugin;
  const isPlugin = Boolean(config.getCurrentUser()?.exec);

  return {
    current() {
      if (state.known && Math.abs(clock.now() - state.known.at) < rememberedForMs) return state.known.value;
      const value = compute(config);
      state.known = { at: clock.now(), value };
      value.catch(() => delete state.known);
      return value;
    },
    renew() {
      delete state.known;
      if (plugin) plugin.tokenCache = {};
      return isPlugin || Boolean(config.getCurrentUser()?.authProvider);
    },
  };
}

/** The SDK keeps its authenticators private; only its plugin runner is one that can hang. */
function execAuthenticator(config: KubeConfig): ExecAuthenticator | undefined {
  const { authenticators } = config as unknown as { readonly authenticators?: readonly Partial<ExecAuthenticator>[] };
  return authenticators?.find((one): one is ExecAuthenticator => typeof one.execFn === 'function');
}

/** Nobody is there to answer a plugin's question: its stdin is closed, and it is ended after a minute. Its stderr is collected, never echoed. */
function runPlugin(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = spawn(command, [...(args ?? [])], { ...options, timeout: pluginTimeoutMs, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin?.on('error', () => undefined);
  child.stdin?.end();
  return child;
}

async function compute(config: KubeConfig): Promise<Credentials> {
  const options: Options = {};
  try {
    await config.applyToHTTPSOptions(options as never);
  } catch (thrown) {
    throw explain(config, thrown);
  }
  const headers = { ...options.headers };
  if (options.auth !== undefined) headers['Authorization'] = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  const ca = options.ca ?? authority(config);
  return {
    headers,
    tls: {
      ...(ca ? { ca } : {}),
      ...(options.cert ? { cert: options.cert } : {}),
      ...(options.key ? { key: options.key } : {}),
      ...(config.getCurrentCluster()?.skipTLSVerify ? { rejectUnauthorized: false } : {}),
      ...(options.servername === undefined ? {} : { servername: options.servername }),
    },
  };
}

/** The SDK forgets the cluster's certificate authority where the context names no user. */
function authority(config: KubeConfig): Buffer | undefined {
  const cluster = config.getCurrentCluster();
  if (cluster?.caFile) return readFileSync(cluster.caFile);
  return cluster?.caData ? Buffer.from(cluster.caData, 'base64') : undefined;
}

/** Why a plugin or a file gave no credentials. The plugin's own words are read for known causes and thrown away: they may hold a token. */
function explain(config: KubeConfig, thrown: unknown): PmpError {
  const words = thrown instanceof Error ? thrown.message : '';
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  const user = clean(config.getCurrentUser()?.name ?? 'the user');
  const command = pluginName(config);
  if (command === undefined) return fileProblem(user, typeof code === 'string' ? code : undefined);
  const fact = knownCause(command, words, code);
  return new PmpError('kubernetes-credentials', { message: `${command} gave no credentials for the kubeconfig's user "${user}"`, ...fact });
}

function pluginName(config: KubeConfig): string | undefined {
  const exec: unknown = config.getCurrentUser()?.exec;
  const command = typeof exec === 'object' && exec !== null && 'command' in exec ? exec.command : undefined;
  return typeof command === 'string' ? clean(command.split(/[\\/]/).at(-1) ?? command, 60) : undefined;
}

function fileProblem(user: string, code: string | undefined): PmpError {
  return new PmpError('kubernetes-config', {
    message: `The credentials of the kubeconfig's user "${user}" cannot be read`,
    ...(code === undefined
      ? {}
      : { cause: code === 'ENOENT' ? 'a certificate, key or token file that it names does not exist' : clean(code) }),
    fix: 'Sign in to the cluster again as your provider describes, then try `kubectl version`.',
  });
}

function knownCause(command: string, words: string, code: unknown): { readonly cause: string; readonly fix: string } {
  if (code === 'ENOENT')
    return {
      cause: `the program ${command} is not installed, or not on the PATH`,
      fix:
        command === 'aws'
          ? 'Install the AWS CLI (version 2), or use a kubeconfig that does not need it.'
          : `Install ${command}, or use a kubeconfig that does not need it.`,
    };
  if (/sso|expired|refresh failed|re-?authenticat/i.test(words))
    return {
      cause: 'the sign-in has expired',
      fix:
        command === 'aws'
          ? 'Run `aws sso login` (with the profile of the kubeconfig), then this again.'
          : 'Sign in again, then run this again.',
    };
  if (/profile/i.test(words))
    return {
      cause: 'the AWS profile that it asks for does not exist here',
      fix: 'Set AWS_PROFILE to a profile of `aws configure list-profiles`.',
    };
  if (/credential/i.test(words))
    return { cause: 'it found no AWS credentials', fix: 'Run `aws configure sso` or `aws configure`, then this again.' };
  if (/AccessDenied|not authorized/i.test(words))
    return { cause: 'AWS denies it access', fix: 'Use a profile that may call eks:DescribeCluster and assume the role in the kubeconfig.' };
  return {
    cause: 'it ended with an error, or did not end within a minute',
    fix: `Run the command of the kubeconfig's user by hand to see what ${command} says.`,
  };
}
