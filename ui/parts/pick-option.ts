/** One entry of a list to choose from. */
export interface PickOption {
  value: string;
  label: string;
  note?: string | undefined;
  group?: string | undefined;
}
