import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reportHtml } from '../../src/report/index.ts';
import { bad, brokenKeys, extrasOf, ready, team } from '../report/verify-support.ts';
import { Browser, chromium, type Tab } from './browser.ts';

// oxlint-disable-next-line typescript/no-explicit-any
type Loose = any;

const hostile = `<img src="https://example.com/x.png" onerror="console.log('owned')"><script>console.log('owned')</script>`;

/** Red, green and blue of every pixel of a PNG with eight bits a channel. */
function pixelsOf(png: Buffer): { readonly width: number; readonly height: number; at(x: number, y: number): readonly number[] } {
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const channels = png[25] === 6 ? 4 : 3;
  const parts: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  }
  const raw = inflateSync(Buffer.concat(parts));
  const line = width * channels;
  const out = Buffer.alloc(line * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (line + 1)] ?? 0;
    for (let x = 0; x < line; x += 1) {
      const left = x < channels ? 0 : (out[y * line + x - channels] ?? 0);
      const up = y === 0 ? 0 : (out[(y - 1) * line + x] ?? 0);
      const corner = x < channels || y === 0 ? 0 : (out[(y - 1) * line + x - channels] ?? 0);
      out[y * line + x] = ((raw[y * (line + 1) + 1 + x] ?? 0) + predicted(filter, left, up, corner)) & 255;
    }
  }
  return { width, height, at: (x, y) => [...out.subarray(y * line + x * channels, y * line + x * channels + 3)] };
}

function predicted(filter: number, left: number, up: number, corner: number): number {
  if (filter === 1) return left;
  if (filter === 2) return up;
  if (filter === 3) return (left + up) >> 1;
  if (filter !== 4) return 0;
  const near = left + up - corner;
  const [a, b, c] = [Math.abs(near - left), Math.abs(near - up), Math.abs(near - corner)];
  return a <= b && a <= c ? left : b <= c ? up : corner;
}

