/** Pure: the hosts that a secret may be sent to as it is. One that only signs is not sent anywhere. */

/** `any`: wherever a flow says. Otherwise names as `hostOf` gives them; none: nowhere. */
export type Hosts = 'any' | string[];

/** The host's name as it is compared, without its port; null: it is no address. */
export const hostOf = (address: string): string | null =>
  URL.canParse(address) ? new URL(address).hostname || null : null;

/** "API.Example.com" → `api.example.com`; null: it is not the name of one host. */
export const readHost = (text: string): string | null =>
  /^[^\s/?#@\\*%]+$/.test(text) && URL.canParse(`https://${text}`) && new URL(`https://${text}`).port === ''
    ? hostOf(`https://${text}`)
    : null;

export const maySend = (hosts: Hosts, address: string): boolean => {
  const host = hostOf(address);
  return host !== null && (hosts === 'any' || hosts.includes(host));
};
