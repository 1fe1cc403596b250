/** The account tables as Kysely sees them: better-auth's four, and API keys. */
import type { ColumnType, Generated } from 'kysely';

type Timestamp = ColumnType<Date, Date | string, Date | string>;
type TimestampDefault = ColumnType<Date, Date | string | undefined, Date | string>;
type Role = 'viewer' | 'recruiter' | 'admin';

export interface UserTable {
  id: string;
  name: string;
  email: string;
  email_verified: Generated<boolean>;
  image: string | null;
  role: Generated<Role>;
  created_at: TimestampDefault;
  updated_at: TimestampDefault;
}

export interface SessionTable {
  id: string;
  user_id: string;
  token: string;
  expires_at: Timestamp;
  ip_address: string | null;
  user_agent: string | null;
  created_at: TimestampDefault;
  updated_at: TimestampDefault;
}

export interface CredentialTable {
  id: string;
  user_id: string;
  account_id: string;
  provider_id: string;
  access_token: string | null;
  refresh_token: string | null;
  id_token: string | null;
  access_token_expires_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  refresh_token_expires_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
  scope: string | null;
  password: string | null;
  created_at: TimestampDefault;
  updated_at: TimestampDefault;
}

export interface VerificationTable {
  id: string;
  identifier: string;
  value: string;
  expires_at: Timestamp;
  created_at: TimestampDefault;
  updated_at: TimestampDefault;
}

export interface ApiKeyTable {
  id: string;
  name: string;
  role: Role;
  hash: string;
  start: string;
  created_by: string | null;
  created_at: Timestamp;
  last_used_at: ColumnType<Date | null, Date | string | null | undefined, Date | string | null>;
}

export interface AccountTables {
  user: UserTable;
  session: SessionTable;
  credential: CredentialTable;
  verification: VerificationTable;
  api_key: ApiKeyTable;
}
