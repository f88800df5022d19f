// The shape of the bundle that Python writes (foedus/report/bundle.py) and this page reads.

export type Truth = "yes" | "no" | "unknown";

export interface Fact {
  value: Truth;
  basis: "observed" | "claimed" | "assumed";
  claimant?: string | null;
  claimant_name?: string | null;
  known_from?: string | null;
  source?: string | null;
  note?: string | null;
}

export interface TraceNode {
  op: string;
  value: Truth;
  atom?: string | null;
  label?: string | null;
  facts?: Fact[];
  children?: TraceNode[];
}

export interface Duty {
  bearer: string;
  bearer_name: string;
  modality: "must" | "may" | "must_not";
  action: string;
  level: number;
  owed: Truth;
}

export interface Finding {
  treaty: string;
  treaty_name: string;
  provision: string;
  title?: string | null;
  article: string;
  cited: string; // the article as prose has it
  version_from: string;
  status: Truth;
  disputed: boolean;
  default_reading?: string | null;
  readings: Record<string, Truth>;
  duties: Duty[];
  lines: { sentence: string; level: number; answer: string }[];
  says?: string | null; // what the article says, in our own words
  presuming_text?: string | null; // exceptions that nobody stated and that count as absent
  remarks?: string[]; // what happened to memberships, who invoked the provision
  confidence_text: string | null; // how it was encoded, if not checked against the text
  trace: TraceNode;
  could_change: string[];
  could_change_text: string[];
}

export interface Law {
  target: string;
  target_name: string;
  on: string;
  known_by?: string | null;
  relied_on: string;
  findings: Finding[];
  conflicts: string[];
  approvals: { state_name: string; body: string }[];
  unchecked: number; // provisions examined that rest at least partly on memory
  perspectives: { label: string; status: Truth; readings: Record<string, Truth> }[];
}

export interface Analogue {
  case_id: string;
  title: string;
  on: string;
  similarity: number;
  acted: number;
  outcome: string;
  why: string;
}

export interface Deliberation {
  title: string;
  what: string;
  scale: [number, number];
  labels: Record<string, string>;
  needed: string;
  models: { model: string; p_pass: number; level: number; interval: [number, number]; pivotal: { state: string; state_name: string; share: number }[] }[];
  flips: { what: string; p_pass: number }[];
  members: { state: string; state_name: string; position: [number, number]; cost: [number, number]; basis: string; source: string }[];
}

export interface Decision {
  case_id: string;
  p_act: number;
  interval: [number, number];
  ladder: number[];
  ladder_labels: string[];
  outcome: string;
  analogues: Analogue[];
  contributions: { predictor: string; label: string; value: string; effect: number }[];
  organisation_name: string;
  p_act_then: number | null; // from earlier calls only
  analogues_then: Analogue[];
  three_answers: string;
  skill_text: string;
  notes: string[];
  what_if: { if: string; p_act: number }[];
  days: { q10: number; q50: number; q90: number } | null;
  contributors: { state: string; state_name: string; p_participates: number; share: number; interval: [number, number]; hurdle: string | null }[];
  contributors_excluded: { state: string; state_name: string; reason: string }[];
  precedent: {
    organisation: string;
    before: number;
    after: number;
    earlier_calls: number;
    earlier_acted: number;
    earlier_refused: number;
    plot: string;
  } | null;
  contingents: Contingent[];
  council: Deliberation | null;
}

// The record holds no such case: no forecast.
export interface NoForecast {
  p_act: null;
  contingents: Contingent[];
}

export type Contingent = { state: string; state_name: string; hypothetical: boolean; low: number; high: number; consent: string; arrival: string; source: string };

export interface Quantiles {
  q05: number[];
  q25: number[];
  q50: number[];
  q75: number[];
  q95: number[];
}

export interface Reported {
  date: string;
  low: number | null;
  high: number | null;
  claim: string;
  status: string;
  label: string;
}

export interface Variable {
  key: string;
  label: string;
  unit: string;
  by_place: boolean;
}

export type Arm = "help" | "no_help";

export interface Course {
  inside: string; // which runs the outer quantiles hold
  days: string[];
  variables: Variable[];
  national: Record<Arm, Record<string, Quantiles>>;
  difference: Record<string, Quantiles>; // with help less without, run by run with the same dice
  places: { code: string; name: string; population: number; lon: number; lat: number }[];
  by_place: Record<Arm, Record<string, number[][]>>; // medians, [place][day]
  single_runs: Record<Arm, Record<string, number[][]>>; // [run][day], one run for each draw of the parameters
  events: { date: string; label: string }[];
  reported: Record<string, Reported[]>;
}

export interface SummaryRow {
  key: string;
  label: string;
  reported: string;
  claims: string[];
  help: [number, number, number];
  no_help: [number, number, number];
  difference: [number, number, number];
  as_of: string | null; // the day of the report, where it is before the end
  tuned: boolean; // the priors were tuned to the report
  seen: boolean | null; // a difference beyond the noise; null: too few draws to tell
  fewer_with_help: number;
  more_with_help: number;
  counts: { fewer: number; same: number; more: number; of: number };
  inside: boolean | null;
}

export interface Claim {
  claim_id: string;
  quantity: string;
  statement: string;
  value: string;
  place: string;
  as_of: string;
  speaker: string;
  channel: string;
  title: string;
  publisher: string;
  addresses: string[];
  published: string;
  locator: string;
  document: string;
  status: string;
  note: string;
}

export interface Conflict {
  kind: string;
  quantity: string;
  place: string;
  about: string;
  summary: string;
  claims: string[];
}

export interface Arms {
  kind: "sent" | "assumed" | "none";
  actual: Arm;
  invented: boolean;
  intro: string;
  names: { key: Arm; short: string; label: string }[]; // the arm that stands for what happened first
}

export interface Prediction {
  sentence: string;
  rows: {
    claim: string;
    quantity: string;
    place: string;
    as_of: string;
    reported: string;
    according_to: string;
    half: [number, number];
    ninety: [number, number];
    middle: number;
    inside_half: boolean;
    inside_ninety: boolean;
    below: number;
  }[];
}

export interface Bundle {
  arms: Arms;
  prediction: Prediction | null;
  meta: {
    title: string;
    scenario: string;
    version: string;
    seed: number;
    runs: number;
    draws: number;
    inside: string; // which runs the intervals hold
    calibration: string;
    command: string;
    hashes: Record<string, string>;
    versions: Record<string, string>; // that computed the run
    written_by: Record<string, string>; // versions that wrote the page
  };
  verdict: { sentence: string; points: string[]; caveat: string };
  summary: SummaryRow[];
  beside_the_model: { label: string; value: string; according_to: string; as_of: string; note: string; claims: string[] }[];
  spread: { key: string; label: string; chance: number; assumption: number }[];
  law: Law;
  decision: Decision | NoForecast;
  course: Course;
  geometry: { type: "FeatureCollection"; features: any[]; credit?: string } | null;
  evidence: { claims: Claim[]; conflicts: Conflict[] };
  parameters: { name: string; meaning: string; unit: string; prior: string; origin: string }[];
  limits: { title: string; text: string }[];
}
