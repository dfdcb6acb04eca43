import { sandboxClusterToken } from './kubernetes/index.ts';

/** What kubectl and other clients need to reach the sandbox's cluster. Its names say what it is. */
export function kubeconfigFor(baseUrl: string): string {
  return `apiVersion: v1
kind: Config
current-context: sandbox
clusters:
  - name: sandbox
    cluster:
      server: ${baseUrl}/k8s
contexts:
  - name: sandbox
    context:
      cluster: sandbox
      user: sandbox
      namespace: monitoring
users:
  - name: sandbox
    user:
      token: ${sandboxClusterToken}
`;
}
