import { expect, test } from 'vitest';
import type { Attribute, AttributeFlag } from './attribute.ts';
import { nameOfAttribute } from './event-names.ts';

function attribute(type: number, config: number, parts: Partial<Attribute> = {}): Attribute {
  return {
    ...{ type, config: BigInt(config), samplePeriod: 1n, sampleType: 0, readFormat: 0, preciseIp: 0 },
    ...{ breakpointType: 0, config1: 0n, config2: 0n, branchSampleType: 0, regsUser: 0n, clockId: 0 },
    ...{ regsIntr: 0n, sizeBytes: 112, flags: new Set<AttributeFlag>(['excludeGuest']) },
    ...parts,
  };
}

const flags = (...names: AttributeFlag[]) => ({ flags: new Set(names) });

test.each([
  ['cycles', attribute(0, 0)],
  ['branch-misses', attribute(0, 5)],
  ['cycles', { ...attribute(0, 0), config: 0x4_0000_0000n }],
  ['unknown-hardware', attribute(0, 77)],
  ['cpu-clock', attribute(1, 0)],
  ['dummy:HG', attribute(1, 9, flags())],
  ['tracepoint:372', attribute(2, 372)],
  ['L1-dcache-loads', attribute(3, 0)],
  ['LLC-store-misses', attribute(3, 2 | (1 << 8) | (1 << 16))],
  ['invalid-cache', attribute(3, 0xff)],
  ['raw 0x1a8', attribute(4, 0x1a8)],
  ['mem:0x1000:rw', attribute(5, 0, { breakpointType: 3, config1: 0x1000n })],
  ['unknown attr type: 9', attribute(9, 0)],
  ['cycles:u', attribute(0, 0, flags('excludeKernel', 'excludeHypervisor'))],
  ['cycles:uH', attribute(0, 0, flags('excludeKernel', 'excludeHypervisor', 'excludeGuest'))],
  ['cycles:ppp', attribute(0, 0, { preciseIp: 3, ...flags() })],
  ['cycles:k', attribute(0, 0, flags('excludeUser', 'excludeHypervisor'))],
])('%s', (name, given) => {
  expect(nameOfAttribute(given)).toBe(name);
});
