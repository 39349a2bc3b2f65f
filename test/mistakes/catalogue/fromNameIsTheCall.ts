import { ofOneList, type Mistake } from "../support/mistake";
import { talks } from "../support/seen";

export const mistake: Mistake = {
  title: "The caller's name is taken for the customer's",
  group: "The AI talks, but not as it should",
  sources: ["silent mistake 50"],
  cause:
    "VICIdial puts the call's V-code, with the lead id in it, into the caller id name of the AI leg, and the customer's number into its number.",
  symptom: "The agent addresses the customer as V1123… or shows it in its records; the lead id leaves the site.",
  look: "The From header at the edge.",
  fix: "The name of a customer is a header (`leadFields`), never From.",
  ...ofOneList,
  async seen(site) {
    const ai = await talks(site);
    await site.lab.edge.hangUp(ai.id);
    expect(ai.from.name).toMatch(/^V\d{9}/);
    expect(ai.from.name.slice(10)).toBe(String(site.lead.id).padStart(10, "0"));
    expect(ai.from.number).toBe(site.lead.phone);
  },
};
