import { makeSqlWorld } from './sql-world.ts';
import { stepContract } from './steps.ts';

stepContract('SQL', makeSqlWorld);
