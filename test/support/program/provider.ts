import { bind } from "../../../providers/dynamic/handler";
import { provide } from "../../../providers/dynamic/provide";
import { connectThings, thing } from "./thing";

/** The `./provider` export of the throw-away package that tests of the dynamic layer install (see package.ts beside stack.ts). */
export const methods = provide([bind(thing, connectThings)]);
