import type { ErrorId } from '../engine/index.ts';
import { checkPages, troubleshootingPages } from './checks/index.ts';
import type { Page } from './page.ts';
import { alertmanagerPages } from './pages/alertmanager.ts';
import { commandLinePages } from './pages/command-line.ts';
import { drillPages } from './pages/drill.ts';
import { kubernetesPages } from './pages/kubernetes.ts';
import { pagerdutyPages } from './pages/pagerduty.ts';
import { runPages } from './pages/run.ts';

export type { Line, Page } from './page.ts';
export { checkPages, troubleshootingPages } from './checks/index.ts';
export { nearestPages } from './nearest.ts';

/** A page for each error there can be; one without does not compile. */
export const errorPages: Readonly<Record<ErrorId, Page>> = {
  ...commandLinePages,
  ...runPages,
  ...drillPages,
  ...pagerdutyPages,
  ...kubernetesPages,
  ...alertmanagerPages,
};

/** Every page by its id, in the order of the list: checks, the guide's troubleshooting, errors. */
export const pages: ReadonlyMap<string, Page> = new Map(Object.entries({ ...checkPages, ...troubleshootingPages, ...errorPages }));
