import type { Row } from '../row.js';
import { fsRead } from './fs-read.js';
import { fsWrite } from './fs-write.js';
import { memory } from './memory.js';
import { redisRead, redisWrite } from './redis.js';
import { scale } from './scale.js';

export const rows: readonly Row[] = [fsRead, fsWrite, redisRead, redisWrite, scale, memory];
