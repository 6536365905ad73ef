/** Results as JSON, described by `schema/result-1.json`. */
import type { Renderer } from '../../results/renderer.ts';
import { jsonLines } from '../../results/to-json.ts';

/** JSON with exact integers, a row on each line. */
export const renderer: Renderer = { id: 'json', title: 'JSON', render: (result) => jsonLines(result) };
