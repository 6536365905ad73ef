import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { told } from './told.test-helpers.ts';

const pick = (rows: readonly Record<string, unknown>[], ...fields: string[]) =>
  rows.map((row) => fields.map((field) => row[field]));

describe('requests to block devices', () => {
  test('wanted by one, issued by another: from the queue to the device to its end', () => {
    const { found, model } = told(
      'block-completed',
      `
      0us cpu0 block_device_state dev=8388608 name=sda
      1us cpu0 tid=7 block_getrq dev=8388608 sector=100 nr_sector=8 rwbs=WS
      2us cpu0 tid=7 block_rq_insert dev=8388608 sector=100 nr_sector=8 rwbs=WS
      5us cpu1 tid=30 block_rq_issue dev=8388608 sector=100 nr_sector=8 rwbs=WS
      9us cpu1 tid=0 block_rq_complete dev=8388608 sector=100 nr_sector=8 rwbs=WS error=0
      `,
    );
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      tid: 7,
      issuerTid: 30,
      cpu: 1,
      operation: 'write',
      rwbs: 'WS',
      nrSector: 8,
      queueNs: 1000,
      insertNs: 2000,
      issueNs: 5000,
      completeNs: 9000,
      error: 0,
    });
    expect(model!.names.text(model!.block.deviceName(8388608))).toBe('sda');
    expect(model!.names.text(model!.block.deviceName(8388609))).toBe('8:1');
  });

  test('merges, a requeue, a partition and a completion in two parts', () => {
    const { found } = told(
      'block-completed',
      `
      1us cpu0 tid=7 block_bio_remap dev=100 sector=1064 nr_sector=8 old_dev=101 old_sector=40 rwbs=R
      2us cpu0 tid=7 block_getrq dev=100 sector=1064 nr_sector=8 rwbs=R
      3us cpu0 tid=7 block_bio_backmerge dev=100 sector=1072 nr_sector=8 rwbs=R
      4us cpu0 tid=8 block_bio_frontmerge dev=100 sector=1056 nr_sector=8 rwbs=R
      5us cpu0 tid=7 block_rq_issue dev=100 sector=1056 nr_sector=24 rwbs=R
      6us cpu0 tid=7 block_rq_requeue dev=100 sector=1056 nr_sector=24 rwbs=R
      7us cpu0 tid=9 block_rq_issue dev=100 sector=1056 nr_sector=24 rwbs=R
      8us cpu0 tid=0 block_rq_complete dev=100 sector=1056 nr_sector=16 rwbs=R
      9us cpu0 tid=0 block_rq_complete dev=100 sector=1072 nr_sector=8 rwbs=R
      `,
    );
    expect(
      pick(found, 'tid', 'partition', 'nrSector', 'mergeCount', 'requeueCount', 'issueNs', 'completeNs'),
    ).toEqual([
      [7, 101, 16, 2, 1, 7000, 8000],
      [7, 101, 8, 2, 1, 7000, 9000],
    ]);
  });

  test('flags as text and as bits say what is done', () => {
    const operation = (flags: string) =>
      told(
        'block-completed',
        `1us cpu0 block_rq_issue dev=1 sector=1 nr_sector=1 ${flags}
         2us cpu0 block_rq_complete dev=1 sector=1 nr_sector=1 ${flags}`,
      ).found[0]!['operation'];
    const texts = ['R', 'RA', 'W', 'WS', 'FWFS', 'D', 'FF', 'F', 'N'].map((word) =>
      operation(`rwbs=${word}`),
    );
    expect(texts).toEqual(['read', 'read', 'write', 'write', 'write', 'discard', 'flush', 'flush', 'other']);
    const bits = [4, 1, 33, 2, 256, 0].map((word) => operation(`rwbs_bits=${word}`));
    expect(bits).toEqual(['read', 'write', 'write', 'discard', 'flush', 'other']);
  });

  test('a completion without an issue is counted, not told', () => {
    const { found } = told(
      'block-completed',
      `
      1us cpu0 block_rq_complete dev=1 sector=5 nr_sector=1 rwbs=R
      2us cpu0 block_rq_issue dev=1 sector=6 nr_sector=1 rwbs=R
      3us cpu0 block_rq_issue dev=1 sector=6 nr_sector=1 rwbs=R
      4us cpu0 block_rq_complete dev=1 sector=6 nr_sector=1 rwbs=R
      `,
    );
    expect(pick(found, 'sector', 'issueNs')).toEqual([[6, 3000]]);
  });
});

