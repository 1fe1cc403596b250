import { makeSimulatedWorld } from './simulated-world.ts';
import { stepContract } from './steps.ts';

stepContract('simulated', makeSimulatedWorld);
