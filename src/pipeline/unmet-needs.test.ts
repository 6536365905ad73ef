import { expect, test } from 'vitest';
import { unmetNeeds } from './unmet-needs.ts';

const met = new Set(['sched_switch', 'sched_wakeup', 'softirq_entry', 'softirq_exit']);

test('what is needed and never came', () => {
  expect(unmetNeeds({ events: { sched_switch: [] } }, met)).toEqual([]);
  expect(unmetNeeds({ events: { sched_switch: [], net_dev_xmit: [] } }, met)).toEqual(['net_dev_xmit']);
  expect(unmetNeeds({ transitions: ['syscall-completed'] }, met)).toEqual(['syscall_enter', 'syscall_exit']);
});

test('one alternative is enough, and one of several transitions', () => {
  expect(unmetNeeds({ transitions: ['run-queue-left'] }, met)).toEqual([]);
  expect(unmetNeeds({ transitions: ['run-queue-left'] }, new Set(['sched_switch']))).toEqual([
    'sched_waking',
  ]);
  expect(unmetNeeds({ anyTransition: ['irq-completed', 'softirq-completed'] }, met)).toEqual([]);
  expect(unmetNeeds({ anyTransition: ['irq-completed'] }, met)).toEqual([
    'irq_handler_entry',
    'irq_handler_exit',
  ]);
  expect(unmetNeeds({ oneOf: [{ mm_page_alloc: [] }, { sched_switch: [] }] }, met)).toEqual([]);
});

test('an analysis of anything needs nothing', () => {
  expect(unmetNeeds({ every: ['*'] }, met)).toEqual([]);
});
