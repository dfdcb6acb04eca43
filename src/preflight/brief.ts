import { heartbeatSecretName, type AlertmanagerSettings, type Answers, type Brief } from '../model/index.ts';
import type { AlertmanagerFound, ReadWorld } from '../ports/index.ts';

/** Where the operator mounts what `spec.secrets` lists. */
const operatorSecrets = '/etc/alertmanager/secrets';

/** Adds to the answers the few facts about account and cluster that decide between their ways. Reads only. */
export async function briefOf(answers: Answers, world: ReadWorld): Promise<Brief> {
  const { kubernetes } = answers;
  const [account, found, heartbeat] = await Promise.all([
    world.pagerduty.account(),
    world.alertmanager?.find(),
    hasHeartbeat(answers, world),
  ]);
  const urgencies = account.abilities.has('urgencies');
  const secret = kubernetes === 'none' ? undefined : kubernetes.secret;
  const keyDir = keyDirOf(answers, secret, found);
  const settings: AlertmanagerSettings = {
    keyStyle: answers.integration === 'events_v2' ? 'routing_key' : 'service_key',
    keyDir,
    ...(world.eventsUrl === undefined ? {} : { url: `${world.eventsUrl}/v2/enqueue` }),
    p2Severity: answers.p2 === 'quiet' ? 'warning' : 'error',
    p3Pages: urgencies && answers.integration === 'events_v2',
    heartbeat,
    heartbeatDir: `${keyDir.slice(0, keyDir.lastIndexOf('/'))}/${heartbeatSecretName}`,
    annotations: answers.alertmanager.annotations,
    runbookBase: answers.alertmanager.runbookBase,
    graphsBase: answers.alertmanager.graphsBase,
  };
  const [alertmanagerYml, rulesYml] = await Promise.all([world.text.render(settings), world.text.renderRules(settings)]);
  return { answers, urgencies, settings, parts: world.text.parts(settings), alertmanagerYml, rulesYml };
}

/** Where the secret is mounted already it stays; the operator decides its own folder. */
function keyDirOf({ alertmanager }: Answers, secret: string | undefined, found: AlertmanagerFound | undefined): string {
  if (secret !== undefined && found?.shape === 'operator') return `${operatorSecrets}/${secret}`;
  return found?.keyDir ?? alertmanager.keyDir;
}

/** Given now, or put away by an earlier run. */
async function hasHeartbeat({ kubernetes }: Answers, world: ReadWorld): Promise<boolean> {
  if (kubernetes === 'none' || world.kubernetes === undefined) return false;
  if (world.heartbeat !== undefined) return true;
  return (await world.kubernetes.secret(kubernetes.namespace, heartbeatSecretName)) !== undefined;
}
