import type { ErrorId } from '../../engine/index.ts';
import type { Page } from '../page.ts';

/** What was asked, and how it ended before it was done. */
export const commandLinePages = {
  usage: {
    title: 'The command line or the environment cannot be used',
    means: 'pmp-pd did not understand what it was asked to do, and did nothing. Exit code 2.',
    causes: [
      'A command, option, step or page is misspelt, or there is an argument too many.',
      'The e-mail given to `sandbox do` is nobody in the sandbox’s account: `pmp-pd sandbox status` lists who is.',
      '`--token-file`, `--kubeconfig`, `--context` or `--region` was given with `--sandbox`, which is sealed off from everything real.',
      'PAGERDUTY_SERVICE_REGION is neither us nor eu.',
      'PAGERDUTY_API_URL, PAGERDUTY_EVENTS_URL or ALERTMANAGER_URL is no https URL, or carries a user name or password. Plain http goes to this machine only.',
      'Of PAGERDUTY_CLIENT_ID, PAGERDUTY_CLIENT_SECRET and PAGERDUTY_SUBDOMAIN only some are set.',
      'What `--from` or PD_FROM_EMAIL says is no e-mail address.',
    ],
    see: [
      ['What the command takes:', 'pmp-pd setup --help'],
      ['Which variables are set, without their values:', "env | cut -d= -f1 | grep -E '^(PAGERDUTY|PD|ALERTMANAGER|PMP_PD)_'"],
    ],
    fix: [
      ['Correct the word that the message names; where it suggests one, take that.'],
      ['Unset a variable that is left over from another tool:', 'unset PAGERDUTY_API_URL PAGERDUTY_EVENTS_URL'],
      ['Run the command again. Nothing was written, so nothing has to be undone.'],
    ],
    related: ['answer-missing'],
  },
  'answers-invalid': {
    title: 'The answers cannot work as they are written',
    means:
      'The answers file (pmp-pd.yaml, or what `--config` names) was read and something in it is wrong. Each problem has its file, line and key. Nothing was written. Exit code 2.',
    causes: [
      'A time zone is no IANA name. "EST" is a fixed UTC-5: wrong for eight months of the year. America/New_York is meant.',
      'A key is misspelt or stands twice, or the file is no YAML: a tab, an anchor, a tag, a missing quote around "+1 …".',
      'The path is a folder, or a file that is no UTF-8 text.',
      'Somebody in `engineers`, `lead` or `cto` is not among `people`, or one e-mail stands there twice.',
      'A region of Follow Sun has no engineer: give one that region, or write `follow_sun: none`.',
      '`integration: prometheus` in the EU: Alertmanager sends Events API v1 to the US host only.',
      'Level 1 escalates before the phone rings (2 minutes), or a window ends before it starts.',
      '`webhook` or `alertmanager.apply` with `kubernetes: none`: there is no cluster to put them into.',
      '`kubernetes.namespace` is another one than that in which the webhooks’ signing secrets lie: most likely a slip. They are shown only once, so nothing is replaced for it.',
    ],
    see: [
      ['All problems at once; this writes nothing:', 'pmp-pd setup --yes --plan'],
      ['The line that was named, with tabs made visible:', 'cat -A pmp-pd.yaml | less'],
    ],
    fix: [
      ['Correct each line as its message says.'],
      ['Or let the interview ask for what is wrong; right answers stay as they are:', 'pmp-pd setup'],
      [
        'Editors complete and check the keys: put `# yaml-language-server: $schema=pmp-pd.schema.json` at the top, with templates/pmp-pd.schema.json beside it.',
      ],
    ],
    related: ['answer-missing'],
  },
  'answer-missing': {
    title: 'Something has to be answered, and nobody is there to ask',
    means:
      'Off a terminal, with --no-input, --yes or -o json, pmp-pd never asks. Something without a default is missing. Nothing was written. Exit code 2.',
    causes: [
      'No REST token is in the environment of this job; on your terminal it was typed, or your shell profile set it.',
      'The token is an account token or OAuth: it belongs to nobody, and PagerDuty wants the e-mail of an existing user in the From header.',
      'The answers file is not where the job runs, or says `unfinished: true`: the interview was left before its end.',
      'Neither `--yes` nor `--plan` was given, so somebody would have to confirm the plan.',
    ],
    see: [
      ['Whether there is an answers file, and whether it is whole:', 'grep -n unfinished pmp-pd.yaml'],
      ['Which variables the job has, without their values:', "env | cut -d= -f1 | grep -E '^(PAGERDUTY|PD)_'"],
    ],
    fix: [
      ['Answer on a terminal, once. The answers stay in pmp-pd.yaml:', 'pmp-pd setup'],
      [
        'In CI, give the file, a token in PAGERDUTY_TOKEN and the acting user:',
        'pmp-pd setup --yes --config pmp-pd.yaml --from ada@example.com',
      ],
      [
        'Or keep the acting user with the answers (`from: ada@example.com`), and the token in a file that only the job can read (`--token-file`).',
      ],
    ],
    related: ['answers-invalid', 'pagerduty-credentials'],
  },
  interrupted: {
    title: 'You stopped it with Ctrl-C',
    means:
      'The first Ctrl-C lets the call that is under way finish and starts nothing new; a second one stops at once. Nothing is half-done: objects are found again by their names. Exit code 130.',
    causes: [
      'Ctrl-C at a question, while waiting for a rate limit or a rollout, or while the plan was being applied.',
      'A CI job was cancelled: most send the same signal first.',
      'At a question of `setup` the answers given so far are kept, as by `:q` or Ctrl-D; only what stood in the line that was being typed is lost.',
    ],
    see: [
      ['What is still to do; this writes nothing:', 'pmp-pd setup --plan'],
      [
        'What was applied before the stop, where the run had `-o json` and went to a file:',
        "jq '.steps[].resources[] | [.action, .name]' setup.json",
      ],
    ],
    fix: [
      ['Run the same command again. It looks first and makes only what is missing:', 'pmp-pd setup'],
      ['After a question of the interview, the same command goes on where it was left.'],
    ],
    related: ['terminated', 'left-over'],
  },
  terminated: {
    title: 'Something else ended the command (SIGTERM)',
    means: 'As with Ctrl-C, the call under way was finished and nothing new was started. Nothing is half-done. Exit code 143.',
    causes: [
      'The time limit of a CI job or of `timeout` was reached.',
      'A pod or machine that it ran on was shut down or evicted.',
      'Somebody ended the process with `kill`.',
      'It was waiting: a rollout may take 5 minutes, each configuration reload 3, a rate limit 5.',
    ],
    see: [
      ['What is still to do; this writes nothing:', 'pmp-pd setup --plan'],
      ['What it was doing when it was ended: the last lines of a trace, where `--trace` was on:', 'tail -n 5 trace.jsonl'],
    ],
    fix: [
      ['Give the job at least 15 minutes.'],
      ['Run the same command again. It makes only what is missing:', 'pmp-pd setup --yes --trace trace.jsonl'],
    ],
    related: ['interrupted', 'pagerduty-rate-limit'],
  },
} satisfies Partial<Record<ErrorId, Page>>;
