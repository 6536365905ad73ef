// Runs cases one after the other and says before and after each which it is: whoever started this process watches it.
import { type CaseOutcome, checkCase } from './check-case.ts';
import { CaseMaker, type FuzzCase, type Target, targets } from './make-case.ts';

export type FromChild =
  | { readonly kind: 'begin'; readonly number: number }
  | {
      readonly kind: 'end';
      readonly number: number;
      readonly what: string;
      readonly outcome: CaseOutcome | undefined;
      readonly failure: string | undefined;
      readonly milliseconds: number;
      /** The most that this process has had in memory, the whole traces that cases are made from left out. */
      readonly memoryMaxBytes: number;
    };

const [seed = '1', first = '0', step = '1', only = ''] = process.argv.slice(2);

async function runCase(maker: CaseMaker, number: number): Promise<FromChild> {
  const startedMs = performance.now();
  let what = '';
  let outcome: CaseOutcome | undefined;
  let failure: string | undefined;
  try {
    const fuzzCase: FuzzCase = maker.make(
      number,
      targets.find((target: Target) => target === only),
    );
    what = fuzzCase.what;
    outcome = await checkCase(fuzzCase);
  } catch (error) {
    failure = error instanceof Error ? `${error.stack}` : String(error);
  }
  const milliseconds = performance.now() - startedMs;
  const memoryMaxBytes = process.resourceUsage().maxRSS * 1024 - ownBytes;
  return { kind: 'end', number, what, outcome, failure, milliseconds, memoryMaxBytes };
}

/** Resolves when the message has left: a process that is killed afterwards has said it. */
function say(message: FromChild): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) throw new Error('this process is started by the fuzzer');
    process.send(message, undefined, undefined, () => resolve());
  });
}

/** What Node 24 takes by itself. */
const bareBytes = 60 * 1024 * 1024;

const maker = new CaseMaker(Number(seed));
const ownBytes = Math.max(0, process.memoryUsage().rss - bareBytes);
for (let number = Number(first); ; number += Number(step)) {
  await say({ kind: 'begin', number });
  await say(await runCase(maker, number));
}
