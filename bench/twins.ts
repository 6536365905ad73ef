/**
 * What CTF 2 costs: `node bench/twins.ts [--small] [--runs N]` decodes pairs of traces in turn and prints how fast the second is beside
 * the first. Their checksums must be equal.
 *
 *   kernel    the large kernel trace, and the same streams with metadata in CTF 2      at least 90 %
 *   numbers   records of four 64-bit integers, and of the same in LEB128              at least 60 %
 */
import { type BenchTrace, root } from './cache.ts';
import { node } from './jobs.ts';
import { measure, median } from './measure.ts';
import { bundleProgram } from './programs/bundle.ts';
import { kernelTrace, smallTrace } from './traces/kernel.ts';
import { ctf2Twin, numbersTrace } from './traces/twins.ts';

interface Pair {
  readonly title: string;
  readonly traces: readonly [BenchTrace, BenchTrace];
  readonly words: readonly string[];
  readonly shareMin: number;
}

const words = process.argv.slice(2);
const isSmall = words.includes('--small');
const runs = words.includes('--runs') ? Number(words[words.indexOf('--runs') + 1]) : 5;
process.chdir(root);

const kernel = isSmall ? await smallTrace() : await kernelTrace();
const kernelTwin = await ctf2Twin(isSmall ? 'small' : 'kernel', kernel);
const numbersCount = isSmall ? 200_000 : 8_000_000;
const numbers = [
  await numbersTrace('fixed', numbersCount),
  await numbersTrace('variable', numbersCount),
] as const;
const pairs: readonly Pair[] = [
  { title: 'CTF 2 beside CTF 1.8, all fields', traces: [kernel, kernelTwin], words: [], shareMin: 0.9 },
  {
    title: 'CTF 2 beside CTF 1.8, in time order',
    traces: [kernel, kernelTwin],
    words: ['--global'],
    shareMin: 0.9,
  },
  { title: 'LEB128 beside 64 bits', traces: numbers, words: ['--no-sum'], shareMin: 0.6 },
];

const decode = await bundleProgram('decode');

async function checksumOf({ folder }: BenchTrace): Promise<string> {
  const { output } = await measure(node(decode, folder), true);
  return (JSON.parse(output) as { readonly checksum: string }).checksum;
}

let isBelow = false;
for (const { title, traces, words: more, shareMin } of pairs) {
  const sums = [await checksumOf(traces[0]), await checksumOf(traces[1])];
  if (sums[0] !== sums[1]) throw new Error(`${title}: checksums ${sums.join(' and ')}`);
  const seconds: [number[], number[]] = [[], []];
  const shares: number[] = [];
  for (let run = 0; run < runs; run++) {
    // Whoever is second in a round finds the machine as the first left it: they take turns.
    const order = run % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const);
    const round: [number, number] = [0, 0];
    for (const side of order) {
      const { wallS } = await measure(node(decode, traces[side].folder, ...more));
      round[side] = wallS;
      seconds[side].push(wallS);
    }
    shares.push(round[0] / round[1]);
  }
  const share = median(shares);
  isBelow ||= share < shareMin;
  const million = (side: 0 | 1) => (traces[side].events / median(seconds[side]) / 1e6).toFixed(1);
  process.stdout.write(
    `${title}: ${million(0)} and ${million(1)} M events/s, ${(share * 100).toFixed(0)} % (at least ${shareMin * 100} %)\n`,
  );
}
process.exitCode = isBelow ? 1 : 0;
