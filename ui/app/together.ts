/** Several queries as one, for a screen that needs them all: the first that failed speaks, another try is for each that failed. */
interface Query {
  error: Error | null;
  isError: boolean;
  isFetching: boolean;
  data: unknown;
  refetch: () => unknown;
}

/** Undefined while none has failed with nothing to show. */
export function failureOf(queries: Query[]) {
  const broken = queries.filter((one) => one.isError && one.data === undefined);
  const [first] = broken;
  return (
    first && {
      error: first.error,
      isFetching: broken.some((one) => one.isFetching),
      refetch: () => {
        for (const one of broken) one.refetch();
      },
    }
  );
}
