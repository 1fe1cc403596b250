/** The messages of the demo's flows, as a recruiter would write them. */

const signature = `

{{ owner.fullName | default: "The hiring team" }}
{{ workspace.name }}`;

export const templateTexts = {
  received: {
    name: 'We have your application',
    subject: 'Your application for {{ job.title | default: "a role with us" }}',
    body: `Hello {{ candidate.firstName | default: "there" }},

thank you for applying for **{{ job.title | default: "a role with us" }}**. A person reads every application here, so give us a few days.

What happens next: a short call with a recruiter, a conversation about the work with the team, and a last one with the people you would work with most. [How we hire](https://careers.example/how-we-hire) has the details.

If anything changes on your side, just reply to this mail.${signature}`,
  },
  patience: {
    name: 'Still reading',
    subject: 'Still reading: {{ job.title | default: "your application" }}',
    body: `Hello {{ candidate.firstName | default: "there" }},

we are a little slower than we would like to be. Your application has not been forgotten: you will hear from us within the next days, either way.${signature}`,
  },
  thanks: {
    name: 'Thank you for your time',
    subject: 'Thank you, {{ candidate.firstName | default: "and goodbye for now" }}',
    body: `Hello {{ candidate.firstName | default: "there" }},

thank you for the time you gave us. We chose someone else for **{{ job.title | default: "this role" }}**, and it was a close call.

We would like to stay in touch, and write only when there is something worth your time.${signature}`,
  },
  newRoles: {
    name: 'New roles for you',
    subject: 'New roles at {{ workspace.name }}',
    body: `Hello {{ candidate.firstName | default: "there" }},

since we spoke, the team has grown and new roles have opened: [open roles](https://careers.example/roles).

If one of them is interesting, reply to this mail. You would not start from the beginning.${signature}`,
  },
  oneQuestion: {
    name: 'One question',
    subject: 'One question, {{ candidate.firstName | default: "if you have a minute" }}',
    body: `Hello {{ candidate.firstName | default: "there" }},

your last interviews stayed with us. What would a role have to look like for you to talk to us again?

One line is enough; I read every answer myself.${signature}`,
  },
  nudge: {
    name: 'Before we go quiet',
    subject: 'Before we go quiet',
    body: `Hello {{ candidate.firstName | default: "there" }},

no answer is an answer, too. If the time is not right, there is nothing to do. If it is, these are [the roles we have open](https://careers.example/roles), and a reply puts you straight in touch with the team.${signature}`,
  },
  hello: {
    name: 'Your work',
    subject: 'Your work at {{ candidate.company }}',
    body: `Hello {{ candidate.firstName | default: "there" }},

I came across what you do at {{ candidate.company }} and thought of a team here that builds something close to it.

No pitch: if you are curious, reply, and one of the engineers will tell you what they are working on.${signature}`,
  },
  story: {
    name: 'What we are building',
    subject: 'What we are building, in two minutes',
    body: `Hello {{ candidate.firstName | default: "there" }},

the team wrote down [how they moved a warehouse of robots to one scheduler](https://careers.example/engineering/one-scheduler), mistakes included. I thought you might like it, whether you look for something new or not.${signature}`,
  },
  coffee: {
    name: 'A conversation',
    subject: 'Half an hour with the team?',
    body: `Hello {{ candidate.firstName | default: "there" }},

you had a look at what we are building. Would half an hour with {{ owner.firstName | default: "one of us" }} and an engineer of the team be worth your time? Reply with two times that suit you.${signature}`,
  },
} as const satisfies Record<string, { name: string; subject: string; body: string }>;

export type TemplateKey = keyof typeof templateTexts;