describe.skipIf(chromium === undefined)(
  `the report in a real browser${chromium === undefined ? ' (no Chromium on this machine: skipped)' : ''}`,
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pmp-pd-report-'));
    const url = (name: string) => pathToFileURL(path.join(folder, name)).href;
    let browser: Browser;

    beforeAll(async () => {
      const gaps = { ...extrasOf({ ...team, gaps: 'accept', level1: 'both' }), keys: brokenKeys };
      const evil = bad.checks.map((check) => ({ ...check, title: hostile, verdict: { status: 'pass' as const, evidence: hostile } }));
      const people = new Map([...(gaps.people ?? [])].map(([email]) => [email, hostile]));
      writeFileSync(path.join(folder, 'ready.html'), await reportHtml(ready, extrasOf()));
      writeFileSync(path.join(folder, 'bad.html'), await reportHtml({ ...bad, sandbox: true }, gaps));
      writeFileSync(path.join(folder, 'evil.html'), await reportHtml({ ...bad, checks: evil }, { ...gaps, people }));
      browser = await Browser.open(chromium ?? '');
    });
    afterAll(async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(['ready.html', 'bad.html', 'evil.html'])(
      '%s opens without a word on the console, and asks nobody for anything',
      async (name) => {
        for (const dark of [false, true]) {
          const tab = await browser.page(url(name), { dark });
          await tab.screenshot();
          expect(tab.said).toEqual([]);
          expect(tab.asked).toEqual([url(name)]);
          expect(await tab.evaluate('document.querySelectorAll("script, img, iframe, link, object").length')).toBe(0);
        }
      },
    );

    it('would notice: a style or a script beside the policy is complained about', async () => {
      const page = (await reportHtml(ready)).replace('</main>', '<p style="color:red">x</p><script>1</script></main>');
      writeFileSync(path.join(folder, 'planted.html'), page);
      const tab = await browser.page(url('planted.html'));
      expect(tab.said.filter((line) => line.includes('Content Security Policy'))).toHaveLength(2);
    });

    it('shows every picture at a size that can be read, with nothing sticking out of it', async () => {
      const tab = await browser.page(url('bad.html'));
      const pictures = await tab.evaluate<{ id: string; width: number; height: number; out: string[] }[]>(`
      [...document.querySelectorAll('svg')].map((svg) => {
        const box = svg.getBoundingClientRect();
        const out = [...svg.querySelectorAll('text')].filter((text) => {
          const own = text.getBoundingClientRect();
          return own.right > box.right + 1 || own.left < box.left - 1 || own.bottom > box.bottom + 1;
        }).map((text) => text.textContent);
        return { id: svg.querySelector('title').id, width: box.width, height: box.height, out };
      })`);
      const ids = ['oncall-0', 'oncall-1', 'path-0', 'path-1', 'chain-0', 'chain-1'];
      expect(pictures.map(({ id }) => id)).toEqual(ids.map((id) => `${id}-t`));
      for (const { width, height, out } of pictures) {
        expect(width).toBeGreaterThan(300);
        expect(height).toBeGreaterThan(80);
        expect(out).toEqual([]);
      }
      // A name that is wider than its box would lie over its neighbour.
      const wide = await tab.evaluate<string[]>(`
      [...document.querySelectorAll('#keys g')].flatMap((group) => {
        const box = group.querySelector('rect').getBoundingClientRect();
        return [...group.querySelectorAll('text')].filter((text) => text.getBoundingClientRect().right > box.right - 2).map((text) => text.textContent);
      })`);
      expect(wide).toEqual([]);
    });

    it('paints somebody, nobody and the page in different colours, in light and in dark', async () => {
      const tab = await browser.page(url('bad.html'));
      const seen: string[] = [];
      for (const dark of [false, true]) {
        await tab.look(dark);
        const spots = await tab.evaluate<{ x: number; y: number; width: number; height: number }[]>(`
        ['svg .shift', 'svg .gap', 'svg .box'].map((selector) => {
          const { x, y, width, height } = document.querySelector(selector).getBoundingClientRect();
          return { x: x + scrollX, y: y + scrollY, width, height };
        })`);
        for (const { x, y, width, height } of spots) {
          const clip = pixelsOf(await tab.screenshot({ x, y, width, height }));
          seen.push(clip.at(Math.round(clip.width * 0.12), Math.round(clip.height * 0.8)).join());
        }
        seen.push(
          pixelsOf(await tab.screenshot({ x: 2, y: 2, width: 4, height: 4 }))
            .at(1, 1)
            .join(),
        );
      }
      expect(new Set(seen).size).toBe(8);
    });

    it('has words that stand out from their ground in light and in dark (WCAG AA: 4.5 to 1)', async () => {
      const tab = await browser.page(url('bad.html'));
      for (const dark of [false, true]) {
        await tab.look(dark);
        const poor = await tab.evaluate<string[]>(`(() => {
        const channel = (value) => (value / 255 <= 0.03928 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
        const light = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map(Number); return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b); };
        const ratio = (one, other) => { const [a, b] = [light(one), light(other)].sort((x, y) => y - x); return (a + 0.05) / (b + 0.05); };
        const ground = (element) => {
          for (let at = element; at; at = at.parentElement) { const { backgroundColor } = getComputedStyle(at); if (!/, 0\\)$/.test(backgroundColor)) return backgroundColor; }
          return 'rgb(255, 255, 255)';
        };
        const words = [...document.querySelectorAll('p, dd, dt, td, th, li, a, code, span.mark, h1, h2, h3, figcaption, caption, summary')];
        const names = [...document.querySelectorAll('svg .who:not(.bad)')].map((text) => [text.textContent, getComputedStyle(text).fill,
          getComputedStyle([...document.querySelectorAll('svg .shift')].find((rect) => { const r = rect.getBoundingClientRect(), t = text.getBoundingClientRect(); return r.left <= t.left + 1 && r.right >= t.right - 1 && Math.abs(r.top - t.top) < 30; }) ?? document.body).fill]);
        return [...words.map((word) => [word.textContent.slice(0, 40), getComputedStyle(word).color, ground(word)]), ...names]
          .filter(([, one, other]) => ratio(one, other) < 4.5).map((found) => found.join(' | '));
      })()`);
        expect(poor).toEqual([]);
      }
    });

    it('is read aloud: landmarks, headings, headers of tables, a name and words for every picture', async () => {
      const nodes = await tree(await browser.page(url('ready.html')));
      const named = (role: string) => nodes.filter((node) => node.role === role).map((node) => node.name);
      for (const landmark of ['banner', 'navigation', 'main', 'contentinfo'])
        expect(nodes.filter(({ role }) => role === landmark)).toHaveLength(1);
      expect(named('region')).toEqual([
        "The guide's checklist",
        'Further checks',
        'The newest drills',
        'On call, the next six weeks',
        'Escalation',
        'Where the keys go',
      ]);
      expect(named('heading').slice(0, 3)).toEqual([
        'Launch report: will the right phone ring?',
        "The guide's checklist",
        'Further checks',
      ]);
      expect(named('columnheader').slice(0, 4)).toEqual(['Item', 'Should be true', 'Verdict', 'What was seen']);
      expect(named('rowheader').filter((name) => name === 'Engineers added with contact methods')).toHaveLength(1);
      const pictures = nodes.filter(({ role }) => /^(?:img|image|graphics-document)$/i.test(role));
      expect(pictures).toHaveLength(7);
      for (const { name } of pictures) expect(name.length).toBeGreaterThan(60);
      expect(pictures.map(({ name }) => name).find((name) => name.includes('PMP Critical Escalation'))).toContain(
        '25 min: Level 3, Alan Example',
      );
    });

    it('keeps its tables for a screen reader on a phone, and needs no sideways scrolling there but in its pictures', async () => {
      const tab = await browser.page(url('bad.html'), { width: 380, height: 800 });
      expect(await tab.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(380);
      const nodes = await tree(tab);
      expect(nodes.filter(({ role }) => role === 'rowheader').length).toBeGreaterThanOrEqual(bad.checks.length);
      const scrolled = await tab.evaluate<number[]>(
        `[...document.querySelectorAll('.scroll')].map((box) => box.scrollWidth - box.clientWidth)`,
      );
      expect(scrolled.filter((more) => more > 0).length).toBeGreaterThan(2);
    });

    it('is walked through by keyboard: first the jump to the verdicts, and every picture that scrolls', async () => {
      const tab = await browser.page(url('ready.html'), { width: 600 });
      const stops: string[] = [];
      for (let stop = 0; stop < 20; stop += 1) {
        for (const type of ['keyDown', 'keyUp'])
          await tab.send('Input.dispatchKeyEvent', { type, key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 });
        stops.push(await tab.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim()'));
      }
      expect(stops[0]).toBe('Skip to the checklist');
      expect(stops).toContain('PMP Primary On-Call as a table');
      expect(stops).toContain('PMP Primary On-Call: who is on call, week by week');
      expect(stops).toContain('PMP Study - Critical: where its key goes');
    });

    it('prints dark on white even where the screen is dark, on a few sheets, with its pictures whole', async () => {
      const tab = await browser.page(url('bad.html'), { dark: true });
      const { data } = await tab.send('Page.printToPDF', { printBackground: false });
      const pdf = Buffer.from(data as string, 'base64').toString('latin1');
      expect(pdf.startsWith('%PDF-')).toBe(true);
      expect(pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0).toBeLessThanOrEqual(7);
      await tab.send('Emulation.setEmulatedMedia', { media: 'print', features: [{ name: 'prefers-color-scheme', value: 'dark' }] });
      expect(await tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe('rgb(255, 255, 255)');
      expect(await tab.evaluate('getComputedStyle(document.querySelector("nav")).display')).toBe('none');
    });
  },
);

async function tree(tab: Tab): Promise<readonly { readonly role: string; readonly name: string }[]> {
  const { nodes } = await tab.send('Accessibility.getFullAXTree');
  return (nodes as Loose[])
    .filter((node) => node.ignored !== true)
    .map((node) => ({
      role: String(node.role?.value ?? ''),
      name: `${node.name?.value ?? ''}${node.description?.value === undefined ? '' : ` ${node.description.value as string}`}`.trim(),
    }));
}
