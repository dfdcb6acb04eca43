/** Colours of people, enough for a team; after them they begin again, and every shift bears a name or letter beside its colour. */
export const hues = 10;

const light = ['#c7dfff', '#cdeec9', '#ffdfae', '#e7d2ff', '#bfeeea', '#ffd0e0', '#e4e8a3', '#d3d8f4', '#f7cdbb', '#cfe6d8'];
const dark = ['#1d4f8c', '#1f5c2b', '#7a4d05', '#563092', '#0f5c59', '#8a2750', '#565a10', '#3b4487', '#83391f', '#2d5a45'];

const colours = (list: readonly string[]) => list.map((colour, index) => `--p${index}:${colour};`).join('');
const people = light.map((_, index) => `.p${index}{fill:var(--p${index});background:var(--p${index})}`).join('\n');

const lightTheme = `--page:#fff;--card:#f6f7f9;--text:#14181f;--quiet:#565e6b;--line:#d4d9e0;--good:#136c2e;--bad:#b3121d;--warn:#8a5300;--skip:#565e6b;--goodback:#e4f5e8;--badback:#fdeaea;--warnback:#fff3dc;--skipback:#eef0f3;--gap:#d9202c;${colours(light)}`;
const darkTheme = `--page:#11151b;--card:#1a2029;--text:#eef1f5;--quiet:#a7b0bd;--line:#343d4a;--good:#6fdc8c;--bad:#ff8b8b;--warn:#ffc35c;--skip:#a7b0bd;--goodback:#12301c;--badback:#421a1d;--warnback:#3a2a0a;--skipback:#242b36;--gap:#ff5b66;${colours(dark)}`;

