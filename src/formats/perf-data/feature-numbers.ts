/** The features of a perf.data file, which are bits of its header and types of HEADER_FEATURE records (linux tools/perf/util/header.h). */
import type { ByteOrder } from '../../events/layout.ts';

/** By name, as the kernel calls them. */
export const features = {
  tracingData: 1,
  buildId: 2,
  hostName: 3,
  osRelease: 4,
  version: 5,
  arch: 6,
  nrCpus: 7,
  cpuDesc: 8,
  cpuId: 9,
  totalMem: 10,
  cmdline: 11,
  eventDesc: 12,
  cpuTopology: 13,
  numaTopology: 14,
  branchStack: 15,
  pmuMappings: 16,
  groupDesc: 17,
  auxtrace: 18,
  stat: 19,
  cache: 20,
  sampleTime: 21,
  memTopology: 22,
  clockId: 23,
  dirFormat: 24,
  bpfProgInfo: 25,
  bpfBtf: 26,
  compressed: 27,
  cpuPmuCaps: 28,
  clockData: 29,
  hybridTopology: 30,
  pmuCaps: 31,
  cpuDomainInfo: 32,
} as const;

const names = new Map<number, string>(
  Object.entries(features).map(([name, bit]) => [bit, name.replace(/[A-Z]/g, '_$&').toUpperCase()]),
);

/** `HOSTNAME` as perf writes it is `HOST_NAME` here: only messages and `inspect` show it. */
export function featureName(feature: number): string {
  return names.get(feature) ?? `feature ${feature}`;
}

/**
 * The bits that are set. They are an array of the writer's `unsigned long`: in big-endian files its size shows in where the host's
 * name is, which every recording since Linux 2.6.32 has (linux tools/perf/util/header.c, `perf_file_header__read`).
 */
export function featureBits(bytes: Uint8Array, byteOrder: ByteOrder): readonly number[] {
  if (byteOrder === 'le') return setBits(bytes, (bit) => bit >> 3);
  const of64 = setBits(bytes, (bit) => (bit >> 6) * 8 + (7 - ((bit >> 3) & 7)));
  if (of64.includes(features.hostName)) return of64;
  const of32 = setBits(bytes, (bit) => (bit >> 5) * 4 + (3 - ((bit >> 3) & 3)));
  return of32.includes(features.hostName) ? of32 : of64;
}

function setBits(bytes: Uint8Array, byteOf: (bit: number) => number): number[] {
  const found: number[] = [];
  for (let bit = 1; bit < bytes.length * 8; bit++) {
    if (((bytes[byteOf(bit)] as number) >> (bit & 7)) & 1) found.push(bit);
  }
  return found;
}
