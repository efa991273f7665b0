import { parentPort, workerData } from 'node:worker_threads';
import { mistakenUnitsNow, type Question } from './mistaken-units.js';

parentPort!.postMessage(mistakenUnitsNow(workerData as Question));
