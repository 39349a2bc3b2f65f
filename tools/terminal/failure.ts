/** A step that cannot go on, and what the person in front of the screen can do about it. Shown without a stack trace. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";

  /**
   * @param what what was not possible, and why
   * @param fix what to do, as an instruction
   */
  constructor(
    readonly what: string,
    readonly fix: string,
  ) {
    super(`${what}\n${fix}`);
  }
}

/** Something that this machine or its network does not have and that there is another way for: no failure of the step. */
export class NotToBeHad extends Error {
  override readonly name = "NotToBeHad";
}
