export { AmiError, connectAmi, type Ami, type AmiAddress, type AmiConnection, type AmiOptions } from "./connection";
export { extensionsOf, showDialplan, shownExtensions, type ShownExtension, type ShownStep } from "./dialplan";
export { keepAmi, type AmiLink, type AmiLinkOptions } from "./link";
export type { AmiFields, AmiMessage } from "./protocol";
