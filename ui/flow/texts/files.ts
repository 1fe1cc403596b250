/** Texts of beginning a flow: blank, from the gallery, from a file; and of copies and files of one's own. */

const one: Record<string, string> = {
  template: 'template',
  pool: 'pool',
  job: 'job',
  person: 'person',
  flow: 'flow',
  secret: 'secret',
  pipeline: 'pipeline',
  sender: 'sender',
};
const thing = (kind: string, name: string): string => `${one[kind] ?? kind} “${name}”`;

export const files = {
  files: {
    duplicate: 'Duplicate',
    copyOf: (name: string) => `Copy of ${name}`,
    duplicated: (name: string) => `This is a copy of “${name}”. It is a draft and enters nobody yet.`,
    download: 'Download as a file',
    downloaded: (name: string, left: number) =>
      left === 0
        ? `“${name}” is in your downloads, with its templates and scenarios.`
        : `“${name}” is in your downloads. ${left === 1 ? 'One thing that it names is' : `${left} things that it names are`} gone or not alone under that name, and stand${left === 1 ? 's' : ''} in the file by id.`,

    newTitle: 'New flow',
    blank: 'Blank canvas',
    blankAbout: 'Begin with a trigger and draw on from there.',
    fromFile: 'From a file',
    fromFileAbout: 'Choose a flow file, or drop one anywhere on this page.',
    chooseFile: 'Choose a flow file',
    dropHere: 'Drop the file to look at it',
    gallery: 'From the gallery',
    galleryAbout:
      'Flows that recruiters use, with their templates and scenarios. Nothing goes live until you publish it.',
    start: 'Start from the gallery',
    back: 'All beginnings',
    mails: (n: number) => (n === 0 ? 'No mail' : n === 1 ? '1 mail' : `${n} mails`),
    over: (mails: string, days: string) => `${mails} over ${days}`,
    steps: (n: number) => `${n} steps`,
    scenarios: (n: number) => (n === 1 ? '1 scenario' : `${n} scenarios`),
    canvas: (name: string) => `Preview of ${name}`,

    needsTitle: 'What it brings and needs',
    needsNone: 'It names nothing that a workspace has to have.',
    brings: 'New here',
    uses: 'Here already',
    asks: 'To decide',
    made: (kind: string, name: string) => `The ${thing(kind, name)} will be made.`,
    used: (kind: string, name: string) => `Your ${thing(kind, name)} will be used.`,
    copied: (kind: string, name: string) => `A copy of the ${thing(kind, name)} will be made.`,
    left: (kind: string, name: string) =>
      `There is no ${thing(kind, name)} here. You choose another one on the canvas.`,
    many: (kind: string, name: string, n: number) => `${n} things here are called ${thing(kind, name)}.`,
    choose: (kind: string, name: string) => `What becomes of the ${thing(kind, name)}`,
    takeFound: 'Use yours',
    takeFoundNth: (n: number) => `Use number ${n}`,
    takeNew: 'Make it',
    takeCopy: 'Make a copy',
    takeLeave: 'Decide later',
    take: 'Take this flow',
    taken: (name: string) => `“${name}” is a draft. Nothing is sent before you publish it.`,

    notJson: (file: string) => `“${file}” is not a flow file: it is no JSON.`,
    notFlow: (file: string, where: string) => `“${file}” is not a flow file: ${where}.`,
    tooLarge: (file: string) => `“${file}” is too large for a flow file.`,
    gone: 'There is no such flow in the gallery.',
  },
};
