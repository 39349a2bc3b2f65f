export { AmiError, connectAmi, type Ami, type AmiAddress, type AmiConnection } from "./connection";
export { extensionsOf, shownExtensions, type ShownExtension } from "./dialplan";
export { keepAmi, type AmiLink } from "./link";
export type { AmiMessage } from "./protocol";
