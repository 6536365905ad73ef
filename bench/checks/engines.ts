/** Both executors decode the same values. */
import { node } from '../jobs.ts';
import { measure } from '../measure.ts';
import { bundleProgram } from '../programs/bundle.ts';
import { kernelTrace, smallTrace } from '../traces/kernel.ts';
import { ustTrace, whyNoUst } from '../traces/ust.ts';
import type { Check } from './check.ts';

export const smallUstEvents = 60_000;
export const ustEvents = 6_000_000;

export const engines: Check = {
  id: 'engines',
  title: 'interpreter and generated code give one checksum',
  async run(isSmall) {
    const decode = await bundleProgram('decode');
    const traces = [await smallTrace()];
    if (!isSmall) traces.push(await kernelTrace());
    if (whyNoUst() === undefined)
      traces.push(await ustTrace(isSmall ? 'ust-small' : 'ust', isSmall ? smallUstEvents : ustEvents));
    const seen: string[] = [];
    for (const { folder } of traces) {
      for (const order of [[], ['--global']]) {
        const sums: string[] = [];
        for (const engine of ['interpreter', 'wasm']) {
          const { output } = await measure(node(decode, folder, ...order, '--engine', engine), true);
          sums.push((JSON.parse(output) as { checksum: string }).checksum);
        }
        if (sums[0] !== sums[1])
          return { problem: `interpreter ${sums[0]}, generated ${sums[1]} in ${folder}`, seen: '' };
        seen.push(sums[0] as string);
      }
    }
    return { seen: seen.join(' ') };
  },
};