/** Calls of thread 7 of process 7, each with its exit a microsecond later. */
function calls(...lines: readonly (readonly [enter: string, exit: string])[]): string {
  return lines
    .flatMap(([enter, exit], at) => {
      const name = /^name=\S+/.exec(enter)![0];
      return [
        `${at * 10 + 1}us cpu0 tid=7 pid=7 syscall_enter ${enter}`,
        `${at * 10 + 2}us cpu0 tid=7 pid=7 syscall_exit ${name} ${exit}`,
      ];
    })
    .join('\n');
}

describe('calls on files', () => {
  test('a descriptor is the path that it was opened by, until it is closed', () => {
    const { found } = told(
      'io-completed',
      calls(
        ['name=openat path=/etc/passwd flags=0', 'ret=3'],
        ['name=read fd=3 size=4096', 'ret=100'],
        ['name=read fd=3 size=4096', 'ret=-4'],
        ['name=close fd=3', 'ret=0'],
        ['name=read fd=3 size=1', 'ret=-9'],
        ['name=getpid', 'ret=7'],
      ),
    );
    expect(pick(found, 'name', 'category', 'fd', 'path', 'kind', 'requestedBytes', 'sizeBytes')).toEqual([
      ['openat', 'open', 3, '/etc/passwd', 'file', Number.NaN, 0],
      ['read', 'read', 3, '/etc/passwd', 'file', 4096, 100],
      ['read', 'read', 3, '/etc/passwd', 'file', 4096, 0],
      ['close', 'close', 3, '/etc/passwd', 'file', Number.NaN, 0],
      ['read', 'read', 3, '', 'unknown', 1, 0],
    ]);
  });

  test('duplicates, sockets and pipes', () => {
    const { found } = told(
      'io-completed',
      calls(
        ['name=open path=/log flags=0', 'ret=4'],
        ['name=dup2 fd=4 other_fd=1', 'ret=1'],
        ['name=write fd=1 size=5', 'ret=5'],
        ['name=fcntl fd=4 flags=3', 'ret=0'],
        ['name=fcntl fd=4 flags=0', 'ret=9'],
        ['name=fsync fd=9', 'ret=0'],
        ['name=socket flags=1', 'ret=5'],
        ['name=sendto fd=5 size=10', 'ret=10'],
        ['name=pipe2 flags=0', 'ret=0 fd0=6 fd1=7'],
        ['name=splice fd=6 other_fd=5 size=64', 'ret=64'],
      ),
    );
    expect(pick(found, 'name', 'path', 'kind', 'sizeBytes', 'otherPath')).toEqual([
      ['open', '/log', 'file', 0, ''],
      ['dup2', '/log', 'file', 0, ''],
      ['write', '/log', 'file', 5, ''],
      ['fcntl', '/log', 'file', 0, ''],
      ['fsync', '/log', 'file', 0, ''],
      ['socket', 'socket', 'socket', 0, ''],
      ['sendto', 'socket', 'socket', 10, ''],
      ['pipe2', 'pipe', 'pipe', 0, ''],
      ['splice', 'pipe', 'pipe', 64, 'socket'],
    ]);
  });

  test('a child has its own copy, exec closes what is to be closed, a thread shares', () => {
    const { found } = told(
      'io-completed',
      `
      ${calls(['name=openat path=/a flags=0', 'ret=3'], ['name=openat path=/b flags=524288', 'ret=4'])}
      30us cpu0 tid=7 pid=7 sched_process_fork parent_tid=7 parent_pid=7 child_tid=9 child_pid=9
      31us cpu0 tid=7 pid=7 sched_process_fork parent_tid=7 parent_pid=7 child_tid=8 child_pid=7
      32us cpu1 tid=9 pid=9 sched_process_exec task_tid=9
      33us cpu1 tid=9 pid=9 syscall_enter name=read fd=3 size=1
      34us cpu1 tid=9 pid=9 syscall_exit name=read ret=1
      35us cpu1 tid=9 pid=9 syscall_enter name=read fd=4 size=1
      36us cpu1 tid=9 pid=9 syscall_exit name=read ret=-9
      37us cpu1 tid=8 pid=7 syscall_enter name=read fd=4 size=1
      38us cpu1 tid=8 pid=7 syscall_exit name=read ret=1
      `,
    );
    expect(pick(found.slice(2), 'tid', 'path')).toEqual([
      [9, '/a'],
      [9, ''],
      [8, '/b'],
    ]);
  });

  test('arguments by number: which is which follows from the call', () => {
    const { found } = told(
      'io-completed',
      `
      1us cpu0 tid=7 syscall_enter nr=0 arg0=3 arg1=1000 arg2=512 arg3=0 arg4=0 arg5=0
      2us cpu0 tid=7 syscall_exit nr=0 ret=12
      3us cpu0 tid=7 syscall_enter nr=40 arg0=5 arg1=4294967299 arg2=0 arg3=99 arg4=0 arg5=0
      4us cpu0 tid=7 syscall_exit nr=40 ret=99
      `,
    );
    // Number 0 is read, 40 sendfile, whose first argument is where it writes; of a register only 32 bits are a descriptor.
    expect(pick(found, 'name', 'fd', 'otherFd', 'requestedBytes', 'sizeBytes')).toEqual([
      ['read', 3, -1, 512, 12],
      ['sendfile', 3, 5, 99, 99],
    ]);
  });

  test('state dumps name what was open, also by the address of a table', () => {
    const { found } = told(
      'io-completed',
      `
      1us cpu0 process_state task_tid=7 task_pid=7 comm=cat file_table=4660
      1us cpu0 file_descriptor_state file_table=4660 fd=1 path=/dev/tty flags=0
      1us cpu0 file_descriptor_state task_pid=7 fd=5 path=socket:[12] flags=0
      ${calls(['name=write fd=1 size=1', 'ret=1'], ['name=write fd=5 size=1', 'ret=1'])}
      `,
    );
    expect(pick(found, 'path', 'kind')).toEqual([
      ['/dev/tty', 'file'],
      ['socket:[12]', 'socket'],
    ]);
  });
});

