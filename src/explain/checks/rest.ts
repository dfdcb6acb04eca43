/**
 * A read of PagerDuty's REST API by hand; the token stands in no argument, where `ps` would show it.
 * @param query as in "filter=open"
 */
export function rest(path: string, ...query: readonly string[]): string {
  const data = query.map((pair) => ` -d '${pair}'`).join('');
  return `printf 'Authorization: Token token=%s' "$PAGERDUTY_TOKEN" | curl -sS${data === '' ? '' : ' -G'} -H @-${data} https://api.pagerduty.com${path}`;
}
