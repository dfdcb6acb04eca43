import type { ErrorId } from '../../engine/index.ts';
import type { Page } from '../page.ts';

/** What Alertmanager does with its configuration. Where an operator runs it, statefulset/alertmanager-… stands for deploy/alertmanager. */
export const alertmanagerPages = {
  'alertmanager-not-found': {
    title: 'No Alertmanager was found, or more than one',
    means:
      'In that namespace there is no Deployment, StatefulSet or Alertmanager object with an Alertmanager in it, or there are several and nothing says which is meant. Nothing of Alertmanager was changed.',
    causes: [
      'It runs in another namespace than the answers say.',
      'It is not installed yet, or is scaled to nothing.',
      'Two releases stand side by side, the old one and the new one.',
      'Amazon Managed Prometheus runs it outside the cluster: it takes keys only as a Secrets Manager ARN, and a Kubernetes secret does not serve it.',
    ],
    see: [
      ['Where Alertmanagers run:', 'kubectl get deployments,statefulsets -A | grep -i alertmanager'],
      ['Whether the Prometheus operator makes them:', 'kubectl get alertmanagers.monitoring.coreos.com -A'],
      ['By image, whatever they are called:', 'kubectl get pods -A -o wide | grep -i alertmanager'],
    ],
    fix: [
      ['Name its namespace, here or in the answers (`kubernetes.namespace`):', 'pmp-pd setup --plan -n monitoring'],
      ['Remove the release that is no longer needed, or keep them in different namespaces.'],
      ['Without one, leave `alertmanager.apply` out: alertmanager.yml is written to a file for you to place.'],
    ],
    related: ['alertmanager-unreachable'],
  },
  'alertmanager-refused': {
    title: 'Alertmanager refuses the configuration; the old one is in force',
    means:
      'The reload answered with an error, or the configuration there is cannot be edited safely. The text was put back at once: routes that paged before still page. The PagerDuty side is in place.',
    causes: [
      'templates/alertmanager.yml was edited, and a field is misspelt or indented wrongly.',
      'A route or receiver of yours now clashes with ours: two receivers of one name.',
      'The Alertmanager is older than a field that is used (`routing_key_file` needs 0.25), or the operator is older than Alertmanager.',
      'The configuration in the cluster was broken before; nobody had reloaded it.',
      'It is written in braces, or the "pmp-pd begin" and "pmp-pd end" marks are not in pairs any more.',
    ],
    see: [
      ['Line and reason, for the file that setup wrote:', 'amtool check-config alertmanager.yml'],
      [
        'Alertmanager’s own words (under an operator: statefulset/…):',
        'kubectl -n monitoring logs deploy/alertmanager --tail=50 | grep -i config',
      ],
      ['Which version runs:', "kubectl -n monitoring get deploy alertmanager -o jsonpath='{.spec.template.spec.containers[*].image}'"],
      ['The copies that setup keeps of what was there before:', 'kubectl -n monitoring get configmaps,secrets | grep pmp-pd-backup'],
    ],
    fix: [
      ['Mend the line that is named: in the template, or in your own part of the configuration.'],
      [
        'Check it before it goes anywhere. amtool does not open key files and accepts a literal ${…}, which Alertmanager never expands:',
        'amtool check-config alertmanager.yml',
      ],
      ['Where text cannot be edited safely, copy the blocks between the marks by hand, ours first under the root route.'],
      ['Run that step again:', 'pmp-pd setup --only alertmanager'],
    ],
    related: ['alertmanager-not-loaded'],
  },
  'alertmanager-unreachable': {
    title: 'Alertmanager does not answer through the cluster',
    means:
      'The API server can be reached, but a replica of Alertmanager did not say which configuration it runs (GET /api/v2/status through the pod proxy). What is loaded is unknown, so nothing is called done.',
    causes: [
      'The pod is starting, crashing, or was evicted.',
      'It listens under a path prefix (`--web.route-prefix`, or the path of `--web.external-url`) that its arguments do not show.',
      'It wants a password or TLS (`--web.config.file`); the proxy takes the Authorization header away.',
      'EKS: the security group of the nodes does not let the control plane in on port 9093; port-forward then works, the proxy does not.',
      'A network policy or a service mesh with strict mTLS turns the API server away.',
    ],
    see: [
      ['Whether the pods are ready:', 'kubectl -n monitoring get pods -o wide | grep -i alertmanager'],
      ['What the pods say (under an operator: statefulset/…):', 'kubectl -n monitoring logs deploy/alertmanager --tail=50'],
      ['Around the proxy: this stays open until Ctrl-C,', 'kubectl -n monitoring port-forward deploy/alertmanager 9093'],
      ['and in a second terminal:', 'curl -sS http://localhost:9093/api/v2/status'],
    ],
    fix: [
      ['Mend the pods first, if they are not ready.'],
      ['EKS: allow TCP 9093 from the cluster’s security group to that of the nodes.'],
      ['Allow the API server in the network policy, or take Alertmanager’s port out of the mesh.'],
      ['Run that step again:', 'pmp-pd setup --only alertmanager'],
    ],
    related: ['kubernetes-unreachable', 'alertmanager-not-loaded'],
  },
  'alertmanager-not-loaded': {
    title: 'Alertmanager does not run our configuration',
    means:
      'The secret was not mounted, the rollout did not finish in 5 minutes, or a replica still ran another configuration after 3. The old state was put back, so nobody lost paging; ours is not in force.',
    causes: [
      'The new pods do not start: image, quota, affinity, or no node has room.',
      'The folder for the keys lies inside a mounted ConfigMap, in which no folder can be made.',
      'The operator does not reconcile: it is older than a field, or the object is paused.',
      'The configuration is mounted with subPath, which never refreshes without a restart, or a sidecar wrote it back.',
      'The secret lacks a key (step 5 or 6 was skipped), and an Alertmanager below 0.25 needs it written out.',
    ],
    see: [
      ['Why the pods do not start:', 'kubectl -n monitoring get events --sort-by=.lastTimestamp | tail -n 20'],
      [
        'How far the rollout is (under an operator: statefulset/…):',
        'kubectl -n monitoring rollout status deploy/alertmanager --timeout=10s',
      ],
      ['Whether the operator is content:', "kubectl -n monitoring get alertmanagers -o jsonpath='{.items[*].status.conditions}'"],
      ['Whether the secret has both keys (32 bytes each):', 'kubectl -n monitoring describe secret pagerduty-secrets'],
    ],
    fix: [
      ['Mend what the events name, and wait until the old pods are healthy.'],
      ['Put the keys elsewhere if the mount is what fails: `alertmanager.key_dir: /etc/pagerduty-secrets` in the answers.'],
      ['Run it again, with the steps before it, so that the secret is filled:', 'pmp-pd setup'],
    ],
    related: ['alertmanager-refused', 'alertmanager-unreachable'],
  },
  'prometheus-unreachable': {
    title: 'Prometheus was not found, or does not answer',
    means:
      'Its rules, its alerts or the Alertmanagers that it sends to could not be read (GET /api/v1/rules, /api/v1/alerts, /api/v1/alertmanagers). What they would have proven is not proven; nothing else is touched by it.',
    causes: [
      'It runs in another namespace than Alertmanager, or outside this cluster.',
      'Its Service bears none of the labels by which it is looked for (`app=prometheus`, `app.kubernetes.io/name=prometheus`, the operator’s own), or has no port 9090.',
      'It answers under a path prefix (`--web.route-prefix`, or the path of `--web.external-url`).',
      'What stands at PROMETHEUS_URL is something else, or the port-forward behind it has ended.',
      'EKS: the security group of the nodes does not let the control plane in on port 9090; port-forward then works, the proxy does not.',
    ],
    see: [
      ['Where it may run:', 'kubectl get services -A | grep -i prometheus'],
      ['Around the proxy: this stays open until Ctrl-C,', 'kubectl -n monitoring port-forward service/prometheus 9090'],
      ['and in a second terminal:', 'curl -sS http://localhost:9090/api/v1/alertmanagers'],
    ],
    fix: [
      ['Tell where it is, with its path prefix if it has one:', 'export PROMETHEUS_URL=http://localhost:9090'],
      ['Or label its Service `app.kubernetes.io/name=prometheus`, and keep it beside Alertmanager.'],
    ],
    related: ['alertmanager-unreachable'],
  },
} satisfies Partial<Record<ErrorId, Page>>;
