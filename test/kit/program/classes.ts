import { resourceClass } from "../../../providers/dynamic/resourceClass";
import { thing, thingSchema } from "./thing";

/** The Pulumi class of the file-backed resource under test. */
export class Thing extends resourceClass(thing, thingSchema) {}
