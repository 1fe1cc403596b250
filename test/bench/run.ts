/** `npm run bench [-- NAME…] [-- --json]`: runs the benchmarks and prints ratios beside their bars. */
import { availableParallelism, loadavg } from 'node:os';
import { bulk } from './bulk.ts';
import { benches as engine } from './engine.ts';
import { intake } from './intake.ts';
import { memory } from './memory.ts';
import { type Bench, printRow } from './report.ts';
import { runs } from './runs.ts';
import { scale } from './scale.ts';
import { size } from './size.ts';
import { waits } from './waits.ts';

/** Outside the default run: minutes long, millions of rows. */
const byName: readonly string[] = ['scale'];
const benches: Bench[] = [runs, intake, bulk, waits, ...engine, size, memory, scale];

const words = process.argv.slice(2);
const json = words.includes('--json');
const names = words.filter((word) => !word.startsWith('--'));
const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no benchmark “${unknown[0]}”. There are: ${benches.map((bench) => bench.name).join(', ')}.`,
  );
  process.exit(1);
}
/** What ran beside a measurement, so that a figure from a busy machine is read as one. */
const load = (): string => `load average ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`;

let missed = 0;
for (const bench of benches) {
  if (names.length > 0 ? !names.includes(bench.name) : byName.includes(bench.name)) continue;
  if (!json) console.log(`\n${bench.name}: ${bench.about} (${load()} before)`);
  for (const row of await bench.run()) {
    if (!row.holds) missed++;
    if (json) console.log(JSON.stringify(row));
    else printRow(row);
  }
  if (!json) console.log(`  (${load()} after)`);
}
if (!json) console.log(missed === 0 ? '\nEvery bar holds.' : `\n${missed} of the bars are missed.`);
process.exit(0);
