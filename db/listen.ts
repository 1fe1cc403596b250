/** LISTEN on a connection of its own, which comes back by itself. */
import pg from 'pg';

export interface Listening {
  stop(): Promise<void>;
}

const reconnectMs = 1000;

/** `url` must not be a pooler's. `heard` is also called with null after every reconnect: something may have been missed. */
export function listen(url: string, channel: string, heard: (payload: string | null) => void): Listening {
  let stopped = false;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;

  const again = () => {
    client = null;
    if (!stopped && timer === null) {
      timer = setTimeout(() => {
        timer = null;
        void open();
      }, reconnectMs);
    }
  };

  const open = async () => {
    const fresh = new pg.Client({
      connectionString: url,
      application_name: 'tendril listen',
      keepAlive: true,
    });
    fresh.on('error', () => {});
    fresh.on('end', again);
    fresh.on('notification', (note) => heard(note.payload ?? ''));
    try {
      await fresh.connect();
      await fresh.query(`listen ${pg.escapeIdentifier(channel)}`);
      client = fresh;
      heard(null);
      if (stopped) await fresh.end();
    } catch {
      await fresh.end().catch(() => {});
      again();
    }
  };
  void open();

  return {
    async stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
