import type { Instant } from '../../model/index.ts';

/** A program that goes on running in a container. */
export interface Process {
  readonly pid: number;
  readonly container: string;
  readonly command: readonly string[];
  readonly startedAt: Instant;
  /** When it ends by itself; null: never. */
  readonly endsAt: Instant | null;
  /** Cores that it would use. */
  readonly cores: number;
  /** Once it has ended. */
  ended: { readonly at: Instant; readonly code: number } | null;
}

/** What a command that ran said, and what became of it. */
export interface Ran {
  stdout: string;
  stderr: string;
  code: number;
  /** It is not over: this process must end first, and its exit code is the command's. */
  waits?: Process;
}

/** What a command can see and do in its container. */
export interface Place {
  readonly container: string;
  /** Programs on its PATH. */
  readonly programs: readonly string[];
  readonly now: Instant;
  /** Processes of the container that have not ended. */
  readonly running: () => readonly Process[];
  readonly spawn: (job: Omit<Process, 'pid' | 'container' | 'startedAt' | 'ended'>) => Process;
  readonly read: (path: string) => string | undefined;
}

/** The exec itself failed: no such program. In the words of containerd. */
export class NotStarted extends Error {}

const busybox = [
  'sh',
  'true',
  'false',
  'echo',
  'cat',
  'sleep',
  'which',
  'kill',
  'pkill',
  'killall',
  'pgrep',
  'timeout',
  'test',
  'hostname',
];

/** Programs by image: an image that names `stress` has it beside a shell; the operator's own and distroless ones have nothing. */
export function programsOf(image: string): readonly string[] {
  if (/prometheus-operator\/|distroless|scratch/.test(image)) return [];
  return /stress/.test(image) ? [...busybox, 'stress', 'nproc'] : busybox;
}

/** @throws NotStarted */
export function run(command: readonly string[], place: Place): Ran {
  const [program = ''] = command;
  const name = program.split('/').at(-1) ?? '';
  if (!place.programs.includes(name)) {
    const why = program.startsWith('/') ? `stat ${program}: no such file or directory` : 'executable file not found in $PATH';
    throw new NotStarted(`exec: ${JSON.stringify(program)}: ${why}`);
  }
  return runProgram([name, ...command.slice(1)], place);
}

const said = (stdout: string, code = 0): Ran => ({ stdout, stderr: '', code });
const failed = (stderr: string, code: number): Ran => ({ stdout: '', stderr: `${stderr}\n`, code });

function runProgram([name = '', ...args]: readonly string[], place: Place): Ran {
  switch (name) {
    case 'sh':
      return args[0] === '-c' ? script(args[1] ?? '', place) : said('');
    case 'false':
      return said('', 1);
    case 'echo':
      return said(`${args.join(' ')}\n`);
    case 'which':
      return which(args, place);
    case 'cat':
      return cat(args, place);
    case 'sleep':
      return started([name, ...args], place, seconds(args[0]), 0);
    case 'stress':
      return stress(args, place);
    case 'timeout':
      return within(args, place);
    case 'kill':
      return kill(args, place);
    case 'pkill':
    case 'killall':
    case 'pgrep':
      return byName(name, args, place);
    default:
      return said(name === 'hostname' ? 'sandbox\n' : name === 'nproc' ? '1\n' : '');
  }
}

function which(names: readonly string[], { programs }: Place): Ran {
  const found = names.filter((each) => programs.includes(each));
  return said(found.map((each) => `/usr/bin/${each}\n`).join(''), found.length === names.length ? 0 : 1);
}

function cat(files: readonly string[], { read }: Place): Ran {
  const missing = files.find((file) => read(file) === undefined);
  if (missing !== undefined) return failed(`cat: can't open '${missing}': No such file or directory`, 1);
  return said(files.map((file) => read(file) ?? '').join(''));
}

const units: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** "300", "300s", "5m"; nothing or nonsense: none. */
function seconds(text: string | undefined): number | undefined {
  const found = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text ?? '');
  return found === null ? undefined : Number(found[1]) * (units[found[2] ?? ''] ?? 1);
}

function started(command: readonly string[], place: Place, lasts: number | undefined, cores: number): Ran {
  const endsAt = lasts === undefined ? null : place.now + lasts * 1000;
  return { ...said(''), waits: place.spawn({ command, endsAt, cores }) };
}

/** `stress --cpu 2 --timeout 300s`, as the guide has it. */
function stress(args: readonly string[], place: Place): Ran {
  if (args.includes('--version')) return said('stress 1.0.4\n');
  const option = (long: string, short: string): string | undefined => {
    const equal = args.find((each) => each.startsWith(`--${long}=`));
    const at = args.findIndex((each) => each === `--${long}` || each === `-${short}`);
    return equal?.slice(long.length + 3) ?? (at < 0 ? undefined : args[at + 1]);
  };
  const workers = ['cpu', 'io', 'vm', 'hdd'].map((kind) => Number(option(kind, kind[0] ?? '') ?? 0));
  const [cpu = 0] = workers;
  if (workers.some((each) => !Number.isInteger(each) || each < 0)) return failed('stress: FAIL: [1] (244) not a number', 1);
  if (workers.every((each) => each === 0)) return said("`stress' imposes certain types of compute stress on your system\n");
  const ran = started(['stress', ...args], place, seconds(option('timeout', 't')), cpu);
  return { ...ran, stdout: `stress: info: [1] dispatching hogs: ${cpu} cpu, ${workers[1]} io, ${workers[2]} vm, ${workers[3]} hdd\n` };
}

