/** Every migration, in order. A landed one is never edited: the next change is a new file. */
import type { Migration } from 'kysely/migration';
import * as core from './0001_core.ts';
import * as accounts from './0002_accounts.ts';
import * as figures from './0003_figures.ts';
import * as candidateSource from './0004_candidate_source.ts';
import * as unclocked from './0005_unclocked.ts';
import * as goalWindows from './0006_goal_windows.ts';
import * as standing from './0007_standing.ts';
import * as goalReached from './0008_goal_reached.ts';
import * as lists from './0009_lists.ts';
import * as vacuumSooner from './0010_vacuum_sooner.ts';
import * as eventMarks from './0011_event_marks.ts';
import * as gonePeople from './0012_gone_people.ts';
import * as invitations from './0013_invitations.ts';
import * as sweeps from './0014_sweeps.ts';
import * as tasks from './0015_tasks.ts';
import * as webhooks from './0016_webhooks.ts';
import * as contact from './0017_contact.ts';
import * as conditions from './0018_conditions.ts';
import * as operations from './0019_operations.ts';
import * as jumps from './0020_jumps.ts';
import * as scenarios from './0021_scenarios.ts';
import * as dynamicPools from './0022_dynamic_pools.ts';
import * as onHold from './0023_on_hold.ts';
import * as pauses from './0024_pauses.ts';
import * as outgoingNotices from './0025_outgoing_notices.ts';
import * as cancelledNotices from './0026_cancelled_notices.ts';
import * as poolProgress from './0027_pool_progress.ts';
import * as holdEnds from './0030_hold_ends.ts';
import * as secretHosts from './0034_secret_hosts.ts';
import * as withdrawnConsent from './0035_withdrawn_consent.ts';
import * as enteredByHand from './0036_entered_by_hand.ts';
import * as piecesAndConsent from './0037_pieces_and_consent.ts';
import * as keptAnswers from './0038_kept_answers.ts';
import * as leavingWhileBlocked from './0038_leaving_while_blocked.ts';

export const migrations: Record<string, Migration> = {
  '0001_core': core,
  '0002_accounts': accounts,
  '0003_figures': figures,
  '0004_candidate_source': candidateSource,
  '0005_unclocked': unclocked,
  '0006_goal_windows': goalWindows,
  '0007_standing': standing,
  '0008_goal_reached': goalReached,
  '0009_lists': lists,
  '0010_vacuum_sooner': vacuumSooner,
  '0011_event_marks': eventMarks,
  '0012_gone_people': gonePeople,
  '0013_invitations': invitations,
  '0014_sweeps': sweeps,
  '0015_tasks': tasks,
  '0016_webhooks': webhooks,
  '0017_contact': contact,
  '0018_conditions': conditions,
  '0019_operations': operations,
  '0020_jumps': jumps,
  '0021_scenarios': scenarios,
  '0022_dynamic_pools': dynamicPools,
  '0023_on_hold': onHold,
  '0024_pauses': pauses,
  '0025_outgoing_notices': outgoingNotices,
  '0026_cancelled_notices': cancelledNotices,
  '0027_pool_progress': poolProgress,
  '0030_hold_ends': holdEnds,
  '0034_secret_hosts': secretHosts,
  '0035_withdrawn_consent': withdrawnConsent,
  '0036_entered_by_hand': enteredByHand,
  '0037_pieces_and_consent': piecesAndConsent,
  '0038_kept_answers': keptAnswers,
  '0038_leaving_while_blocked': leavingWhileBlocked,
};
