/**
 * What CTF 2 costs: pairs of traces decoded in turn. Their checksums must be equal; how fast the second is beside the first is told, with
 * what it should be at least.
 *
 *   kernel    the large kernel trace, and the same streams with metadata in CTF 2      90 %
 *   numbers   records of four 64-bit integers, and of the same in LEB128              60 %
 */
import type { BenchTrace } from '../cache.ts';
import { node } from '../jobs.ts';
import { measure, median } from '../measure.ts';
import { bundleProgram } from '../programs/bundle.ts';
import { kernelTrace, smallTrace } from '../traces/kernel.ts';
import { ctf2Twin, numbersTrace } from '../traces/twins.ts';
import type { Check } from './check.ts';

interface Pair {
  readonly title: string;
  readonly traces: readonly [BenchTrace, BenchTrace];
  readonly words: readonly string[];
  readonly shareMin: number;
}

const rounds = 3;

export const twins: Check = {
  id: 'twins',
  title: 'CTF 2 gives what CTF 1.8 gives',
  async run(isSmall) {
    const decode = await bundleProgram('decode');
    const shares: string[] = [];
    for (const { title, traces, words, shareMin } of await makePairs(isSmall)) {
      const sums = [await checksumOf(decode, traces[0]), await checksumOf(decode, traces[1])];
      if (sums[0] !== sums[1])
        return { problem: `${title}: checksums ${sums.join(' and ')}`, seen: shares.join('; ') };
      const share = await shareOf(decode, traces, words);
      shares.push(`${title} ${(share * 100).toFixed(0)} % (${(shareMin * 100).toFixed(0)} wanted)`);
    }
    return { seen: shares.join('; ') };
  },
};

async function makePairs(isSmall: boolean): Promise<readonly Pair[]> {
  const kernel = isSmall ? await smallTrace() : await kernelTrace();
  const kernelTwin = await ctf2Twin(isSmall ? 'small' : 'kernel', kernel);
  const count = isSmall ? 200_000 : 8_000_000;
  const numbers = [await numbersTrace('fixed', count), await numbersTrace('variable', count)] as const;
  return [
    { title: 'per stream', traces: [kernel, kernelTwin], words: [], shareMin: 0.9 },
    { title: 'in time order', traces: [kernel, kernelTwin], words: ['--global'], shareMin: 0.9 },
    { title: 'LEB128 beside 64 bits', traces: numbers, words: ['--no-sum'], shareMin: 0.6 },
  ];
}

async function checksumOf(decode: string, { folder }: BenchTrace): Promise<string> {
  const { output } = await measure(node(decode, folder), true);
  return (JSON.parse(output) as { readonly checksum: string }).checksum;
}

/** The time of the first by that of the second, the middle of the rounds. */
async function shareOf(decode: string, traces: Pair['traces'], words: readonly string[]): Promise<number> {
  const shares: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // Whoever is second in a round finds the machine as the first left it: they take turns.
    const order = round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    const seconds: [number, number] = [0, 0];
    for (const side of order)
      seconds[side] = (await measure(node(decode, traces[side].folder, ...words))).wallS;
    shares.push(seconds[0] / seconds[1]);
  }
  return median(shares);
}
