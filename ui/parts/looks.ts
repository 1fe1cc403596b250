/** Class lists that several floating parts share. */
export const menuContent =
  'z-50 min-w-40 overflow-y-auto rounded-3 bg-raised p-1 text-13 shadow-float outline-none';
export const menuItem =
  'flex h-7 phone:h-11 items-center gap-2 rounded-1 px-2 text-13 text-ink outline-none select-none data-highlighted:bg-hover data-disabled:opacity-50';
