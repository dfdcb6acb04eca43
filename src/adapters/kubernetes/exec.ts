import { clean, PmpError } from '../../engine/errors.ts';
import type { Clock, ExecRequest, Kubernetes } from '../../ports/index.ts';
import { HttpFailure, type HttpResponse } from '../http.ts';
import type { Trace } from '../trace.ts';
import type { CredentialSource } from './credentials.ts';
import { refusal, statusOf, unreachable, type Doing, type Status } from './errors.ts';
import { execPath } from './paths.ts';
import { askForWebSocket, type WebSocketLink } from './websocket.ts';

export interface ExecOptions {
  /** Base URL of the API server. */
  readonly server: string;
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly trace?: Trace;
  /** Counts a call that was sent. */
  readonly counted: () => void;
  readonly signal?: AbortSignal;
}

/** Both tell the exit code; older ones need a server before 1.4. */
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'];
const channels = { stdout: 1, stderr: 2, status: 3 } as const;
const timeoutMs = 15_000;
const most = 64 * 1024;

type Result = Awaited<ReturnType<Kubernetes['exec']>>;

/**
 * Runs a command in a container by WebSocket. What it printed is handed on as it is: whoever shows it cleans it.
 * A program that is not there is exit code 127, one that may not be run 126, whichever way the node's runtime says so.
 */
export async function execIn(options: ExecOptions, request: ExecRequest): Promise<Result> {
  const doing = { verb: 'run a command in', what: `Pod ${request.namespace}/${request.pod}`, server: new URL(options.server).host };
  const signals = [request.signal, options.signal?.aborted ? undefined : options.signal].filter((one) => one !== undefined);
  const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
  try {
    const link = await connected(options, request, doing, signal);
    try {
      return await listen(link, doing);
    } finally {
      link.close();
    }
  } catch (thrown) {
    throw thrown instanceof HttpFailure ? unreachable(thrown, doing) : thrown;
  }
}

/** A 401 is asked about once more: the token may just have run out. */
async function connected(
  options: ExecOptions,
  request: ExecRequest,
  doing: Doing,
  signal: AbortSignal | undefined,
): Promise<WebSocketLink> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(options, request, attempt, signal);
    if ('messages' in answer) return answer;
    if (answer.status === 401 && attempt === 1 && options.credentials.renew()) continue;
    throw refused(answer, doing);
  }
}

async function ask(
  options: ExecOptions,
  request: ExecRequest,
  attempt: number,
  signal: AbortSignal | undefined,
): Promise<WebSocketLink | HttpResponse> {
  const { headers, tls } = await options.credentials.current();
  const url = new URL(options.server + execPath(request));
  const [began, from] = [options.clock.now(), performance.now()];
  const told = (outcome: { readonly status: number } | { readonly failure: string }): void =>
    options.trace?.record({
      time: new Date(began).toISOString(),
      method: 'GET',
      path: url.pathname,
      ...outcome,
      ms: Math.round(performance.now() - from),
      attempt,
    });
  options.counted();
  try {
    const answer = await askForWebSocket({ url, headers, tls, protocols, timeoutMs, ...(signal ? { signal } : {}) });
    told({ status: 'messages' in answer ? 101 : answer.status });
    return answer;
  } catch (thrown) {
    if (thrown instanceof HttpFailure) told({ failure: thrown.reason });
    throw thrown;
  }
}

function refused(answer: HttpResponse, doing: Doing): PmpError {
  const words = statusOf(answer.text)?.message ?? '';
  if (!/container not found|is not running|does not have a host assigned|waiting to start/.test(words)) return refusal(answer, doing);
  return new PmpError('kubernetes-refused', {
    message: `${doing.what} does not run, so nothing can be run in it`,
    cause: clean(words),
    fix: 'Wait until the pod is ready (`kubectl get pods`), or name another.',
    resource: doing.what,
  });
}

async function listen(link: WebSocketLink, doing: Doing): Promise<Result> {
  const said = { [channels.stdout]: new Capped(), [channels.stderr]: new Capped() };
  for await (const message of link.messages()) {
    const [channel] = message;
    const words = message.subarray(1);
    if (channel === channels.stdout || channel === channels.stderr) said[channel].add(words);
    if (channel === channels.status)
      return ended(words.toString('utf8'), said[channels.stdout].text(), said[channels.stderr].text(), doing);
  }
  throw new PmpError('kubernetes-unreachable', {
    message: `The connection to ${doing.what} ended before the command did`,
    cause: 'no exit code came',
    fix: 'Look whether the pod was restarted; the command may still run in it.',
    resource: doing.what,
  });
}

/** Keeps the beginning. */
class Capped {
  readonly #chunks: Buffer[] = [];
  #size = 0;

  add(chunk: Buffer): void {
    const kept = chunk.subarray(0, Math.max(0, most - this.#size));
    this.#size += kept.length;
    if (kept.length > 0) this.#chunks.push(Buffer.from(kept));
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** The last word of an exec, on its own channel. */
function ended(text: string, stdout: string, stderr: string, doing: Doing): Result {
  const code = exitCode(text);
  if (code !== undefined) return { code, stdout, stderr };
  const words = statusIn(text)?.message ?? '';
  // containerd has no exit code for what it could not start, Docker has.
  const notStarted = /executable file not found|no such file or directory/.test(words)
    ? 127
    : /permission denied/.test(words)
      ? 126
      : undefined;
  if (notStarted !== undefined) return { code: notStarted, stdout, stderr: stderr === '' ? words : stderr };
  throw new PmpError('kubernetes-refused', {
    message: `The command in ${doing.what} could not be started`,
    cause: clean(words || 'the cluster does not say why'),
    fix: 'Run it by hand with `kubectl exec` to see more.',
    resource: doing.what,
  });
}

/** The stream's Status has no `kind`. */
function statusIn(text: string): Status | undefined {
  const parsed = parse(text);
  return parsed && statusOf(JSON.stringify({ ...parsed, kind: 'Status' }));
}

function parse(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function exitCode(text: string): number | undefined {
  const parsed = parse(text);
  if (parsed && 'status' in parsed && parsed.status === 'Success') return 0;
  const cause = statusIn(text)?.causes.find(({ reason }) => reason === 'ExitCode');
  const code = Number(cause?.message);
  return cause !== undefined && Number.isInteger(code) ? code : undefined;
}
