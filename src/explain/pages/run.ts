import type { ErrorId } from '../../engine/index.ts';
import type { Page } from '../page.ts';

/** What a run met on its own way. */
export const runPages = {
  'not-ours': {
    title: 'Something that others made differs, and nobody agreed to change it',
    means:
      'An object of that name exists without the mark of pmp-pd, or Helm, Argo CD or Flux owns it. Adopting is not owning: it is changed only after somebody has seen the difference. It was left as it is. Under `--yes` that is exit code 2, before any write.',
    causes: [
      'Terraform or a person made the service, policy or schedule before.',
      'The name in the answers is by chance that of another team’s object.',
      'Alertmanager belongs to a Helm release or a GitOps repository, which would undo a patch.',
      'Somebody edited the description in PagerDuty, and the mark went with it.',
    ],
    see: [
      ['What differs, field by field, and what else uses the object:', 'pmp-pd setup --plan -v'],
      ['Who owns Alertmanager:', 'kubectl -n monitoring get deployments,statefulsets --show-labels | grep -i alertmanager'],
    ],
    fix: [
      ['If the other tool is right: change the answers until the plan says unchanged.'],
      ['If the answers are right: see each difference and agree to it by itself, on a terminal:', 'pmp-pd setup'],
      ['In CI, write `adopt: true` into the answers; it holds for every such object.'],
      ['If it is somebody else’s object: choose another name (`names:` in the answers).'],
      ['For Helm or GitOps: put the printed values into its source, then run setup again.'],
    ],
    related: ['name-twice', 'kubernetes-conflict'],
  },
  'left-over': {
    title: 'After everything was applied, something still differs',
    means:
      'setup plans again at its end, and the plan must be empty. An object was written, and reading it shows something else. What was applied stays. Exit code 6.',
    causes: [
      'Another tool changed it back at once: Terraform in a loop, Argo CD, an operator, a colleague.',
      'PagerDuty keeps a value in another form than it was sent (a trimmed name, a rounded time).',
      'PagerDuty’s or the cluster’s lists lag behind the write.',
      'Alertmanager’s configuration was replaced after step 6 had loaded it.',
    ],
    see: [
      ['Which field differs now:', 'pmp-pd setup --plan -v'],
      [
        'Who changed it in PagerDuty, where the plan has audit records: the web app, People → Audit Trail. For the cluster:',
        'kubectl -n monitoring get events --sort-by=.lastTimestamp | tail -n 20',
      ],
    ],
    fix: [
      ['Run the same command again; a lag is gone by then:', 'pmp-pd setup'],
      ['If it comes back, find the other tool and let only one of the two own the object.'],
      ['If nothing else writes it, report it with the plan and a trace:', 'pmp-pd setup --plan -o json --trace trace.jsonl'],
    ],
    related: ['kubernetes-conflict', 'not-ours'],
  },
  'setup-running': {
    title: 'Somebody else is running setup against this cluster',
    means:
      'Two setups at once would make the same things twice, so a Lease (`pmp-pd-setup`, in the namespace of the secret) lets one at a time apply. Yours waited 10 minutes and gave up. It wrote nothing but that Lease.',
    causes: [
      'A colleague or a CI job is applying a plan; the message says who, where and which process.',
      'That run waits for something: a rollout (5 minutes), a reload (3), a rate limit (5).',
      'That run was killed. Its lock expires by itself when it has not been renewed for 60 seconds, so this is rare.',
    ],
    see: [
      [
        'Who holds it, and when it was last renewed (every 20 seconds while they live):',
        'kubectl -n monitoring get lease pmp-pd-setup -o yaml',
      ],
      ['What will be left to do for you:', 'pmp-pd setup --plan'],
    ],
    fix: [
      ['Ask them, or wait until they are done.'],
      ['Run the same command again; what they have made is not made twice:', 'pmp-pd setup'],
      ['Only if renewTime stands still and nobody is at work:', 'kubectl -n monitoring delete lease pmp-pd-setup'],
    ],
    related: ['name-twice', 'kubernetes-conflict'],
  },
  'need-failed': {
    title: 'It was not tried, because something it needs is not there',
    means:
      'A policy needs its schedules, a service its policy, the secret its integration keys. What is needed failed or is missing, so this was left out: a service never points at a placeholder. It is no fault of its own.',
    causes: [
      'Another object failed in the same run: look for the first one above.',
      '`--only` or `--skip` left out the step that makes it.',
      'Somebody deleted the user, schedule or service between plan and apply.',
      'A push rule waits for the app: the person has not signed in yet.',
    ],
    see: [
      ['What is missing, in the order in which it is made:', 'pmp-pd setup --plan'],
      ['The first failure of the run, where it had `-o json` and went to a file:', "jq '.error' setup.json"],
    ],
    fix: [
      ['Mend the first failure; its own page says how.'],
      ['Run setup again without `--only` and `--skip`. It goes on where it stopped:', 'pmp-pd setup'],
    ],
    related: ['pagerduty-refused', 'left-over'],
  },
  file: {
    title: 'A local file cannot be read or written',
    means:
      'The message names the path, the cause is the operating system’s. A file is written beside its place and moved there, so no file is left half-written.',
    causes: [
      'The folder does not exist, or is not writable for you (containers often run with a read-only root).',
      'The path is a folder, or the disk is full. (For an answers file that is `answers-invalid`.)',
      'A file that an answer names (`people_file`) lies relative to the folder the command runs in, not to the answers.',
      'It is no UTF-8 text, or larger than 4 MiB.',
      'A template of the package is missing: the installation is broken.',
    ],
    see: [
      ['Who may do what there:', 'ls -la .'],
      ['Whether there is room:', 'df -h .'],
      ['What kind of file it is:', 'file pmp-pd.yaml'],
    ],
    fix: [
      [
        'Do what the message says: create the folder, change the permission, or name another path (`--config`, `--trace`, `alertmanager.file`).',
      ],
      ['In a container, work in a folder that is mounted writable.'],
      ['If one of the package’s own templates is named, install pmp-pd again.'],
    ],
    related: ['answers-invalid'],
  },
  sandbox: {
    title: 'The sandbox cannot do that',
    means:
      'This concerns the imitation on your own machine only: its state file, its lock, its port, or something that nobody in it can do now. Nothing real was read or touched.',
    causes: [
      'Another pmp-pd command or `sandbox serve` has the same state file open: one process owns it at a time.',
      'The port is taken.',
      'The state file is damaged, or is from another version, or its folder is not writable.',
      'PMP_PD_SANDBOX_FILE names a folder, a device or a pipe, or lies where no folder can be made.',
      'There is no incident that the person could acknowledge or resolve.',
    ],
    see: [
      ['What the sandbox holds, and who is in it:', 'pmp-pd sandbox status'],
      [
        'Where the state is, and whether something holds it (.lock names the process):',
        'ls -la "${XDG_STATE_HOME:-$HOME/.local/state}/pmp-pd"',
      ],
    ],
    fix: [
      ['Let the other command end, or stop it with Ctrl-C.'],
      ['Let the system choose a free port:', 'pmp-pd sandbox serve'],
      ['Begin again with an empty account; this forgets the sandbox’s state, nothing else:', 'pmp-pd sandbox reset'],
      ['For a sandbox of one’s own, for example per CI job:', 'export PMP_PD_SANDBOX_FILE="$PWD/sandbox.json"'],
    ],
  },
  internal: {
    title: 'pmp-pd itself went wrong',
    means:
      'Something happened that pmp-pd has no name for: a fault of ours. What was applied before it is whole; objects are found again by their names.',
    causes: [
      'An answer, a configuration or a server that nobody had thought of.',
      'A Node.js older than 20.19, or a broken installation.',
      'The machine ran out of memory or file handles.',
    ],
    see: [
      ['Version of both:', 'pmp-pd --version && node --version'],
      ['What was called last, without any body, header or query value:', 'tail -n 5 trace.jsonl'],
    ],
    fix: [
      ['Run the same command again, and record its calls:', 'pmp-pd setup --trace trace.jsonl'],
      [
        'If it happens on the sandbox with your answers too, that is the best report there is:',
        'pmp-pd setup --sandbox --yes --config pmp-pd.yaml',
      ],
      [
        'Report it with the error, the trace and both versions. Neither holds a token or key; look through the answers before you add them.',
      ],
    ],
  },
} satisfies Partial<Record<ErrorId, Page>>;
