import type { Row } from '../row.js';
import { atOnce } from './at-once.js';
import { fsRead } from './fs-read.js';
import { fsWrite } from './fs-write.js';
import { memory } from './memory.js';
import { newMachineFiles, newMachineRedis } from './new-machine.js';
import { oneChange } from './one-change.js';
import { redisRead, redisWrite } from './redis.js';
import { scale } from './scale.js';
import { warmRun } from './warm-run.js';

export const rows: readonly Row[] = [
  fsRead,
  fsWrite,
  redisRead,
  redisWrite,
  warmRun,
  newMachineFiles,
  newMachineRedis,
  oneChange,
  scale,
  memory,
  atOnce,
];
