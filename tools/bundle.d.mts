import type { BuildOptions } from 'esbuild';

export function bundleProgram(
  entry: string,
  program: string,
  file: string,
  options?: BuildOptions,
): Promise<void>;
