/** The page's security policy forbids code made from text: tells zod not to try. Imported before anything that validates. */
import { config } from 'zod/v4/core';

config({ jitless: true });