describe('threads on CPUs', () => {
  test('a run is from switch to switch; that before the first switch has no beginning', () => {
    const { found } = told(
      'thread-ran',
      `
      1us cpu0 sched_switch prev_tid=7 prev_state=1 prev_prio=120 next_tid=8 next_prio=99
      4us cpu0 sched_switch prev_tid=8 prev_state=0 prev_prio=99 next_tid=0 next_prio=120
      9us cpu0 sched_switch prev_tid=0 prev_state=0 prev_prio=120 next_tid=7 next_prio=120
      `,
    );
    expect(pick(found, 'tid', 'beginNs', 'endNs', 'isRunnable', 'nextTid', 'prio')).toEqual([
      [7, Number.NEGATIVE_INFINITY, 1000, false, 8, 120],
      [8, 1000, 4000, true, 0, 99],
      [0, 4000, 9000, true, 7, -1],
    ]);
  });

  test('of whatever is recorded: runs of a CPU do not overlap, and no wait is negative', () => {
    const event = fc.record({
      cpu: fc.nat(1),
      kind: fc.nat(2),
      prev: fc.nat(4),
      next: fc.nat(4),
      state: fc.constantFrom(0, 1, 2, 16, 256),
    });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const text = events
          .map(({ cpu, kind, prev, next, state }, at) =>
            kind === 0
              ? `${at}us cpu${cpu} sched_waking task_tid=${next} target_cpu=${cpu}`
              : `${at}us cpu${cpu} sched_switch prev_tid=${prev} prev_state=${state} next_tid=${next}`,
          )
          .concat(
            '100us cpu0 sched_waking task_tid=1',
            '100us cpu0 sched_switch prev_tid=0 prev_state=0 next_tid=0',
          )
          .join('\n');
        const lastNs = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
        for (const run of told('thread-ran', text).found) {
          const [cpu, beginNs, endNs] = [run['cpu'], run['beginNs'], run['endNs']] as number[];
          if (!Number.isNaN(beginNs)) expect(beginNs).toBeGreaterThanOrEqual(lastNs[cpu!]!);
          expect(endNs).toBeGreaterThanOrEqual(lastNs[cpu!]!);
          lastNs[cpu!] = endNs!;
        }
        const waits = told('run-queue-left', text);
        for (const wait of waits.found)
          expect((wait['switchNs'] as number) - (wait['beginNs'] as number)).toBeGreaterThanOrEqual(0);
        expect(told('run-queue-left', text, 1).found).toEqual(waits.found);
      }),
      { numRuns: 60 },
    );
  });

  test('who ran meanwhile adds up to the whole time', () => {
    const { model } = told(
      'thread-ran',
      `
      10us cpu0 sched_switch prev_tid=7 prev_state=0 next_tid=8
      14us cpu0 sched_switch prev_tid=8 prev_state=1 next_tid=0
      20us cpu0 sched_switch prev_tid=5 prev_state=1 next_tid=7
      `,
    );
    const times = new Map<number, number>();
    model!.scheduling.occupancy.divide(0, 8_000, 20_000, times);
    // 7 until the first switch, 8 after it; then idle, but 5 was there at the end.
    expect([...times].sort((a, b) => a[0] - b[0])).toEqual([
      [-1, 6000],
      [7, 2000],
      [8, 4000],
    ]);
  });
});
