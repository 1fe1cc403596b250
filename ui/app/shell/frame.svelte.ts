/** What the shell and the page tell each other: the page's title, and which overlay is open. */
class Frame {
  title = $state('');
  finder = $state(false);
  cheatSheet = $state(false);
  phoneMenu = $state(false);
}

export const frame = new Frame();