/** The page's only style sheet; its digest is in the page's content security policy. */
export const css = `
:root{color-scheme:light dark;${lightTheme}}
@media (prefers-color-scheme:dark){:root{${darkTheme}}}
*{box-sizing:border-box}
body{margin:0 auto;padding:0 1.25rem 3rem;max-width:70rem;background:var(--page);color:var(--text);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans","DejaVu Sans",sans-serif;overflow-wrap:anywhere}
h1{font-size:1.75rem;line-height:1.2;margin:2rem 0 1rem}
h2{font-size:1.3rem;margin:2.5rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--line)}
h3{font-size:1.05rem;margin:1.5rem 0 .5rem}
p{margin:.4rem 0}
.jump{position:absolute;left:-100rem}
.jump:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
a{color:inherit}
:focus-visible{outline:3px solid var(--warn);outline-offset:2px}
.sandbox{margin:1rem 0 0;padding:.5rem 1rem;border:2px dashed var(--warn);color:var(--warn);font-weight:600}
.verdict{padding:.9rem 1.1rem;border-left:.5rem solid;border-radius:.3rem;margin:1rem 0}
.verdict p{margin:0;font-size:1.15rem;font-weight:600}
.verdict.good{background:var(--goodback);border-color:var(--good)}
.verdict.warn{background:var(--warnback);border-color:var(--warn)}
.verdict.bad{background:var(--badback);border-color:var(--bad)}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.25rem 1.25rem;margin:1rem 0}
dt{color:var(--quiet)}
dd{margin:0}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;padding:0;list-style:none;margin:1rem 0}
table{border-collapse:collapse;width:100%;margin:.5rem 0 1rem}
caption{text-align:left;color:var(--quiet);padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.55rem .75rem .55rem 0;border-bottom:1px solid var(--line)}
th[scope=row]{font-weight:600}
thead th{white-space:nowrap;color:var(--quiet);font-weight:500;font-size:.85rem}
.checks td:first-child{white-space:nowrap;color:var(--quiet);width:1%;padding-right:1.25rem}
.checks th[scope=row]{width:26%}
.checks td:nth-child(3){width:1%;white-space:nowrap}
.mark{display:inline-block;padding:.05rem .6rem;border-radius:1rem;font-size:.9rem;font-weight:600}
.mark.pass{color:var(--good);background:var(--goodback)}
.mark.fail{color:var(--bad);background:var(--badback)}
.mark.warn{color:var(--warn);background:var(--warnback)}
.mark.skip{color:var(--skip);background:var(--skipback)}
.checks p{margin:0 0 .3rem}
.aside{color:var(--quiet);font-size:.9rem}
code{font:.9em ui-monospace,"Liberation Mono","DejaVu Sans Mono",monospace}
.counts{display:flex;flex-wrap:wrap;gap:.5rem;padding:0;margin:.75rem 0;list-style:none}
figure{margin:0 0 1rem}
figcaption{color:var(--quiet);margin-bottom:.4rem}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(19rem,1fr));gap:1rem 2rem}
.scroll{overflow-x:auto}
svg{display:block;width:100%;height:auto;font-family:inherit}
svg.wide{min-width:50rem}
svg.small{min-width:18rem;max-width:32rem}
svg text{fill:var(--text);font-size:12px}
svg .strong{font-weight:600}
svg .quiet{fill:var(--quiet);font-size:11px}
svg .mid{text-anchor:middle;font-size:11px}
svg .end{text-anchor:end}
svg .good{fill:var(--good)}
svg .bad{fill:var(--bad);font-weight:600}
svg .who{font-size:11px;text-anchor:middle}
svg .frame{fill:none;stroke:var(--line)}
svg .empty{fill:var(--card)}
svg .tick{stroke:var(--line);stroke-width:1}
svg .day{stroke:var(--quiet);stroke-width:1;opacity:.6}
svg .shift{stroke:var(--page);stroke-width:1}
svg .gap{fill:var(--badback);stroke:var(--gap);stroke-width:1.5}
svg .hatch{fill:none;stroke:var(--gap);stroke-width:1.5}
svg .several{fill:none;stroke:var(--warn);stroke-width:2.5}
svg .now{stroke:var(--text);stroke-width:2;stroke-dasharray:3 2}
svg .box{fill:var(--card);stroke:var(--line);stroke-width:1.5}
svg .boxbad{fill:var(--badback);stroke:var(--bad);stroke-width:2}
svg .wire{stroke:var(--quiet);stroke-width:2;fill:none}
svg .wiregood{stroke:var(--good);stroke-width:2.5;fill:none}
svg .wirebad{stroke:var(--bad);stroke-width:2.5;stroke-dasharray:5 4;fill:none}
svg .wireunknown{stroke:var(--quiet);stroke-width:2;stroke-dasharray:2 4;fill:none}
svg .dot{fill:var(--text)}
svg text.number{fill:var(--page);font-weight:600;text-anchor:middle}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.25rem;padding:0;margin:.5rem 0;list-style:none}
.key{display:inline-block;min-width:1.5rem;height:1.5rem;margin-right:.4rem;border-radius:.2rem;text-align:center;font-size:.8rem;line-height:1.5rem}
.key.nobody{border:2px solid var(--gap);background:var(--badback)}
.alarm{color:var(--bad);font-weight:600}
details{margin:.5rem 0}
summary{cursor:pointer}
footer{margin-top:3rem;border-top:1px solid var(--line);padding-top:.75rem;color:var(--quiet);font-size:.9rem}
${people}
@media (max-width:40rem){
dl{grid-template-columns:1fr}
dd{margin-bottom:.4rem}
.checks thead{position:absolute;left:-100rem}
.checks,.checks caption,.checks tbody,.checks tr,.checks td,.checks th[scope=row]{display:block;width:auto}
.checks tr{border-bottom:1px solid var(--line);padding:.6rem 0}
.checks td,.checks th[scope=row],.checks td:first-child,.checks td:nth-child(3){border:0;padding:.15rem 0;width:auto}
}
@media print{
:root{${lightTheme}}
@page{margin:14mm}
body{max-width:none;padding:0;font-size:10.5pt;print-color-adjust:exact;-webkit-print-color-adjust:exact}
nav,.jump,details{display:none}
svg.wide{min-width:0}
.scroll{overflow:visible}
h1{margin-top:0}
h2,h3,figcaption{break-after:avoid}
tr,figure,.verdict{break-inside:avoid}
}
`;

/** As a content security policy names it. */
export async function digestOf(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return `sha256-${btoa(String.fromCodePoint(...bytes))}`;
}
