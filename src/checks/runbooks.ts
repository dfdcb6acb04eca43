import type { Check } from '../engine/index.ts';
import type { AlertingRule } from '../ports/index.ts';
import { foundPrometheus, priorityOf } from './shared/loaded.ts';
import { skip } from './shared/problems.ts';
import { listed } from './shared/telling.ts';
import { count } from './shared/words.ts';

/** Who is woken at 3 a.m. should not have to search. */
export const runbooks: Check = {
  id: 'runbooks',
  title: 'Every rule that can page links its runbook',

  async run({ alertmanager: { annotations, runbookBase } }, world) {
    const prometheus = await foundPrometheus(world);
    if (typeof prometheus === 'string') return skip(prometheus);
    const rules = (await prometheus.rules()).filter(({ labels }) => priorityOf(labels) !== undefined);
    if (rules.length === 0) return skip('Prometheus has loaded no rule with a severity that pages (P1, P2, P3, critical, high, warning)');
    const without = rules.filter((rule) => !links(rule, annotations.runbook));
    if (without.length === 0)
      return { status: 'pass', evidence: `${count(rules.length, 'rule')} that can page, each with ${annotations.runbook}` };
    const names = [...new Set(without.map(({ name }) => name))];
    return {
      status: 'warn',
      evidence: `${without.length} of ${count(rules.length, 'rule')} that can page have no link in ${annotations.runbook}: ${listed(names, 5)}`,
      hint: `Add an annotation ${annotations.runbook} with the runbook's address to each; without one, incidents link only ${runbookBase}.`,
    };
  },
};

/** A template may fill it in: it has to begin like a link, or be one. */
function links({ annotations }: AlertingRule, name: string): boolean {
  return /^(?:https?:\/\/\S|\{\{)/.test((annotations[name] ?? '').trim());
}
