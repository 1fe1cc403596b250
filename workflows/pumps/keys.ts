/** Pump: the folded keys that conditions read in SQL, soon after someone came or changed, so that no search waits. */
import { keepKeys } from '../../db/queries/candidate-keys.ts';
import type { Context } from '../context.ts';
import type { PumpWork } from './pump.ts';

export const keys = ({ db }: Context): PumpWork => ({ name: 'keys', round: () => keepKeys(db) });
