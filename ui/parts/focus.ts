/** For `{@attach takeFocus}`: the element takes the focus when it appears, whatever had it before. */
export const takeFocus = (element: HTMLElement): void => element.focus();
