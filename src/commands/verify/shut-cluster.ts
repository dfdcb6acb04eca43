import type { PmpError } from '../../engine/index.ts';
import type { AlertmanagerRead, KubernetesRead, PrometheusRead, ReadWorld } from '../../ports/index.ts';

/** A world whose cluster cannot even be asked: every look at it says why, so that each check can. What is known by an address of its own stays. */
export function withShutCluster<W extends ReadWorld>(world: W, error: PmpError) {
  return {
    ...world,
    kubernetes: kubernetesShut(error),
    alertmanager: world.alertmanager ?? alertmanagerShut(error),
    prometheus: world.prometheus ?? prometheusShut(error),
  };
}

function kubernetesShut(error: PmpError): KubernetesRead {
  const no = async () => {
    throw error;
  };
  const calls = { reads: 0, writes: 0, retries: 0 };
  return { target: no, version: no, can: no, serves: no, get: no, list: no, secret: no, proxyGet: no, podLog: no, calls };
}

function alertmanagerShut(error: PmpError): AlertmanagerRead {
  const no = async () => {
    throw error;
  };
  const running = { replicas: no, route: no, outlets: no, holding: no, silences: no, delivery: no };
  return { ...running, keys: no, source: no, find: no, managedElsewhere: no, partsInForce: no };
}

function prometheusShut(error: PmpError): PrometheusRead {
  const no = async () => {
    throw error;
  };
  return { find: no, rules: no, alerts: no, alertmanagers: no };
}
