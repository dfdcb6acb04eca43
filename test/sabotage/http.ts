/** A sabotage that the other side refuses has sabotaged nothing. @returns the body */
export async function mustSucceed(method: string, url: string, headers: Record<string, string>, body?: string): Promise<string> {
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${new URL(url).pathname} answered ${response.status}: ${text}`);
  return text;
}
