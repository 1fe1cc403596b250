/** What is being hired for: the jobs, whom they attract, and how much. */

export interface DemoJob {
  title: string;
  department: string;
  location: string;
  /** Its share of all applications, against the others'. */
  weight: number;
  headlines: readonly string[];
}

export const jobs: readonly DemoJob[] = [
  {
    title: 'Senior backend engineer',
    department: 'Engineering',
    location: 'Lisbon',
    weight: 6,
    headlines: ['Backend engineer', 'Senior software engineer', 'Platform engineer', 'Java developer'],
  },
  {
    title: 'Frontend engineer',
    department: 'Engineering',
    location: 'Lisbon',
    weight: 5,
    headlines: ['Frontend developer', 'UI engineer', 'Full-stack developer', 'Web developer'],
  },
  {
    title: 'Site reliability engineer',
    department: 'Engineering',
    location: 'Remote, Europe',
    weight: 3,
    headlines: ['DevOps engineer', 'Site reliability engineer', 'Systems engineer', 'Cloud engineer'],
  },
  {
    title: 'Product designer',
    department: 'Design',
    location: 'Berlin',
    weight: 4,
    headlines: ['Product designer', 'UX designer', 'Interaction designer', 'Visual designer'],
  },
  {
    title: 'Data analyst',
    department: 'Data',
    location: 'Lisbon',
    weight: 4,
    headlines: ['Data analyst', 'Business analyst', 'Analytics engineer', 'Economics graduate'],
  },
  {
    title: 'Customer success lead',
    department: 'Customers',
    location: 'London',
    weight: 3,
    headlines: ['Customer success manager', 'Account manager', 'Support team lead'],
  },
  {
    title: 'Account executive',
    department: 'Sales',
    location: 'Berlin',
    weight: 3,
    headlines: ['Sales executive', 'Account executive', 'Business development lead'],
  },
];

/** What recruiters look for when they look by themselves. */
export const soughtHeadlines: readonly string[] = [
  'Staff engineer',
  'Principal engineer',
  'Engineering lead',
  'Distributed systems engineer',
  'Robotics software engineer',
  'Machine learning engineer',
  'Embedded software engineer',
];
