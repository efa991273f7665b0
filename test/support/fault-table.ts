import type { Published } from './fault-place.js';
import type { Trial } from './fault-trial.js';
export function writeFaultTable(trials: readonly Trial[], published: Published, budgetMs: number): void {
  void [trials, published, budgetMs];
}
