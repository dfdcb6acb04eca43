import type { ErrorId } from '../../engine/index.ts';
import type { Page } from '../page.ts';

/** What the cluster says. Commands use the guide's names: namespace monitoring, secret pagerduty-secrets. */
export const kubernetesPages = {
  'kubernetes-config': {
    title: 'The kubeconfig cannot be used',
    means: 'pmp-pd does not know which cluster is meant, or how to talk to it. No call was made to a cluster. Exit code 4.',
    causes: [
      'There is no kubeconfig: KUBECONFIG is not set, ~/.kube/config is missing, and this is no pod.',
      'The context of `--context` or of the answers (`kubernetes.context`) is not in it, or it has no current context.',
      'A certificate, key or token file that it names does not exist on this machine.',
      'It reaches the cluster through `proxy-url`, which pmp-pd does not support.',
      'The file is no YAML, or was cut while it was copied into a CI secret.',
    ],
    see: [
      ['Which contexts there are; the star is the current one:', 'kubectl config get-contexts'],
      ['What is in force, without secrets:', 'kubectl config view --minify'],
      ['Which files are read:', 'echo "${KUBECONFIG:-$HOME/.kube/config}"'],
    ],
    fix: [
      ['On EKS, let AWS write it:', 'aws eks update-kubeconfig --name CLUSTER --region REGION'],
      ['Choose the context, here or in the answers:', 'pmp-pd setup --plan --context CONTEXT'],
      ['Or name the file:', 'pmp-pd setup --plan --kubeconfig FILE'],
      ['Without a cluster, answer `kubernetes: none`: PagerDuty is set up, and alertmanager.yml is written to a file.'],
    ],
    related: ['kubernetes-credentials'],
  },
  'kubernetes-credentials': {
    title: 'The cluster does not know who you are',
    means:
      'The API server answered 401, or the program in the kubeconfig gave no token. This is about who you are, not about what you may do. Nothing was written to the cluster. Exit code 4.',
    causes: [
      'The sign-in has expired (AWS SSO, OIDC); EKS tokens last about 15 minutes.',
      'The program is missing: `aws`, `gke-gcloud-auth-plugin`, `kubelogin`. In CI it is often not on the PATH.',
      'AWS_PROFILE names another account, or a profile that is not on this machine.',
      'EKS: your IAM principal is not in the cluster (no access entry, not in aws-auth). AWS knows you, the cluster does not.',
      'A service account token was deleted or has run out.',
      'The context names no user: the call arrives as system:anonymous.',
    ],
    see: [
      ['Who the cluster takes you for (kubectl 1.28 or later):', 'kubectl auth whoami'],
      ['Who AWS takes you for:', 'aws sts get-caller-identity'],
      ['Whether that principal is in the cluster:', 'aws eks list-access-entries --cluster-name CLUSTER'],
    ],
    fix: [
      ['Sign in again:', 'aws sso login'],
      ['Use the profile that has access:', 'export AWS_PROFILE=PROFILE'],
      [
        'If the principal is missing, an admin of the cluster adds it:',
        'aws eks create-access-entry --cluster-name CLUSTER --principal-arn ARN',
      ],
      ['Then try:', 'kubectl auth can-i get secrets -n monitoring'],
    ],
    related: ['kubernetes-permission', 'kubernetes-config'],
  },
  'kubernetes-permission': {
    title: 'The cluster knows you, but you may not do this',
    means:
      'The API server answered 403, or said beforehand that it would. The message names verb and resource. Before the plan is applied nothing was written (exit code 4).',
    causes: [
      'Your role reads but does not write secrets in the namespace.',
      'The namespace does not exist, and you may not create one.',
      'A role is limited to other names: pmp-pd needs `pagerduty-secrets` (and `pagerduty-heartbeat`, `pagerduty-webhook` where they are used).',
      '`alertmanager.apply: true` needs more than the secret: patch on the Deployment or StatefulSet, and pods/proxy for the reload.',
    ],
    see: [
      ['Whether the secret may be written:', 'kubectl auth can-i patch secret/pagerduty-secrets -n monitoring'],
      ['Whether Alertmanager may be asked and reloaded:', 'kubectl auth can-i create pods --subresource=proxy -n monitoring'],
      ['Everything that you may:', 'kubectl auth can-i --list -n monitoring'],
    ],
    fix: [
      [
        'A cluster admin gives the least that is needed:',
        'kubectl -n monitoring create role pmp-pd --verb=get,create,patch --resource=secrets --resource-name=pagerduty-secrets',
      ],
      ['and binds it to you:', 'kubectl -n monitoring create rolebinding pmp-pd --role=pmp-pd --user=USER'],
      [
        'For `alertmanager.apply: true` also get and list on pods, deployments, statefulsets and configmaps, patch on those that hold Alertmanager and its configuration, and get and create on pods/proxy; and for the lock that keeps two runs apart get, patch and create on the Lease `pmp-pd-setup` (without it: a warning).',
      ],
      ['Or use a context that may:', 'pmp-pd setup --plan --context CONTEXT'],
    ],
    related: ['kubernetes-credentials'],
  },
  'kubernetes-unreachable': {
    title: 'The cluster cannot be reached',
    means:
      'The API server did not answer, answered only 5xx, or its certificate cannot be trusted. Alertmanager goes on with what it has: nothing that was loaded is changed by this.',
    causes: [
      'EKS: the endpoint is private, and you are not on the VPN or in the VPC; the call then hangs and times out.',
      'The current context is another cluster, or one that was deleted.',
      'The control plane is being upgraded, or is overloaded (429).',
      'Only a proxy leads there: pmp-pd does not read HTTPS_PROXY.',
      'The cluster’s certificate has run out, or the kubeconfig holds the authority of a cluster made before.',
    ],
    see: [
      ['Which address is meant:', "kubectl config view --minify -o jsonpath='{.clusters[0].cluster.server}'"],
      ['Whether it answers:', 'kubectl get --raw /readyz --request-timeout=10s'],
      ['EKS, whether it can be reached from outside:', 'aws eks describe-cluster --name CLUSTER --query cluster.resourcesVpcConfig'],
    ],
    fix: [
      ['Connect to the VPN, or run it inside the VPC.'],
      ['Choose the right cluster:', 'pmp-pd setup --plan --context CONTEXT'],
      ['After the cluster was made anew, fetch its certificate again:', 'aws eks update-kubeconfig --name CLUSTER'],
      ['Run the same command again; it goes on from what is there.'],
    ],
    related: ['kubernetes-config', 'alertmanager-unreachable'],
  },
  'kubernetes-conflict': {
    title: 'Somebody else owns that object in the cluster',
    means:
      'Another field manager or controller set this object, or it changed between read and write (409). Overwriting would be undone within minutes or would break the other tool, so nothing was overwritten.',
    causes: [
      'The secret was made by the guide’s `kubectl create secret` with other values.',
      'External Secrets, Sealed Secrets or Vault writes the secret from a source of its own.',
      'Argo CD, Flux or Helm owns the object and will put its own version back.',
      'Two setup runs at once.',
    ],
    see: [
      [
        'Who writes the secret:',
        "kubectl -n monitoring get secret pagerduty-secrets --show-managed-fields -o jsonpath='{.metadata.managedFields[*].manager}'",
      ],
      ['Which controller it belongs to:', "kubectl -n monitoring get secret pagerduty-secrets -o jsonpath='{.metadata.ownerReferences}'"],
      ['Names and lengths of its keys, not their values:', 'kubectl -n monitoring describe secret pagerduty-secrets'],
    ],
    fix: [
      ['If a controller owns it: put the keys into its source, or give pmp-pd a secret of its own (`kubernetes.secret` in the answers).'],
      ['If it was made by hand: `adopt: true` in the answers lets pmp-pd take it over; the plan shows it first:', 'pmp-pd setup --plan'],
      ['If two runs met: wait for the other one, then run yours again.'],
    ],
    related: ['not-ours'],
  },
  'kubernetes-refused': {
    title: 'The cluster refused one object',
    means:
      'The API server understood who you are and what you want, and said no in its own words; they stand behind "why". That object was not changed.',
    causes: [
      'The namespace, or an object that is to be changed, does not exist (404).',
      'The secret is marked immutable, or is of another type: neither can be changed in place.',
      'An admission policy says no: labels it wants, images, quotas (Kyverno, Gatekeeper, ResourceQuota).',
      'A Secret or ConfigMap would be larger than 1 MiB.',
      'What answered is no API server: a sign-in page or proxy in between.',
    ],
    see: [
      ['Whether the namespace is there:', 'kubectl get namespace monitoring'],
      ['Whether the secret is immutable:', "kubectl -n monitoring get secret pagerduty-secrets -o jsonpath='{.type} {.immutable}'"],
      [
        'Whether a policy refuses secrets; this writes nothing:',
        'kubectl -n monitoring create secret generic pmp-pd-try --from-literal=a=b --dry-run=server',
      ],
    ],
    fix: [
      ['Do what the words say; where a policy is named, ask its owner.'],
      [
        'An immutable secret that pmp-pd did not make is not replaced: delete it when nobody else needs it. Running pods keep what they have mounted; new ones wait for the next step:',
        'kubectl -n monitoring delete secret pagerduty-secrets',
      ],
      ['Run setup again; it makes the secret anew from PagerDuty’s keys:', 'pmp-pd setup'],
    ],
    related: ['kubernetes-conflict', 'kubernetes-permission'],
  },
} satisfies Partial<Record<ErrorId, Page>>;
