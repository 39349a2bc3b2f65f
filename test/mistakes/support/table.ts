import { catalogue } from "../catalogue";
import { type Group, GROUPS, type Mistake } from "./mistake";

/** The catalogue as docs/mistakes.md shows it: one table per group, in its order. */
export function mistakesTable(): string {
  const mistakes = Object.values(catalogue);
  const of = (group: Group) => mistakes.filter((mistake) => mistake.group === group);
  return GROUPS.map((group) => [`## ${group}`, "", ...rows(of(group))].join("\n")).join("\n\n");
}

function rows(mistakes: readonly Mistake[]): string[] {
  const head = ["mistake", "cause", "what is noticed", "how to see it", "fix"];
  const cells = mistakes.map(({ title, cause, symptom, look, fix }) => [title, cause, symptom, look, fix]);
  return [head, head.map(() => "---"), ...cells].map(
    (row) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`,
  );
}
