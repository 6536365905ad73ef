/** The traces that jobs name, and how each is made. */
import type { BenchTrace } from '../cache.ts';
import { smallUstEvents, ustEvents } from '../checks/engines.ts';
import type { TraceName } from '../jobs.ts';
import {
  pagesRepetitions,
  repeatedTrace,
  schedLoops,
  schedTrace,
  smallSchedLoops,
  threadsRepetitions,
  whyNoSched,
  whyNoSource,
} from './analyses.ts';
import { ftraceRepetitions, ftraceTrace, whyNoFtrace } from './ftrace.ts';
import { kernelTrace, smallTrace } from './kernel.ts';
import { perfEvents, perfTrace, smallPerfEvents, whyNoPerf } from './perf.ts';
import { ustTrace, whyNoUst } from './ust.ts';

/** Those that most jobs are about. */
export const commonTraces: readonly TraceName[] = ['kernel', 'small', 'ust', 'perf', 'ftrace'];

/** How each trace is made; with --small quick ones stand for the large ones. */
const makers: readonly {
  readonly name: TraceName;
  readonly whyNot?: () => string | undefined;
  readonly make: (isSmall: boolean) => Promise<BenchTrace>;
}[] = [
  { name: 'kernel', make: (isSmall) => (isSmall ? smallTrace() : kernelTrace()) },
  { name: 'small', make: smallTrace },
  {
    ...{ name: 'ust', whyNot: whyNoUst },
    make: (isSmall) => (isSmall ? ustTrace('ust-small', smallUstEvents) : ustTrace('ust', ustEvents)),
  },
  {
    ...{ name: 'perf', whyNot: whyNoPerf },
    make: (isSmall) => (isSmall ? perfTrace('perf-small', smallPerfEvents) : perfTrace('perf', perfEvents)),
  },
  {
    ...{ name: 'ftrace', whyNot: whyNoFtrace },
    make: (isSmall) => (isSmall ? ftraceTrace('ftrace-small', 1) : ftraceTrace('ftrace', ftraceRepetitions)),
  },
  {
    ...{ name: 'sched', whyNot: whyNoSched },
    make: (isSmall) =>
      isSmall ? schedTrace('sched-small', smallSchedLoops) : schedTrace('sched', schedLoops),
  },
  {
    ...{ name: 'threads', whyNot: () => whyNoSource('threads') },
    make: (isSmall) => repeatedTrace('threads', isSmall ? 1 : threadsRepetitions),
  },
  {
    ...{ name: 'pages', whyNot: () => whyNoSource('pages') },
    make: (isSmall) => repeatedTrace('pages', isSmall ? 1 : pagesRepetitions),
  },
];

/** @param skipped gets why a trace cannot be made */
export async function makeTraces(
  names: ReadonlySet<TraceName>,
  isSmall: boolean,
  skipped: string[],
): Promise<Readonly<Partial<Record<TraceName, BenchTrace>>>> {
  const traces: Partial<Record<TraceName, BenchTrace>> = {};
  for (const { name, whyNot, make } of makers) {
    if (!names.has(name)) continue;
    const reason = whyNot?.();
    if (reason === undefined) traces[name] = await make(isSmall);
    else skipped.push(`trace ${name}: ${reason}`);
  }
  return traces;
}
