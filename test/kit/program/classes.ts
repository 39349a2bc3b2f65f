import { resourceClass } from "../../../providers/dynamic/resourceClass";
import { thing } from "./thing";

/** The Pulumi class of the file-backed resource under test. */
export class Thing extends resourceClass(thing) {}
