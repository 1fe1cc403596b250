/** Which addresses of the network a call may go to: public ones, and those that the installation allows by name or range. */
import ipaddr from 'ipaddr.js';

type Range = ReturnType<typeof ipaddr.parseCIDR>;

export interface Allowed {
  /** Whatever these resolve to. Lower case. */
  hosts: ReadonlySet<string>;
  ranges: readonly Range[];
}

/** Public by its number, but a cloud's own: Azure's, to its virtual machines. */
const inner = new Set(['168.63.129.16']);
/** All of IPv6 that is given out to the public so far. */
const publicV6 = ipaddr.parseCIDR('2000::/3');

/** `entries` are names of hosts, addresses, and ranges such as `10.1.0.0/16`. */
export function readAllowed(entries: readonly string[]): Allowed {
  const hosts = new Set<string>();
  const ranges: Range[] = [];
  for (const entry of entries) {
    if (ipaddr.isValidCIDR(entry)) ranges.push(ipaddr.parseCIDR(entry));
    else if (ipaddr.isValid(entry)) {
      const address = ipaddr.process(entry);
      ranges.push([address, address.kind() === 'ipv4' ? 32 : 128] as unknown as Range);
    } else hosts.add(entry.toLowerCase());
  }
  return { hosts, ranges };
}

/** `address` as the resolver gives it. What cannot be read as one may not be reached. */
export function mayReach(address: string, { ranges }: Allowed): boolean {
  const [plain = ''] = address.split('%');
  if (!ipaddr.isValid(plain)) return false;
  // An IPv4 address in IPv6 clothes is what it is underneath.
  const read = ipaddr.process(plain);
  if (ranges.some((range) => range[0].kind() === read.kind() && read.match(range as never))) return true;
  if (read.range() !== 'unicast' || inner.has(read.toString())) return false;
  return read.kind() === 'ipv4' || read.match(publicV6 as never);
}
