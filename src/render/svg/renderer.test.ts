import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyResult } from '../../results/arbitrary.test-helpers.ts';
import { flameGraph } from '../../results/flame-graph.ts';
import type { AnalysisResult } from '../../results/result.ts';
import * as samples from '../../results/samples.test-helpers.ts';
import { renderer } from './renderer.ts';

function drawn(result: AnalysisResult, limit = 0): string {
  return [...renderer.render(result, { times: 'utc', limit })].join('');
}

/** What an XML parser would refuse in what we write: elements, quoted attributes, text, and five entities. */
function assertWellFormed(xml: string): void {
  const open: string[] = [];
  const pieces =
    /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<&]*(?:&(?:amp|lt|gt|quot);[^"<&]*)*")*)(\/?)>|([^<]+)/gy;
  let end = 0;
  for (const [whole, closes, name, , isEmptyElement, content] of xml.matchAll(pieces)) {
    end += whole.length;
    if (content !== undefined) {
      expect(content.replaceAll(/&(?:amp|lt|gt|quot);/g, '')).not.toMatch(/[&>]/);
      if (open.length === 0) expect(content.trim()).toBe('');
    } else if (closes === '/') expect(open.pop()).toBe(name);
    else if (isEmptyElement === '') open.push(name ?? '');
  }
  expect(end, xml.slice(end, end + 80)).toBe(xml.length);
  expect(open).toEqual([]);
}

test('a flame graph: 23 of 30 in the first branch, 6 in the second, callers below', () => {
  const lines = drawn(samples.sampleResult([samples.sampleFlameGraph()])).split('\n');
  const flames = lines.slice(lines.findIndex((line) => line.includes('<title>all: ')));
  expect(flames).toEqual([
    '<rect x="0" y="51" width="959.5" height="16" fill="#fe9058"><title>all: period 30 ms</title></rect>',
    '<text x="3" y="63.5">all 100 %</text>',
    '<rect x="0" y="34" width="959.5" height="16" fill="#febf63"><title>main: 100 %, period 30 of 30 ms, itself 3.3 %</title></rect>',
    '<text x="3" y="46.5">main 100 %</text>',
    '<rect x="0" y="17" width="735.5" height="16" fill="#ffba71"><title>first: 76.7 %, period 23 of 30 ms, itself 0 %</title></rect>',
    '<text x="3" y="29.5">first 76.7 %</text>',
    '<rect x="0" y="0" width="735.5" height="16" fill="#d9a91b"><title>loop: 76.7 %, period 23 of 30 ms, itself 76.7 %</title></rect>',
    '<text x="3" y="12.5">loop 76.7 %</text>',
    '<rect x="736" y="17" width="191.5" height="16" fill="#fcbd44"><title>second: 20 %, period 6 of 30 ms, itself 0 %</title></rect>',
    '<text x="739" y="29.5">second 20 %</text>',
    '<rect x="736" y="0" width="191.5" height="16" fill="#d9a91b"><title>loop: 20 %, period 6 of 30 ms, itself 20 %</title></rect>',
    '<text x="739" y="12.5">loop 20 %</text>',
    '</g>',
    '</svg>',
    '',
  ]);
});

test('frames too narrow to be seen are counted, and deep stacks end', () => {
  const { description } = samples.sampleFlameGraph();
  const deep = Array.from({ length: 1000 }, (_, index) => ({
    name: `level ${index}`,
    parent: index === 0 ? undefined : index - 1,
    self: index === 999 ? 10_000 : 0,
  }));
  const narrow = { name: 'rare', parent: 0, self: 1 };
  const svg = drawn(samples.sampleResult([flameGraph(description, [...deep, narrow])]));
  expect(svg).toContain(
    '… 873 of 1001 frames are too narrow to be seen, or deeper than 128 levels (--json has all)',
  );
  expect(svg).toContain('level 127 ');
  expect(svg).not.toContain('level 128');
  expect(svg.match(/height="(\d+)" role/)?.[1]).toBe('2341');
});

test('a heatmap has a cell for each that counts, which says where it is', () => {
  const svg = drawn(samples.sampleResult([samples.sampleHeatmap()]));
  const tips = [...svg.matchAll(/<title>([^<]*, [^<]*)<\/title>/g)].map(([, tip]) => tip);
  expect(tips).toEqual([
    '1 µs – 2 µs, 0 – +100 ms: 100',
    '2 µs – 5 µs, +100 ms – +200 ms: 9',
    '5 µs – 10 µs, +200 ms – +300 ms: 1',
    '5 µs – 10 µs, +500 ms – +600 ms: 1',
  ]);
});

test('a table has its rows, its totals and what is left out', () => {
  const svg = drawn(samples.sampleResult([samples.sampleTable()]), 1);
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, content]) => content);
  expect(texts.slice(-12)).toEqual([
    'openat',
    '3',
    '75.0',
    '1.500',
    '2.500',
    '13:05:00.000000001',
    'Total',
    '4',
    '100.0',
    '251.125',
    '1000.000',
    '… and 1 more row (--limit 0 for all)',
  ]);
});

test('rows that belong to others are indented, also where spaces are left out', () => {
  const svg = drawn(samples.sampleResult([samples.sampleTree()]));
  expect(svg).toMatch(/<text x="0" y="[\d.]+">postgres<\/text>/);
  expect(svg).toMatch(/<text x="14.5" y="[\d.]+">writer<\/text>/);
});

test('what is wrong with the trace stands in the picture', () => {
  const health = [samples.note(samples.discarded, 'kernel/channel0_3', 1200)];
  const svg = drawn(samples.sampleResult([samples.sampleHistogram()], health));
  expect(svg).toContain('! 1,200 events were discarded by the tracer');
  expect(svg).toContain('Counts and sums below are lower bounds.');
});

test('any result is well-formed XML without script, links or control characters, and the same each time', () => {
  fc.assert(
    fc.property(anyResult, fc.integer({ min: 0, max: 5 }), (result, limit) => {
      const svg = drawn(result, limit);
      assertWellFormed(svg);
      expect(svg).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\ufffe\uffff]|\p{Cs}/u);
      expect(svg).not.toMatch(/<(?:script|a|image|foreignObject)\b|\son[a-z]+="|href=/);
      expect(svg.replaceAll(/<(?:text|title)[^<]*<\/(?:text|title)>/g, '')).not.toMatch(
        /NaN|Infinity|undefined/,
      );
      expect(drawn(result, limit)).toBe(svg);
    }),
  );
});
