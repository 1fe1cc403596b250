/** What the workspace has, as far as a flow may refer to it. */
export interface FlowWorld {
  templates: { id: string; name: string; subject: string; body: string }[];
  pools: { id: string; name: string }[];
  jobs: { id: string; title: string }[];
  /** Names of the stages of all pipelines. */
  stages: string[];
}
