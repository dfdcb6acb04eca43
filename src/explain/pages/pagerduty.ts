import type { ErrorId } from '../../engine/index.ts';
import type { Page } from '../page.ts';

/** A GET by hand. The token goes through standard input: as an argument, `ps` would show it to everybody on the machine. */
function get(path: string, more = '-sSi'): string {
  return `printf 'Authorization: Token token=%s' "$PAGERDUTY_TOKEN" | curl ${more} -H @- https://api.pagerduty.com${path}`;
}

/** What PagerDuty says, or does not say. */
export const pagerdutyPages = {
  'pagerduty-credentials': {
    title: 'PagerDuty does not accept the token',
    means:
      'PagerDuty answered 401 (code 2006), or there was no usable token to send. Nothing was read or written. Exit code 4. A rate limit or a missing right is never reported as this.',
    causes: [
      'The token was revoked, its owner was removed, or it was copied with a space or a line break.',
      'It belongs to the other region: a US token is unknown in the EU, and the other way round.',
      'It is an integration key (32 characters), which sends events and reads nothing, not a REST API key.',
      'Two of PAGERDUTY_TOKEN, PD_API_TOKEN and PAGERDUTY_API_TOKEN are set and differ: the first wins, with a warning.',
      'The file of `--token-file` or PAGERDUTY_TOKEN_FILE is missing, empty, or holds more than the token.',
      'The command in PAGERDUTY_TOKEN_COMMAND failed, or needs a shell: pipes and $(…) do not work there.',
      'Scoped OAuth: wrong client id, secret or subdomain.',
    ],
    see: [
      [
        'Ask with the same token. 401: unknown; 200: the token is fine here (in the EU the host is api.eu.pagerduty.com):',
        get('/abilities'),
      ],
      ['Which variables are set, without their values:', "env | cut -d= -f1 | grep -E '^(PAGERDUTY|PD)_'"],
    ],
    fix: [
      ['Create a REST API key in PagerDuty: Integrations → API Access Keys (account), or My Profile → User Settings (yours).'],
      ['Put it into the environment without showing it, then try again:', 'read -rs PAGERDUTY_TOKEN && export PAGERDUTY_TOKEN'],
      ['Name the region where it is not the US one:', 'pmp-pd setup --plan --region eu'],
      ['In CI, correct the job’s secret; a vault’s own command can stand in PAGERDUTY_TOKEN_COMMAND.'],
    ],
    related: ['pagerduty-permission', 'account-expired'],
  },
  'pagerduty-permission': {
    title: 'PagerDuty knows the token, but it may not do this',
    means:
      'PagerDuty answered 403 (code 2010 or 1018). What the message names was not done; the rest of the plan does not depend on it or was not tried.',
    causes: [
      'The account key was created as read-only.',
      'It is a person’s key, and that person is a Responder, Observer or Stakeholder: a key can do what its owner can.',
      'It reads or changes other people’s phones or rules, which takes an admin.',
      'Scoped OAuth lacks a scope. PagerDuty drops scopes that it does not know without a word; the message names the missing ones.',
    ],
    see: [
      ['Whose key it is, and which role. 400 with "account-level": an account key, nobody’s:', get('/users/me', '-sS')],
      ['What it was refused: lines with status 403 of a trace:', 'pmp-pd setup --plan --trace trace.jsonl'],
    ],
    fix: [
      ['Use an account key that is not read-only, or the key of an admin or the account owner.'],
      ['For scoped OAuth, add the scopes that the message names to the app and register it again.'],
      ['Run the same command again; what is in place is left alone.'],
    ],
    related: ['pagerduty-credentials', 'plan-refuses'],
  },
  'pagerduty-unreachable': {
    title: 'PagerDuty cannot be reached',
    means:
      'No answer came, or only 5xx, in up to five tries. A read has changed nothing. A write is reported as this only where it is known not to have happened; otherwise see pagerduty-unknown-outcome.',
    causes: [
      'No network, no DNS, or a firewall that lets nobody out to port 443.',
      'Only a proxy leads out: pmp-pd does not read HTTPS_PROXY, although curl does.',
      'A company gateway reads TLS along: its certificate authority is not known to Node.js.',
      'PAGERDUTY_API_URL names a wrong host, or one that redirects (redirects are never followed: the token must not travel).',
      'PagerDuty itself has trouble.',
    ],
    see: [
      [
        'Without a token and without a proxy. 401 means that the way is free:',
        "curl -sSi --noproxy '*' https://api.pagerduty.com/abilities",
      ],
      [
        'Whether a proxy or another host is set (names only; values may hold passwords):',
        "env | cut -d= -f1 | grep -iE '^(https?|no)_proxy$|^PAGERDUTY_API_URL$'",
      ],
      ['Whether PagerDuty has trouble:', 'curl -sS https://status.pagerduty.com/api/v2/status.json'],
    ],
    fix: [
      ['Open the firewall to api.pagerduty.com:443 (EU: api.eu.pagerduty.com), or run it where there is a direct way out.'],
      ['Let Node.js know the gateway’s authority:', 'export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/gateway.pem'],
      ['Unset PAGERDUTY_API_URL unless you mean it.'],
      ['Run the same command again; what is in place is left alone.'],
    ],
    related: ['pagerduty-unknown-outcome', 'pagerduty-rubbish'],
  },
  'pagerduty-rate-limit': {
    title: 'PagerDuty asks for fewer calls a minute',
    means:
      'PagerDuty answered 429 (code 2020) again and again. pmp-pd keeps to the limit that the headers tell and waited up to 5 minutes; then it gave up. The token is fine. Nothing is half-done.',
    causes: [
      'Something else uses the same key: Terraform, an exporter, a chat bot, another CI job. The limit is 960 calls a minute for an account key; for a person’s keys it is counted together.',
      'Two setup runs at once.',
      'Some operations have lower limits that PagerDuty does not publish.',
    ],
    see: [
      [
        'What is left of this minute (ratelimit-limit, ratelimit-remaining, ratelimit-reset in seconds):',
        `${get('/abilities', '-sS -o /dev/null -D -')} | grep -i ratelimit`,
      ],
      ['Which calls were turned away, and when:', 'grep \'"status":429\' trace.jsonl'],
    ],
    fix: [
      ['Wait a minute, then run the same command again; it goes on from what is there:', 'pmp-pd setup --trace trace.jsonl'],
      ['Stop what else uses the key, or give pmp-pd a key of its own.'],
    ],
    related: ['pagerduty-unreachable'],
  },
  'pagerduty-refused': {
    title: 'PagerDuty refused one object',
    means:
      'PagerDuty answered 4xx with words of its own; they stand behind "why". That object was not made or changed, and what needs it was not tried. Other objects are in place.',
    causes: [
      'From is no user of this account (code 1008), or is missing (2011, 2016).',
      'A value that PagerDuty does not take: a phone that starts with 0 or is toll-free, a name over its length, a time zone it does not know.',
      'Ten contact methods, three phones or three SMS numbers are the most a person can have.',
      'The object was deleted, or a name was taken, by somebody else in the meantime.',
      'A schedule or policy names a Stakeholder: they cannot be on call.',
      'The account has more than 10,000 objects of a kind; PagerDuty lists no more.',
    ],
    see: [
      ['Which call it was (4xx):', 'grep -E \'"status":4\' trace.jsonl'],
      ['Whether the acting user exists:', `${get('/users', '-sS -G -d query=ada@example.com')} | jq -c '.users[]|[.id,.email]'`],
      ['What would be done now; this writes nothing:', 'pmp-pd setup --plan'],
    ],
    fix: [
      ['Change the answer that PagerDuty’s words name (phone, name, time zone).'],
      ['Give the login e-mail of an existing user:', 'pmp-pd setup --from ada@example.com'],
      ['Run the same command again. Only what is missing is made.'],
    ],
    related: ['need-failed', 'plan-refuses'],
  },
  'pagerduty-rubbish': {
    title: 'What answered does not speak like PagerDuty',
    means: 'An answer came, but it is HTML, cut off, or lacks fields that PagerDuty documents. Nothing was concluded from it.',
    causes: [
      'A sign-in page of a hotel, VPN or company gateway answers in PagerDuty’s place.',
      'PAGERDUTY_API_URL names something else, for example the web address (acme.pagerduty.com) instead of api.pagerduty.com.',
      'A proxy cuts long answers.',
      'PagerDuty shows an error page of its load balancer, or has changed its API.',
    ],
    see: [
      ['The first lines of what answers. JSON is right, HTML is not:', `${get('/abilities')} | head -n 20`],
      ['Whether another host is set:', "env | grep '^PAGERDUTY_API_URL='"],
    ],
    fix: [
      ['Sign in to the network, or go around the proxy.'],
      ['Unset the variable:', 'unset PAGERDUTY_API_URL'],
      ['If both are right, record the calls and report it with that file; it holds no secret:', 'pmp-pd setup --plan --trace trace.jsonl'],
    ],
    related: ['pagerduty-unreachable'],
  },
  'pagerduty-unknown-outcome': {
    title: 'Nobody knows whether PagerDuty did it',
    means:
      'A write was sent and its answer never came. PagerDuty has no idempotency key, so it was not sent twice: pmp-pd looked for the object by its name and did not find it in time. It may still appear.',
    causes: [
      'The connection broke, or 30 seconds passed, after the request was sent.',
      'PagerDuty answered 5xx to a create.',
      'The object is there, but PagerDuty’s lists do not show it yet; that can take a minute or two.',
    ],
    see: [
      ['Whether it is there now. In the plan it is then "unchanged", else "create":', 'pmp-pd setup --plan'],
      ['By hand, for a service:', `${get('/services', '-sS -G -d query=PMP')} | jq -c '.services[]|[.id,.name]'`],
    ],
    fix: [
      ['Wait two minutes.'],
      ['Run the same command again. It looks first, adopts what the lost call made, and makes the rest:', 'pmp-pd setup'],
      ['Do not create the object by hand meanwhile: that is how duplicates come to be.'],
    ],
    related: ['name-twice', 'pagerduty-unreachable'],
  },
  'plan-refuses': {
    title: 'The account’s plan does not have this feature',
    means:
      'PagerDuty answered 402 (code 2014), or 403 with words about the plan. Where there is a weaker way (alert grouping), setup takes it by itself, remembers the refusal, and shows `wait`; otherwise the object was not made.',
    causes: [
      'Alert grouping by content or "intelligent" needs AIOps or a Business plan.',
      'Low urgency (ability `urgencies`) is missing: then both services are high, and P3 does not go to PagerDuty.',
      'A trial ended, and the account fell back to Free.',
      'Scoped OAuth or roles that only a bigger plan has.',
    ],
    see: [
      ['What the account can:', get('/abilities', '-sS')],
      ['Which licences it has:', `${get('/licenses', '-sS')} | jq -c '.licenses[]|[.name,.allocations_available]'`],
      ['What waits for a bigger plan:', 'pmp-pd setup --plan -v'],
    ],
    fix: [
      ['Decide whether you need it: grouping by content, then Alertmanager’s own group_by, do without.'],
      ['Or take a plan that has it, in PagerDuty under Account Settings → Billing.'],
      ['Run setup again. After an upgrade it makes what waited.'],
    ],
    related: ['plan-too-small', 'account-expired'],
  },
  'plan-too-small': {
    title: 'The account’s plan cannot hold the answers',
    means:
      'There are fewer seats, schedules or policies than the answers need. This is looked at before the first write, so nothing was made (exit code 2). If PagerDuty itself says so while applying (code 2019), what was made stays.',
    causes: [
      'The Free plan holds 1 schedule, 1 escalation policy and 5 users; the guide needs 2, 2 and everybody.',
      'All licences are taken. Lead and CTO need a full one too: engineers + 2, not "2–3".',
      'People who have left still hold a seat.',
      'Stakeholder licences cannot be on call.',
    ],
    see: [
      [
        'Seats: allocations_available is what is left, null is no limit:',
        `${get('/licenses', '-sS')} | jq -c '.licenses[]|[.name,.allocations_available]'`,
      ],
      ['What the answers need: policies, schedules and people in the plan:', 'pmp-pd setup --plan'],
    ],
    fix: [
      ['Free seats in PagerDuty (People → Users), or name fewer people.'],
      ['Or start a trial or take a bigger plan.'],
      [
        'To see beforehand what a plan holds, try your answers on an imitation of it (this forgets the sandbox’s state, nothing else):',
        'pmp-pd sandbox reset --account-plan trial && pmp-pd setup --sandbox --yes --plan',
      ],
    ],
    related: ['plan-refuses'],
  },
  'account-expired': {
    title: 'The PagerDuty account has expired',
    means:
      'PagerDuty answered with code 2012. The token is right, the account is closed for use. Nothing was written. Alerts that Alertmanager sends to it page nobody.',
    causes: [
      'A trial ended (14 days) and nobody chose a plan.',
      'The subscription was not paid or was cancelled.',
      'The token belongs to an old test account.',
    ],
    see: [
      ['PagerDuty’s own words, with the same token:', get('/abilities')],
      ['Whether alerts are being lost now:', 'kubectl -n monitoring logs deploy/alertmanager --since=1h | grep -i pagerduty'],
    ],
    fix: [
      ['Until it is renewed, tell the team that nobody is paged, and watch by other means.'],
      ['Renew it as the account owner: Account Settings → Billing.'],
      ['Or use the token of the right account.'],
      ['See that everything is still there:', 'pmp-pd setup --plan'],
    ],
    related: ['pagerduty-credentials', 'plan-refuses'],
  },
  'name-twice': {
    title: 'Several objects have the name that is looked for',
    means:
      'pmp-pd finds objects by name (people by e-mail). Two carry the same one, so it cannot know which is meant and changes neither. Exit code 2.',
    causes: [
      'Somebody made a second one by hand, or two setup runs worked at once.',
      'A layer schedule and a new shift-based schedule have the same name.',
      'Names differ only in case: PagerDuty takes them for the same, and so do we.',
    ],
    see: [
      ['Schedules of that name, with their ids:', `${get('/schedules', '-sS -G -d query=PMP')} | jq -c '.schedules[]|[.id,.name]'`],
      ['Policies:', `${get('/escalation_policies', '-sS -G -d query=PMP')} | jq -c '.escalation_policies[]|[.id,.name]'`],
      [
        'Services, and which policy each uses:',
        `${get('/services', '-sS -G -d query=PMP')} | jq -c '.services[]|[.id,.name,.escalation_policy.summary]'`,
      ],
    ],
    fix: [
      ['Keep the one that services and policies use; the message names the ids.'],
      ['Rename or delete the other one in PagerDuty.'],
      ['Or choose another name in the answers (`names:`), if both must stay.'],
      ['Run setup again:', 'pmp-pd setup --plan'],
    ],
    related: ['not-ours', 'pagerduty-unknown-outcome'],
  },
  'schedule-preview-differs': {
    title: 'PagerDuty would leave an hour with nobody on call',
    means:
      'Before a schedule is written, PagerDuty is asked to render it (six weeks and both coming clock changes). For an hour in which somebody should be on call it showed nobody. The schedule was not written, and what needs it was not tried. Other differences are only named.',
    causes: [
      'PagerDuty reads the hours or the turn of a layer otherwise across a daylight-saving change; it documents neither.',
      'A person of the layer was removed from PagerDuty between the plan and the preview.',
      '`gaps: accept` leaves hours to nobody on purpose, so a shifted edge is not caught by a lower layer.',
    ],
    see: [
      ['Which hours are meant: the picture in the plan:', 'pmp-pd setup --plan --only schedules'],
      ['The same as numbers (coverage: gaps and overlaps, UTC):', 'pmp-pd setup --plan -o json'],
    ],
    fix: [
      ['Write `gaps: fill` in the answers: the lowest layer then holds every hour, whatever the edges do.'],
      ['Run setup again:', 'pmp-pd setup'],
      ['If it stays, report it with the output of `pmp-pd setup --plan -o json`. Until then make that schedule by hand.'],
    ],
    related: ['need-failed'],
  },
} satisfies Partial<Record<ErrorId, Page>>;
