import { bind } from "../../../providers/dynamic/engine/handler";
import { provide } from "../../../providers/dynamic/engine/provide";
import { shared } from "../../../providers/dynamic/engine/shared";
import { connectOdd, odd } from "./odd";
import { connectThings, thing } from "./thing";

/** The `./provider` export of the throw-away package that tests of the dynamic layer install (see install.ts). */
export const methods = provide([bind(thing, shared(connectThings)), bind(odd, shared(connectOdd))]);
