/** The message catalogue of the flow pages. Loaded with them, so that the first load of the app stays small. */
import { build } from './texts/build.ts';
import { files } from './texts/files.ts';
import { forecast } from './texts/forecast.ts';
import { hold } from './texts/hold.ts';
import { inspect } from './texts/inspect.ts';
import { report } from './texts/report.ts';
import { runs } from './texts/runs.ts';
import { scenarios } from './texts/scenarios.ts';

export const flowTexts = {
  ...build,
  ...files,
  ...forecast,
  ...hold,
  ...inspect,
  ...report,
  ...runs,
  ...scenarios,
};
