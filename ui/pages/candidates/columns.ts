/** The list's columns, for its head and its rows alike: the fewer, the narrower the list is (its box is the container). */
export const columns =
  'grid-cols-[minmax(200px,2fr)_minmax(120px,1.2fr)_minmax(100px,1fr)_64px_88px_44px] @min-[900px]:grid-cols-[minmax(220px,2.1fr)_minmax(120px,1.2fr)_minmax(100px,.9fr)_64px_88px_minmax(190px,1.9fr)_44px] @min-[1180px]:grid-cols-[minmax(240px,2.1fr)_minmax(130px,1.2fr)_minmax(120px,.9fr)_64px_88px_minmax(230px,1.9fr)_minmax(100px,.8fr)_44px]';
export const fromMedium = '@max-[899px]:hidden';
export const fromWide = '@max-[1179px]:hidden';
