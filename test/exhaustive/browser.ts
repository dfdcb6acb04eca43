import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Where Debian or another distribution puts it; undefined: there is none here. */
export const chromium: string | undefined = programs.find((program) => existsSync(program));

// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Loose;
  readonly result?: Loose;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

/** A headless Chromium spoken to over its debugging pipe: no port, no package. */
export class Browser {
  readonly #process: ChildProcess;
  readonly #profile: string;
  readonly #to: Writable;
  readonly #waiting = new Map<number, { resolve(value: Loose): void; reject(error: Error): void }>();
  readonly #listeners = new Set<(message: Message) => void>();
  #next = 1;
  #rest = '';

  private constructor(program: string) {
    this.#profile = mkdtempSync(path.join(tmpdir(), 'pmp-pd-browser-'));
    this.#process = spawn(
      program,
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--hide-scrollbars',
        '--no-first-run',
        '--disable-background-networking',
        '--remote-debugging-pipe',
        `--user-data-dir=${this.#profile}`,
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
    );
    this.#to = this.#process.stdio[3] as Writable;
    (this.#process.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => this.#heard(chunk));
    this.#process.on('exit', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('the browser ended'));
    });
  }

  static async open(program: string): Promise<Browser> {
    const browser = new Browser(program);
    await browser.send('Browser.getVersion');
    return browser;
  }

  send(method: string, params: object = {}, sessionId?: string): Promise<Loose> {
    const id = this.#next;
    this.#next += 1;
    this.#to.write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
  }

  on(listener: (message: Message) => void): void {
    this.#listeners.add(listener);
  }

  /** Opens an address in a fresh tab of that size, and waits until it is loaded. */
  async page(url: string, options: { readonly width?: number; readonly height?: number; readonly dark?: boolean } = {}): Promise<Tab> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const tab = new Tab(this, sessionId as string);
    await tab.open(url, options);
    return tab;
  }

  async close(): Promise<void> {
    const ended = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    // Asked politely it also ends its helpers, which still write into the profile.
    this.send('Browser.close').catch(() => undefined);
    const slow = setTimeout(() => this.#process.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(slow);
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
  }

  #heard(chunk: string): void {
    const messages = `${this.#rest}${chunk}`.split('\0');
    this.#rest = messages.pop() ?? '';
    for (const text of messages) {
      const message = JSON.parse(text) as Message;
      const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
      if (waiting === undefined) for (const listener of this.#listeners) listener(message);
      else if (message.error === undefined) waiting.resolve(message.result);
      else waiting.reject(new Error(message.error.message));
      if (message.id !== undefined) this.#waiting.delete(message.id);
    }
  }
}

/** One tab, everything that it says, and everything that it asks the network for. */
export class Tab {
  /** Console messages, exceptions and what the browser itself complains about. */
  readonly said: string[] = [];
  readonly asked: string[] = [];

  constructor(
    readonly browser: Browser,
    readonly session: string,
  ) {}

  async open(
    url: string,
    { width = 1200, height = 900, dark = false }: { width?: number; height?: number; dark?: boolean },
  ): Promise<void> {
    const loaded = new Promise<void>((resolve) => {
      this.browser.on((message) => {
        if (message.sessionId !== this.session) return;
        if (message.method === 'Page.loadEventFired') resolve();
        this.#note(message);
      });
    });
    for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'Accessibility']) await this.send(`${domain}.enable`);
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.look(dark);
    await this.send('Page.navigate', { url });
    await loaded;
  }

  /** The colours that the person's system asks for. */
  async look(dark: boolean): Promise<void> {
    const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
    await this.send('Emulation.setEmulatedMedia', { features });
  }

  send(method: string, params: object = {}): Promise<Loose> {
    return this.browser.send(method, params, this.session);
  }

  /** Our own question to the page; its policy forbids it scripts of its own. */
  async evaluate<T>(expression: string): Promise<T> {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return result.value as T;
  }

  /** The whole page as PNG, or that part of it. */
  async screenshot(clip?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', {
      format: 'png',
      captureBeyondViewport: true,
      ...(clip === undefined ? {} : { clip: { ...clip, scale: 1 } }),
    });
    return Buffer.from(data as string, 'base64');
  }

  #note({ method, params }: Message): void {
    if (method === 'Runtime.consoleAPICalled') this.said.push(`console: ${JSON.stringify(params.args)}`);
    if (method === 'Runtime.exceptionThrown') this.said.push(`exception: ${JSON.stringify(params.exceptionDetails)}`);
    if (method === 'Log.entryAdded') this.said.push(`${params.entry.source}: ${params.entry.text}`);
    if (method === 'Network.requestWillBeSent') this.asked.push(params.request.url as string);
  }
}
