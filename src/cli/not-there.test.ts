import { expect, test } from 'vitest';
import { textTrace } from '../analysis/testing.ts';
import type { ScopeOptions } from './context.ts';
import { whatIsNotThere } from './not-there.ts';

const trace = `
  0us  cpu0 sched_switch prev_tid=0 prev_comm=swapper/0 next_tid=7 next_comm=nginx
  5us  cpu1 sched_switch prev_tid=0 prev_comm=swapper/1 next_tid=8 next_comm=a_name_15_bytes
  6us  cpu0 syscall_enter name=read
  7us  cpu1 syscall_enter name=write
  8us  cpu3 sched_switch prev_tid=0 prev_comm=swapper/3 next_tid=9 next_comm=cat
  9us  cpu3 syscall_enter name=read
`;

const said = (options: ScopeOptions) => whatIsNotThere(textTrace(trace), options);

test.each<[ScopeOptions, string]>([
  [{ comm: ['ngin'] }, 'no thread is named "ngin" (did you mean nginx?)'],
  [
    { comm: ['a_name_15_bytes_and_more'] },
    'the kernel keeps 15 bytes of a name: did you mean a_name_15_bytes?',
  ],
  [{ comm: ['quite_another'] }, '(there is swapper/0, nginx, a_name_15_bytes, cat)'],
  [{ event: ['sched_swich'] }, 'no event is named "sched_swich" (did you mean sched_switch?)'],
  [{ event: ['irq_*', 'x'] }, 'no event is named "irq_*" or "x" (there is sched_switch, syscall_enter)'],
  [{ cpu: ['4-6'] }, 'no event is of CPU 4-6 (there are 0-1, 3)'],
  [{ tid: ['99'] }, 'no event is of thread 99 (there is 0, 7, 8, 9)'],
  [
    { cpu: ['9'], comm: ['dog'] },
    'no thread is named "dog" (there is swapper/0, nginx, a_name_15_bytes, cat); no event is of CPU 9 (there',
  ],
  [{ cpu: ['0'], comm: ['cat'] }, 'what --comm cat, --cpu 0 names is in the trace, but nothing that was'],
])('%o: %s', (options, sentence) => {
  expect(said(options)).toContain(sentence);
});

test('without such an option there is nothing to say', () => {
  expect(said({})).toBeUndefined();
});