/** `timeout 300 <command>`: 143 where it was cut short, as busybox has it. */
function within([limit, ...command]: readonly string[], place: Place): Ran {
  const most = seconds(limit);
  if (most === undefined) return failed(`timeout: invalid number '${limit ?? ''}'`, 1);
  const until = place.now + most * 1000;
  return run(command, {
    ...place,
    spawn: (job) => place.spawn({ ...job, endsAt: job.endsAt === null ? until : Math.min(until, job.endsAt) }),
  });
}

function stop(processes: readonly Process[], now: Instant): void {
  for (const job of processes) job.ended = { at: now, code: 143 };
}

function kill(args: readonly string[], place: Place): Ran {
  const pids = args.filter((each) => /^\d+$/.test(each)).map(Number);
  const found = place.running().filter(({ pid }) => pids.includes(pid));
  stop(found, place.now);
  const missing = pids.find((pid) => found.every((each) => each.pid !== pid));
  return missing === undefined ? said('') : failed(`sh: can't kill pid ${missing}: No such process`, 1);
}

function byName(program: string, args: readonly string[], place: Place): Ran {
  const name = args.findLast((each) => !each.startsWith('-')) ?? '';
  const whole = args.some((each) => /^-\w*f/.test(each));
  const fits = ({ command }: Process): boolean =>
    whole ? command.join(' ').includes(name) : program === 'killall' ? command[0] === name : (command[0] ?? '').includes(name);
  const found = place.running().filter(fits);
  if (program !== 'pgrep') stop(found, place.now);
  if (found.length > 0) return said(program === 'pgrep' ? found.map(({ pid }) => `${pid}\n`).join('') : '');
  return program === 'killall' ? failed(`killall: ${name}: no process killed`, 1) : said('', 1);
}

const busy = /^while\s+(?::|true)\s*;\s*do\s*(?::|true)?\s*;?\s*done$/;

/** As much of a shell as starting and stopping a load needs: words, quotes, `;`, `&&`, `||`, `&`, output thrown away, a busy loop. */
function script(text: string, place: Place): Ran {
  const total: Ran = said('');
  if (busy.test(text.trim())) return started(['sh', '-c', text], place, undefined, 1);
  for (const { words, after } of stepsOf(text)) {
    if ((after === '&&' && total.code !== 0) || (after === '||' && total.code === 0)) continue;
    const { hushed, background, command } = plainOf(words);
    const ran = inShell(command, place);
    total.stdout += hushed ? '' : ran.stdout;
    total.stderr += hushed ? '' : ran.stderr;
    total.code = background ? 0 : ran.code;
    if (ran.waits && !background) return { ...total, waits: ran.waits };
  }
  return total;
}

/** The shell starts what it can, and answers 127 itself where it cannot. */
function inShell(command: readonly string[], place: Place): Ran {
  const [first = ''] = command;
  if (first === '' || first === ':' || first === 'wait') return said('');
  if (first === 'exec') return inShell(command.slice(1), place);
  if (first === 'exit') return said('', Number(command[1] ?? 0));
  if (first === 'command') return which(command.slice(2), place);
  try {
    return run(command, place);
  } catch (error) {
    if (error instanceof NotStarted) return failed(`sh: ${first}: not found`, 127);
    throw error;
  }
}

interface Step {
  readonly words: readonly string[];
  /** What stands before it. */
  readonly after: string;
}

function stepsOf(text: string): readonly Step[] {
  const steps: { words: string[]; after: string }[] = [{ words: [], after: ';' }];
  for (const [token] of text.matchAll(/&&|\|\||\d?>&\d|\d?>>?\s*\S+|[;&\n]|(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s;&|"'>])+/g)) {
    const last = steps.at(-1);
    if (token === '&') {
      last?.words.push('&');
      steps.push({ words: [], after: ';' });
    } else if (/^(?:&&|\|\||[;\n])$/.test(token)) steps.push({ words: [], after: token });
    else last?.words.push(/>/.test(token) ? '>' : token.replace(/^(["'])([\s\S]*)\1$/, '$2'));
  }
  return steps.filter(({ words }) => words.length > 0);
}

function plainOf(words: readonly string[]): {
  readonly hushed: boolean;
  readonly background: boolean;
  readonly command: readonly string[];
} {
  return { hushed: words.includes('>'), background: words.at(-1) === '&', command: words.filter((word) => word !== '>' && word !== '&') };
}
