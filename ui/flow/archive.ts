/** Putting a flow into the archive and bringing it back, each with the way back. */
import { act } from '../app/act.ts';
import { archiveFlow } from './server.ts';
import { flowTexts as t } from './texts.ts';

interface Archivable {
  id: string;
  name: string;
}

/** True when it went through. */
export const putAway = (flow: Archivable): Promise<boolean> =>
  act(
    () => archiveFlow(flow.id, true),
    t.bar.archived(flow.name),
    'flow',
    () => void bringBack(flow),
  );

/** It comes back paused, or as a draft when it never was live: nobody moves before somebody says so. */
export const bringBack = (flow: Archivable): Promise<boolean> =>
  act(
    () => archiveFlow(flow.id, false),
    t.bar.back(flow.name),
    'flow',
    () => void putAway(flow),
  );
