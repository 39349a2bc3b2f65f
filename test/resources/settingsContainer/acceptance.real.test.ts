import { type Args, acceptance } from "../../kit/acceptance";
import { freshDatabase } from "../../kit/database";

acceptance("VicidialSettingsContainer", async () => {
  const db = await freshDatabase({ schema: "1720" });
  const set = (assignment: string) => async (args: Args) =>
    void (await db.query(`UPDATE vicidial_settings_containers SET ${assignment} WHERE container_id = ?`, [
      args["containerId"],
    ]));
  const remove = async (args: Args) =>
    void (await db.query("DELETE FROM vicidial_settings_containers WHERE container_id = ?", [args["containerId"]]));
  return {
    class: "VicidialSettingsContainer",
    env: db.env,
    base: (i) => ({
      ...{ containerId: `AMD_AGENT_OPT_SITE${i}`, notes: "For the test", type: "AMD_AGENT_OPTIONS" },
      ...{ userGroup: "---ALL---", entry: "HUMAN,HUMAN\nNOTSURE,TOOLONG" },
    }),
    changes: [
      { field: "containerId", to: (i: number) => `OTHER${i}`, replaces: true },
      { field: "notes", to: "Changed" },
      { field: "type", to: "OTHER" },
      { field: "userGroup", to: "ADMIN" },
      { field: "entry", to: "HUMAN,HUMAN" },
      { field: "adopt", to: true },
    ],
    columns: [
      { property: "entry", change: set("container_entry = 'MACHINE,TOOLONG'") },
      { property: "notes", change: set("container_notes = 'by hand'") },
      { property: "type", change: set("container_type = 'PERL_CLI'") },
      { property: "userGroup", change: set("user_group = 'SALES'") },
    ],
    conflict: {
      change: set("container_entry = 'once more'"),
      message: "`vicidial_settings_containers.container_entry`",
    },
    async stored({ containerId }) {
      const [row] = await db.query("SELECT * FROM vicidial_settings_containers WHERE container_id = ?", [containerId]);
      return (
        row && {
          ...{ containerId: row["container_id"], notes: row["container_notes"], type: row["container_type"] },
          ...{ userGroup: row["user_group"], entry: row["container_entry"] },
        }
      );
    },
    deleteByHand: remove,
    adopt: {
      makeByHand: async ({ containerId }) =>
        void (await db.query("INSERT INTO vicidial_settings_containers SET ?", [
          { container_id: containerId, container_notes: "By hand", container_type: "OTHER", container_entry: "theirs" },
        ])),
      refusal: "there is a settings container with this id already",
      async removeByHand(args) {
        const [row] = await db.query(
          "SELECT container_entry AS entry FROM vicidial_settings_containers WHERE container_id = ?",
          [args["containerId"]],
        );
        expect(row).toEqual({ entry: "theirs" });
        await remove(args);
      },
    },
    badInputs: [
      { args: { containerId: "A" }, message: "must be 2 to 40 letters" },
      { args: { notes: "it's" }, message: "must be 2 to 255 letters" },
      { args: { entry: "a\tb" }, message: "must hold no backslash, quote, tab or carriage return" },
      { args: { containerId: "AMD_AGENT_OPT_SOLAR" }, message: '`containerId` "AMD_AGENT_OPT_SOLAR": there is' },
    ],
    unknown: ["containerId", "notes", "entry"],
    secrets: [db.password],
    dump: () => db.dump(),
    leaves: [/^\+ vicidial_admin_log: /],
    close: () => db.drop(),
  };
});
