import type { DrillNews, Hop } from '../engine/index.ts';
import { clockTime, hopWords, since } from './drill-words.ts';
import { fact } from './lines.ts';
import type { Spinner } from './spinner.ts';
import type { Part, Voice } from './style.ts';
import { lasting, pad } from './text.ts';

/** Room for "+25 min 12 s". */
const sinceColumn = 13;
const longestHop = Math.max(...Object.values(hopWords).map((words) => words.length));

/** Columns from which on what a station is stands in a column of its own. */
const wideEnough = 90;

/** One station, aligned: clock time, time since the beginning, what it is, who and how. */
export function hopLine(voice: Voice, hop: Hop, lead: readonly Part[] = []): readonly string[] {
  const words = hopWords[hop.hop];
  const detail: readonly Part[] = hop.detail === undefined ? [] : [{ text: voice.say(hop.detail) }];
  const times: readonly Part[] = [
    ...lead,
    { text: `${clockTime(hop.at)}  `, tone: 'quiet' },
    { text: pad(since(hop), sinceColumn), tone: 'quiet' },
  ];
  if (voice.style.wrap && voice.style.width < wideEnough)
    return fact(voice, times, [{ text: detail.length === 0 ? words : `${words}:`, tone: 'head' }, ...detail]);
  return fact(voice, [...times, { text: `${pad(words, longestHop)}  `, tone: 'head' }], detail);
}

/** Tells a drill while it goes on: a line for each station, and between them what is waited for, with a countdown. */
export class DrillLive {
  #waitedFor = '';

  constructor(
    readonly voice: Voice,
    readonly line: (text: string) => void,
    readonly spinner: Spinner,
  ) {}

  on(news: DrillNews): void {
    if (news.type === 'hop') {
      this.#waitedFor = '';
      return this.line(hopLine(this.voice, news.hop, [this.voice.mark('pass'), { text: ' ' }]).join('\n'));
    }
    if (news.type === 'cleaning') return this.#wait('Ending the drill', undefined);
    return this.#wait(`Waiting ${this.voice.say(news.what)}`, news.until === undefined ? undefined : (news.until - news.now) / 1000);
  }

  #wait(words: string, left: number | undefined): void {
    const countdown = left === undefined || left < 1 ? '' : ` (${lasting(Math.round(left))} left)`;
    this.spinner.text(`${words}${countdown}`);
    // Without a moving line the same wait is one fact, not one a second.
    if (this.voice.style.spinner || words === this.#waitedFor) return;
    this.#waitedFor = words;
    this.line(fact(this.voice, [this.voice.mark('wait'), { text: ' ' }], [{ text: `${words}${countdown}`, tone: 'quiet' }]).join('\n'));
  }
}
