// `npm run bench`: installs and builds what is missing, then runs the bench with the Node of the development dependencies.
import { join } from 'node:path';
import { devNode, ensureInstalled, run } from '../tools/bootstrap.mjs';
import { build } from '../tools/build.mjs';

await ensureInstalled();
const built = await build();
const [first, ...rest] = process.argv.slice(2);
const program = first === 'profile' ? 'profile.ts' : 'main.ts';
const words = first === 'profile' ? rest : process.argv.slice(2);
process.exitCode = built === 0 ? await run(devNode, [join('bench', program), ...words]) : built;
