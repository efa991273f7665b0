import { parseArgs } from 'node:util';
import { soak } from './soak.js';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '1200' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: '16' },
  },
});

const [seconds, seed, workers] = [values.seconds, values.seed, values.workers].map(Number) as [
  number,
  number,
  number,
];
process.stdout.write(`soak: ${seconds} s, ${workers} processes at once, seed ${seed}\n`);
const { warnings, ...figures } = await soak({ seconds, seed, workers });
for (const [name, value] of Object.entries(figures)) process.stdout.write(`${name.padEnd(14)} ${value}\n`);
process.stdout.write(`${'warnings'.padEnd(14)} ${warnings.length}\n`);
for (const warning of new Set(warnings)) process.stdout.write(`  ${warning}\n`);
process.stdout.write('no wrong answer, nothing lost\n');
