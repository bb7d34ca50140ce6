import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Which networks an address that somebody in the console has given may lead to: the public internet, and what the operator
 * allows beside it. Without it the address could make the server knock at doors that only the server can reach.
 */
export interface Reach {
  /** Addresses and networks, such as `10.0.0.0/8`. */
  readonly allowed: readonly string[];
}

const isWithin = (address: ipaddr.IPv4 | ipaddr.IPv6, network: string): boolean => {
  const [first, bits] = network.includes('/')
    ? ipaddr.parseCIDR(network)
    : [ipaddr.parse(network), ipaddr.parse(network).kind() === 'ipv4' ? 32 : 128];
  return first.kind() === address.kind() && address.match(first, bits);
};

/** Whether the address, in digits, may be connected to. Names are judged once they are looked up. */
export const mayReach = (host: string, { allowed }: Reach): boolean => {
  const digits = host.replace(/^\[|\]$/g, '');
  if (isIP(digits) === 0) return true;
  // An IPv4 address in the clothes of IPv6 is judged as what it leads to.
  const address = ipaddr.process(digits);
  return address.range() === 'unicast' || allowed.some((network) => isWithin(address, network));
};

/** The system's look-up, which refuses a name that leads to an address out of reach. */
export const lookupWithin =
  (reach: Reach): LookupFunction =>
  (hostname, options, callback) => {
    systemLookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '', 0);
      if (found.some(({ address }) => !mayReach(address, reach)))
        return callback(Object.assign(new Error('a private network'), { code: 'PRIVATE_NETWORK' }), '', 0);
      const [first] = found;
      if (options.all === true) return callback(null, found);
      return callback(null, first?.address ?? '', first?.family ?? 0);
    });
  };
