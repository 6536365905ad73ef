/** What must hold beside speed: memory bounded and results right where a trace or a reader is extreme. */

export interface CheckResult {
  readonly id: string;
  readonly title: string;
  /** What is wrong, as a sentence; undefined where all holds. */
  readonly problem: string | undefined;
  readonly seen: string;
  readonly peakBytes: number | undefined;
  readonly peakMaxBytes: number | undefined;
}

export interface Check {
  readonly id: string;
  readonly title: string;
  /** @param isSmall smaller traces, for a quick look */
  run(isSmall: boolean): Promise<Outcome>;
}

export interface Outcome {
  readonly problem?: string;
  readonly seen: string;
  readonly peakBytes?: number;
  readonly peakMaxBytes?: number;
}

/** Runs one check; a failing process is a failing check. */
export async function runCheck({ id, title, run }: Check, isSmall: boolean): Promise<CheckResult> {
  process.stderr.write(`\r\u001b[KChecking: ${title}`);
  const outcome: Outcome = await run(isSmall).catch((error: unknown) => ({
    problem: error instanceof Error ? error.message : String(error),
    seen: '',
  }));
  process.stderr.write('\r\u001b[K');
  const { seen, peakBytes, peakMaxBytes } = outcome;
  const isLarge = peakBytes !== undefined && peakMaxBytes !== undefined && peakBytes > peakMaxBytes;
  const problem = outcome.problem ?? (isLarge ? `the peak is above what is allowed (${seen})` : undefined);
  return { id, title, problem, seen, peakBytes, peakMaxBytes };
}
