/** A flow as a file on one's own disk, and a copy of it beside it. */
import { flowFile } from '../../engine/flow/portable.ts';
import { sentenceOf } from '../app/problem.ts';
import { go } from '../app/router.svelte.ts';
import { toasts } from '../app/toast.svelte.ts';
import { archiveFlow, duplicateFlow, loadFlowFile } from './server.ts';
import { flowTexts as t } from './texts.ts';

interface Copied {
  id: string;
  name: string;
}

/** Names longer than the API takes lose their end. */
const longest = 200;

/** Opens the copy; the way back puts it into the archive and opens the first again. */
export async function duplicate({ id, name }: Copied): Promise<void> {
  try {
    const copy = await duplicateFlow(id, t.files.copyOf(name).slice(0, longest).trimEnd());
    go(`/flows/${copy.id}`);
    toasts.show(t.files.duplicated(name), {
      label: t.bar.undo,
      run: () => {
        void archiveFlow(copy.id, true).catch((error: unknown) => toasts.problem(sentenceOf(error)));
        go(`/flows/${id}`);
      },
    });
  } catch (error) {
    toasts.problem(sentenceOf(error), { label: t.common.retry, run: () => void duplicate({ id, name }) });
  }
}

/** What has no name of its own goes by its id, and is told. */
export async function download({ id, name }: Copied): Promise<void> {
  try {
    const { graph, templates, unresolved } = await loadFlowFile(id);
    const text = flowFile({ ...graph, templates });
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    link.download = `${stem(name)}.flow.json`;
    link.click();
    // The browser takes the file after the click is over.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    toasts.show(t.files.downloaded(name, unresolved.length));
  } catch (error) {
    toasts.problem(sentenceOf(error), { label: t.common.retry, run: () => void download({ id, name }) });
  }
}

const stem = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80) || 'flow';
