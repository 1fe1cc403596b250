/** Once per test run, before anything is started: ends the servers that a killed run left behind. */
import { endLeftServers } from '../../local/leash.ts';

export default (): Promise<void> => endLeftServers();
