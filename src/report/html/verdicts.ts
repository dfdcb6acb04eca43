import type { CheckResult } from '../../engine/index.ts';
import { aged, stopped } from '../text.ts';
import { markup, type Markup } from './markup.ts';

type Status = CheckResult['verdict']['status'];

/** Never by colour alone: a sign for the eye, a word for everybody. */
const marks: Readonly<Record<Status, readonly [string, string]>> = {
  pass: ['✔', 'pass'],
  warn: ['‼', 'warning'],
  fail: ['✖', 'fail'],
  skip: ['–', 'not provable'],
};

export function mark(status: Status, before = ''): Markup {
  const [sign, word] = marks[status];
  return markup`<span class="mark ${status}"><span aria-hidden="true">${sign} </span>${`${before}${word}`}</span>`;
}

/** Roles are said although a table has them: on a narrow screen its rows are laid out as blocks, which would take them away. One row a check: its number or id, what should be true, what it turned out to be, and why. */
export function checksTable(checks: readonly CheckResult[], caption: string, first: string): Markup {
  return markup`<table class="checks" role="table">
    <caption>
      ${caption}
    </caption>
    <thead role="rowgroup">
      <tr role="row">
        <th role="columnheader" scope="col">${first}</th>
        <th role="columnheader" scope="col">Should be true</th>
        <th role="columnheader" scope="col">Verdict</th>
        <th role="columnheader" scope="col">What was seen</th>
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${checks.map(row)}
    </tbody>
  </table>`;
}

function row({ id, item, title, verdict, error }: CheckResult): Markup {
  const cause = error?.facts.cause;
  return markup`<tr role="row" id="check-${id}">
    <td role="cell">${item ?? markup`<code>${id}</code>`}</td>
    <th role="rowheader" scope="row">${title}</th>
    <td role="cell">${mark(verdict.status)}</td>
    <td role="cell">
      <p>${stopped(verdict.evidence)}</p>
      ${cause === undefined || verdict.evidence.includes(cause) ? undefined : markup`<p>Why: ${stopped(cause)}</p>`}${'hint' in verdict ? markup`<p><strong>Fix:</strong> ${stopped(verdict.hint)}</p>` : undefined}${
        verdict.ageSeconds === undefined ? undefined : markup`<p class="aside">Proof: ${aged(verdict.ageSeconds)} old.</p>`
      }${verdict.status === 'pass' ? undefined : markup`<p class="aside">More: <code>pmp-pd explain ${error?.id ?? id}</code></p>`}
    </td>
  </tr>`;
}
