/** The message catalogue: every text of the app stands here or in `texts/`, by screen. English is the first language. */
import { candidates } from './texts/candidates.ts';
import { common } from './texts/common.ts';
import { door } from './texts/door.ts';
import { messages } from './texts/messages.ts';
import { problems } from './texts/problems.ts';
import { settings } from './texts/settings.ts';
import { inbox, tasks } from './texts/tasks.ts';
import { work } from './texts/work.ts';

export const texts = { common, door, problems, candidates, messages, settings, tasks, inbox, ...work };
