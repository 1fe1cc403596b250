/** Pump: the ledger's roll-up. */
import { rollUp } from '../../db/queries/rollup.ts';
import type { Context } from '../context.ts';
import type { PumpWork } from './pump.ts';

export const rollup = ({ db }: Context): PumpWork => ({ name: 'rollup', round: () => rollUp(db) });
