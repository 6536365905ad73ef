// `node tools/run.mjs NAME ARGS…`: runs tools/NAME.ts with the Node of the development dependencies.
import { join } from 'node:path';
import { devNode, ensureInstalled, run } from './bootstrap.mjs';

const [name, ...args] = process.argv.slice(2);
await ensureInstalled();
process.exitCode = await run(devNode, [join('tools', `${name}.ts`), ...args]);
