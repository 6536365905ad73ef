import { expect, test } from 'vitest';
import { parseHeaderPage, usualPageLayout } from './page-layout.ts';
import { headerPageText } from './tracing-data.test-helpers.ts';

test.each([4, 8] as const)('a page as kernels with a long of %i bytes describe it', (longSizeBytes) => {
  expect(parseHeaderPage(headerPageText(longSizeBytes))).toEqual(usualPageLayout(longSizeBytes, 4096));
});

test('lines in another order, with fields that are not known, and without some that are not needed', () => {
  const text = `\tfield: char data;\toffset:24;\tsize:65512;\tsigned:0;
\tfield: u32 other;\toffset:16;\tsize:4;\tsigned:0;
\tfield: local_t commit;\toffset:8;\tsize:8;
\tfield: u64 timestamp;\toffset:0;\tsize:8;
`;
  expect(parseHeaderPage(text)).toEqual({
    timestampOffsetBytes: 0,
    commitOffsetBytes: 8,
    commitSizeBytes: 8,
    dataOffsetBytes: 24,
    dataSizeBytes: 65512,
  });
});

test.each([
  ['nothing', '', ''],
  ['no time', ' timestamp;', ' time;'],
  ['no commit', ' commit;', ' committed;'],
  ['no data', ' data;', ' rest;'],
  ['no offset', 'offset:16;', ''],
  ['a time of 4 bytes', 'timestamp;\toffset:0;\tsize:8', 'timestamp;\toffset:0;\tsize:4'],
  ['a commit of 2 bytes', 'commit;\toffset:8;\tsize:8', 'commit;\toffset:8;\tsize:2'],
  ['data within the commit', 'offset:16;', 'offset:12;'],
  ['data very far away', 'offset:16;', 'offset:999999999;'],
  ['an offset that is no number', 'offset:16;', 'offset:-1;'],
])('%s is no layout', (_, from, to) => {
  const text = headerPageText(8);
  expect(parseHeaderPage(from === '' ? '' : text.replace(from, to))).toBeUndefined();
});
