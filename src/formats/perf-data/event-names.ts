/**
 * How perf names an event that nobody named: by its type and number, and what of it is left out (linux tools/perf/util/evsel.c,
 * `evsel__name`).
 */
import { type Attribute, attributeTypes } from './attribute.ts';

const hardware = [
  'cycles',
  'instructions',
  'cache-references',
  'cache-misses',
  'branches',
  'branch-misses',
  'bus-cycles',
  'stalled-cycles-frontend',
  'stalled-cycles-backend',
  'ref-cycles',
];

const software = [
  'cpu-clock',
  'task-clock',
  'page-faults',
  'context-switches',
  'cpu-migrations',
  'minor-faults',
  'major-faults',
  'alignment-faults',
  'emulation-faults',
  'dummy',
  'bpf-output',
  'cgroup-switches',
];

const caches = ['L1-dcache', 'L1-icache', 'LLC', 'dTLB', 'iTLB', 'branch', 'node'];
const cacheOperations = [
  ['load', 'loads'],
  ['store', 'stores'],
  ['prefetch', 'prefetches'],
] as const;

/** `cycles:u`, `L1-dcache-load-misses`, `raw 0x1a8`. */
export function nameOfAttribute(attribute: Attribute): string {
  return baseName(attribute) + modifiers(attribute);
}

function baseName(attribute: Attribute): string {
  const { type, config } = attribute;
  // The upper half says which kind of CPU, where a machine has several.
  const number = Number(config & 0xffffffffn);
  switch (type) {
    case attributeTypes.hardware:
      return hardware[number] ?? 'unknown-hardware';
    case attributeTypes.software:
      return software[number] ?? 'unknown-software';
    case attributeTypes.tracepoint:
      return `tracepoint:${config}`;
    case attributeTypes.cache:
      return cacheName(number);
    case attributeTypes.raw:
      return `raw 0x${config.toString(16)}`;
    case attributeTypes.breakpoint:
      return breakpointName(attribute);
    default:
      return `unknown attr type: ${type}`;
  }
}

function cacheName(config: number): string {
  const cache = caches[config & 0xff];
  const operation = cacheOperations[(config >> 8) & 0xff];
  const result = (config >> 16) & 0xff;
  if (cache === undefined || operation === undefined || result > 1) return 'invalid-cache';
  const [one, many] = operation;
  return result === 0 ? `${cache}-${many}` : `${cache}-${one}-misses`;
}

function breakpointName({ config1, breakpointType }: Attribute): string {
  const letters = ['r', 'w', 'x'].filter((_, bit) => ((breakpointType >> bit) & 1) === 1).join('');
  return `mem:0x${config1.toString(16)}${letters === '' ? '' : `:${letters}`}`;
}

function modifiers({ flags, preciseIp }: Attribute): string {
  let text = '';
  let isGuestLeftOut = false;
  if (flags.has('excludeKernel') || flags.has('excludeUser') || flags.has('excludeHypervisor')) {
    if (!flags.has('excludeKernel')) text += 'k';
    if (!flags.has('excludeUser')) text += 'u';
    if (!flags.has('excludeHypervisor')) text += 'h';
    isGuestLeftOut = true;
  }
  if (preciseIp > 0) {
    text += 'p'.repeat(preciseIp);
    isGuestLeftOut = true;
  }
  if (flags.has('excludeHost') || flags.has('excludeGuest') === isGuestLeftOut) {
    if (!flags.has('excludeHost')) text += 'H';
    if (!flags.has('excludeGuest')) text += 'G';
  }
  return text === '' ? '' : `:${text}`;
}
