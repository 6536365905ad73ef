// Writes a trace by hand, of events that virtual machines hardly have: two CPUs that sleep and whose frequency changes.
//
//   node test/recordings/write-power.mjs
//
//   ms      0     100     200   300   400   500   600   700  750     900       1000
//   CPU 0   ├ 800 ┤───────── 2400 ────┤1600 ┤───────────── 800 ─────────────────┤ MHz
//           ├ 10 1 ┤                        ├──── 3 ─────┤  ├───── 3 ──── 990 ┤   asleep, in which state
//   CPU 1   ├──── ? ──────┤──────────── 2400 ────────────┤───────── 800 ────────┤
//           ├──── ? ──────┤                              ├──── 3 ──── 980 ┤
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, 'power');
const names = ['power_cpu_frequency', 'power_cpu_idle'];
const metadata = `/* CTF 1.8 */
typealias integer { size = 8; align = 8; signed = false; } := uint8_t;
typealias integer { size = 32; align = 8; signed = false; } := uint32_t;
trace { major = 1; minor = 8; byte_order = le; };
env { hostname = "board"; domain = "kernel"; };
clock { name = monotonic; freq = 1000000000; };
typealias integer { size = 64; align = 8; signed = false; map = clock.monotonic.value; } := time_t;
stream { event.header := struct { uint8_t id; time_t timestamp; }; };
${names.map((name, id) => `event { name = "${name}"; id = ${id}; fields := struct { uint32_t _state; uint32_t _cpu_id; }; };\n`).join('')}`;

const awake = 2 ** 32 - 1;
const runs = (ms, cpu, mhz) => ({ ms, id: 0, cpu, state: mhz * 1000 });
const idle = (ms, cpu, state) => ({ ms, id: 1, cpu, state });
const events = [
  runs(0, 0, 800),
  runs(100, 0, 2400),
  runs(200, 1, 2400),
  runs(400, 0, 1600),
  runs(500, 0, 800),
  runs(700, 1, 800),
  // As before: it only says that the recording goes on until here.
  runs(1000, 0, 800),
  idle(10, 0, 1),
  idle(100, 0, awake),
  idle(200, 1, awake),
  idle(500, 0, 3),
  idle(700, 0, awake),
  idle(700, 1, 3),
  idle(750, 0, 3),
  idle(980, 1, awake),
  idle(990, 0, awake),
];
const records = events
  .sort((a, b) => a.ms - b.ms)
  .map(({ ms, id, cpu, state }) => {
    const record = Buffer.alloc(17);
    record.writeUInt8(id);
    record.writeBigUInt64LE(BigInt(ms) * 1_000_000n, 1);
    record.writeUInt32LE(state, 9);
    record.writeUInt32LE(cpu, 13);
    return record;
  });
writeFileSync(join(folder, 'metadata'), metadata);
writeFileSync(join(folder, 'stream'), Buffer.concat(records));
