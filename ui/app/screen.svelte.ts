/** How wide the screen is, in the one step that changes layouts. */
import { MediaQuery } from 'svelte/reactivity';

export const phone = new MediaQuery('max-width: 767px');
