/** Requests of which only one end is in the trace: they have no duration and are in no table, so they are said. */
import type { EndContext } from '../../../analysis/index.ts';
import type { HealthKind } from '../../../results/index.ts';

const unfinished: HealthKind = {
  code: 'unfinished-block-requests',
  severity: 'note',
  sentence: 'Requests that a device still had when the trace ended: {count}',
  effect: 'they are in no count and no duration',
  advice: 'record longer if one of them is the one you look for',
};

const withoutIssue: HealthKind = {
  code: 'block-completions-without-issue',
  severity: 'note',
  sentence: 'Requests that were completed without a recorded issue: {count}',
  effect: 'they are in no count and no duration',
  advice:
    'those that a device had when recording began are normal; more of them mean lost events, or that only some threads were recorded',
};

const lostCompletions: HealthKind = {
  code: 'block-completions-lost',
  severity: 'note',
  sentence: 'Requests whose completion was not recorded though their sectors were asked for again: {count}',
  effect: 'they are in no count and no duration',
  advice: 'record with larger buffers, or fewer events',
};

/** Notes what the model has left open, of all hosts. */
export function noteOpenEnds(context: EndContext<unknown>): void {
  for (const { host, block, names } of context.models) {
    let openCount = 0;
    let oldest: { dev: number; issueNs: number } | undefined;
    for (const request of block.inDevice()) {
      openCount += 1;
      if (oldest === undefined || request.issueNs < oldest.issueNs) oldest = request;
    }
    if (oldest !== undefined) {
      const seconds = ((context.range?.endNs ?? oldest.issueNs) - oldest.issueNs) / 1e9;
      const device = names.text(block.deviceName(oldest.dev));
      context.note(unfinished, device, `it had the oldest one for ${seconds.toFixed(6)} s`, openCount);
    }
    if (block.completionWithoutIssueCount > 0)
      context.note(withoutIssue, host, 'nothing tells how long they took', block.completionWithoutIssueCount);
    if (block.lostCompletionCount > 0)
      context.note(lostCompletions, host, 'another request followed', block.lostCompletionCount);
  }
}
