/** The list's columns, for its head and its rows alike. */
export const columns =
  'grid-cols-[minmax(220px,2.2fr)_minmax(120px,1.3fr)_minmax(90px,.9fr)_56px_88px_minmax(150px,1.6fr)_44px] min-[1280px]:grid-cols-[minmax(240px,2.2fr)_minmax(130px,1.2fr)_minmax(110px,.9fr)_56px_92px_minmax(180px,1.6fr)_minmax(110px,1fr)_44px]';
