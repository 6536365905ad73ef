/** What stands above answers: what was asked of which traces, over which span, and what is wrong with them. */
import type { AnalysisResult } from '../results/result.ts';
import { type FormatContext, printAlone, printTime } from './format-value.ts';
import { healthLines } from './health-block.ts';
import { glyphs, type Page, type PageLine } from './page.ts';
import { clip, safeText, wrapText } from './text-width.ts';

/** @param before the result above this one, if there is one: what both have in common is not said again */
export function* headingLines(
  result: AnalysisResult,
  page: Page,
  before?: AnalysisResult,
): Generator<PageLine> {
  const { title, question, id } = result.analysis;
  const fit = (text: string) => clip(text, page.width, page.unicode);
  const isNext = before?.analysis.id === id;
  if (!isNext) {
    yield { look: 'title', text: fit(safeText(title, page.unicode)) };
    if (question !== '') {
      for (const text of wrapText(safeText(question, page.unicode), page.width)) yield { look: 'dim', text };
    }
  }
  const about = aboutText(result, page, isNext ? [] : result.traces);
  if (about !== '') yield { look: isNext ? 'title' : 'dim', text: fit(about) };
  const notes = healthLines(result, page);
  const known = isNext ? healthLines(before, page) : [];
  if (notes.some(({ text }, index) => text !== known[index]?.text)) yield* notes;
}

/** The traces and the span: `trace, 2026-01-02 13:05:00.000 - 13:05:04.200 (4.2 s)`. */
function aboutText({ timeRange, host }: AnalysisResult, page: Page, traces: readonly string[]): string {
  const { beginNs, endNs } = timeRange;
  const all = traces.join(', ');
  const ofHost = host === undefined ? all : traces.length === 0 ? `host ${host}` : `host ${host}: ${all}`;
  const names = safeText(ofHost, page.unicode);
  if (beginNs === undefined || endNs === undefined) return clip(names, page.width, page.unicode, 'begin');
  const context: FormatContext = { ...page, hasDates: true };
  const begin = printTime(beginNs, context, 3);
  const end = printTime(endNs, page, 3);
  const zone = page.times === 'utc' ? ' UTC' : page.times === 'seconds' ? ' s' : '';
  const span = printAlone('duration', Number(endNs - beginNs), page);
  const range = `${begin} ${glyphs(page).to} ${end}${zone} (${span})`;
  // Of a long path the end says most, and the span stays.
  const room = page.width - range.length - 2;
  return names === '' || room < 8 ? range : `${clip(names, room, page.unicode, 'begin')}, ${range}`;
}
